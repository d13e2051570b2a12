import { Decoder, Encoder, ExtData, ExtensionCodec } from "@msgpack/msgpack";
import type { TfType } from "./types";
import { UNKNOWN, isUnknown } from "./unknown";

/**
 * Values as Terraform sends them: MessagePack, shaped by the type of where they stand (its "object wire format", documented
 * beside the protocol).
 */

/** Extensions that stand for a value that is not known; the second one says something of it, which is no matter here. */
const UNKNOWNS = [0, 12];

const extensionCodec = new ExtensionCodec();
for (const type of UNKNOWNS) extensionCodec.register({ type, encode: () => null, decode: () => UNKNOWN });

const encoder = new Encoder({ extensionCodec, useBigInt64: true });
const decoder = new Decoder({ extensionCodec, useBigInt64: true });

/** How values of `dynamic` were typed when they came: what is sent back has to have the same type. */
const types = new WeakMap<object, TfType>();

const unknown = new ExtData(0, Uint8Array.of(0));

/** Reads a value of this type; undefined where there is none. */
export function decode(type: TfType, bytes: Uint8Array): unknown {
  return bytes.length === 0 ? undefined : read(type, decoder.decode(bytes));
}

export const encode = (type: TfType, value: unknown): Uint8Array => encoder.encode(written(type, value));

type Raw = unknown;

function read(type: TfType, raw: Raw): unknown {
  if (raw === null || raw === undefined) return null;
  if (isUnknown(raw)) return UNKNOWN;
  if (typeof type === "string") {
    if (type === "number") return numberOf(raw);
    return type === "dynamic" ? readDynamic(raw) : raw;
  }
  const [kind, inner] = type;
  switch (kind) {
    case "list":
    case "set":
      return (raw as Raw[]).map((item) => read(inner, item));
    case "tuple":
      return (raw as Raw[]).map((item, index) => read(inner[index] ?? "dynamic", item));
    case "map":
      return mapped(raw, (_, item) => read(inner, item));
    default:
      return mapped(raw, (name, item) => read(inner[name] ?? "dynamic", item));
  }
}

const mapped = (raw: Raw, each: (name: string, item: Raw) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(raw as object).map(([name, item]) => [name, each(name, item)]));

/** A value of `dynamic` comes with its type. */
function readDynamic(raw: Raw): unknown {
  const [bytes, item] = raw as [Uint8Array, Raw];
  const type = JSON.parse(Buffer.from(bytes).toString()) as TfType;
  const value = read(type, item);
  if (typeof value === "object" && value !== null) types.set(value, type);
  return value;
}

/** What no number of JavaScript's holds exactly comes as a text. */
const numberOf = (raw: Raw): number => Number(raw);

function written(type: TfType, value: unknown): Raw {
  if (isUnknown(value)) return unknown;
  if (value === null || value === undefined) return null;
  if (typeof type === "string") return type === "dynamic" ? writtenDynamic(value) : scalar(value);
  const [kind, inner] = type;
  switch (kind) {
    case "list":
    case "set":
      return (value as unknown[]).map((item) => written(inner, item));
    case "tuple":
      return (value as unknown[]).map((item, index) => written(inner[index] ?? "dynamic", item));
    case "map":
      return mapped(value, (_, item) => written(inner, item));
    default:
      return Object.fromEntries(
        Object.entries(inner).map(([name, of]) => [
          name,
          written(of, (value as Record<string, unknown>)[name]),
        ]),
      );
  }
}

/** Whole numbers as such, also those that the encoder would write as floats. */
const scalar = (value: unknown): Raw =>
  typeof value === "number" && Number.isSafeInteger(value) && Math.abs(value) > 0x7fffffff
    ? BigInt(value)
    : value;

function writtenDynamic(value: unknown): Raw {
  const type = typeOf(value);
  return [Buffer.from(JSON.stringify(type)), written(type, value)];
}

/** The type that a value came with, or that it has by itself. */
export function typeOf(value: unknown): TfType {
  if (isUnknown(value) || value === null || value === undefined) return "dynamic";
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
    case "bigint":
      return "number";
    case "boolean":
      return "bool";
    default:
  }
  const known = types.get(value);
  if (known) return known;
  if (Array.isArray(value)) return ["tuple", value.map(typeOf)];
  return ["object", Object.fromEntries(Object.entries(value).map(([name, item]) => [name, typeOf(item)]))];
}

/** A value of a state that was saved as JSON: there, one of `dynamic` is an object of its value and its type. */
export function ofJson(type: TfType, json: unknown): unknown {
  if (json === null || json === undefined) return null;
  if (typeof type === "string") {
    if (type !== "dynamic") return type === "number" ? numberOf(json) : json;
    const { value, type: own } = json as { value: unknown; type: TfType };
    const read = ofJson(own, value);
    if (typeof read === "object" && read !== null) types.set(read, own);
    return read;
  }
  const [kind, inner] = type;
  switch (kind) {
    case "list":
    case "set":
      return (json as unknown[]).map((item) => ofJson(inner, item));
    case "tuple":
      return (json as unknown[]).map((item, index) => ofJson(inner[index] ?? "dynamic", item));
    case "map":
      return mapped(json, (_, item) => ofJson(inner, item));
    default:
      return Object.fromEntries(
        Object.entries(inner).map(([name, of]) => [
          name,
          ofJson(of, (json as Record<string, unknown>)[name]),
        ]),
      );
  }
}
