import { Decoder, ExtData, encode as pack } from "@msgpack/msgpack";
import fc from "fast-check";
import type { TfType } from "../../../../../provider/engines/terraform/types";
import { UNKNOWN } from "../../../../../provider/engines/terraform/unknown";
import { decode, encode, ofJson, typeOf } from "../../../../../provider/engines/terraform/values";

const through = (type: TfType, value: unknown): unknown => decode(type, encode(type, value));
const raw = (bytes: Uint8Array): unknown => new Decoder({ useBigInt64: true }).decode(bytes);

test.each<[TfType, unknown]>([
  ["string", "text"],
  ["number", 42],
  ["number", -1.5],
  ["number", Number.MAX_SAFE_INTEGER],
  ["bool", true],
  ["string", null],
  ["string", UNKNOWN],
  [
    ["list", "string"],
    ["a", null, UNKNOWN],
  ],
  [["map", "number"], { a: 1, b: UNKNOWN }],
  [["object", { a: "string", b: ["list", "bool"] }], { a: null, b: [true] }],
  ["dynamic", { storageGb: 20, nested: { list: [1, "two", null] } }],
  ["dynamic", UNKNOWN],
  ["dynamic", null],
])("a value of %j comes back as it was: %j", (type, value) => {
  expect(through(type, value)).toEqual(value);
});

test("any JSON comes back as it was where it may be of any type", () => {
  // A key of JavaScript's own is refused when it is read.
  const json = fc.jsonValue().filter((value) => !JSON.stringify(value).includes("__proto__"));
  fc.assert(
    fc.property(json, (value) => {
      const plain: unknown = JSON.parse(JSON.stringify(value));
      expect(through("dynamic", plain)).toEqual(plain);
    }),
  );
});

test("a whole number is written as one, so that Terraform finds it equal", () => {
  expect([...encode("number", 20)]).toEqual([20]);
  expect(raw(encode("number", Number.MAX_SAFE_INTEGER))).toBe(BigInt(Number.MAX_SAFE_INTEGER));
});

test("a value of any type goes back with the type that it came with", () => {
  const type: TfType = ["object", { names: ["list", "string"] }];
  const bytes = pack([Buffer.from(JSON.stringify(type)), { names: ["a"] }]);
  const value = decode("dynamic", bytes);
  expect(typeOf(value)).toEqual(type);
  expect(Buffer.from(encode("dynamic", value))).toEqual(Buffer.from(bytes));
});

test("a value that is not known is told whatever is said of it", () => {
  expect(decode("string", pack(new ExtData(12, Uint8Array.of(0x80))))).toBe(UNKNOWN);
  expect(decode("string", pack(new ExtData(0, Uint8Array.of(0))))).toBe(UNKNOWN);
});

test("a saved state is read from its JSON, where a value of any type stands beside its type", () => {
  const type: TfType = ["object", { parameters: "dynamic", count: "number", gone: "string" }];
  const parameters = { value: { storageGb: 20 }, type: ["object", { storageGb: "number" }] };
  expect(ofJson(type, { parameters, count: "12345678901", more: 1 })).toEqual({
    parameters: { storageGb: 20 },
    count: 12345678901,
    gone: null,
  });
});
