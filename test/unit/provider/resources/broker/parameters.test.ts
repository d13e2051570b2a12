import {
  formatDoubts,
  parameterProblems,
  schemaDoubt,
} from "../../../../../provider/resources/broker/parameters";
import { UNKNOWN } from "../../../../support/host";
import { drafts, said, schemaOf } from "../../../../support/parameters";

describe("parameters against the schema of a plan", () => {
  it.each(Object.entries(drafts))("are judged by %s", (_draft, $schema) => {
    const schema = { ...schemaOf({ storageGb: { type: "integer", minimum: 1 } }), $schema };
    expect(said(schema, { storageGb: 0 })).toEqual(["parameters.storageGb: must be >= 1"]);
    expect(said(schema, { storageGb: 1 })).toEqual([]);
  });

  it("are judged by what each draft means by a keyword", () => {
    const schema = schemaOf({ size: { type: "number", minimum: 1, exclusiveMinimum: true } });
    expect(said({ ...schema, $schema: drafts["draft-04"] }, { size: 1 })).toEqual([
      "parameters.size: must be > 1",
    ]);
    const tuple = schemaOf({ pair: { type: "array", prefixItems: [{ type: "string" }] } });
    expect(said({ ...tuple, $schema: drafts["2020-12"] }, { pair: [1] })).toEqual([
      "parameters.pair[0]: must be string",
    ]);
  });

  it("may be anything where the plan has no schema", () => {
    expect(parameterProblems(undefined, { any: 1 }, "parameters", () => false)).toEqual([]);
  });

  it("are all named where several are wrong", () => {
    const schema = schemaOf({ a: { type: "string" }, b: { items: { type: "string" } } });
    expect(said(schema, { a: 1, b: ["x", 2] })).toEqual([
      "parameters.a: must be string",
      "parameters.b[1]: must be string",
    ]);
  });

  it("are missing by name", () => {
    const schema = schemaOf({ backup: { type: "object", required: ["window"] } }, { required: ["size"] });
    expect(said(schema, { backup: {} })).toEqual([
      "parameters.size: is required",
      "parameters.backup.window: is required",
    ]);
  });

  it("are judged as empty where none are given", () => {
    expect(said(schemaOf({}, { required: ["size"] }), undefined)).toEqual(["parameters.size: is required"]);
  });

  it("are unknown by name, with those there are and the closest", () => {
    const schema = schemaOf({ storageGb: {}, version: {} }, { additionalProperties: false });
    expect(said(schema, { storageGB: 1 })).toEqual([
      "parameters.storageGB: is no parameter of this plan; there are: storageGb, version (did you mean storageGb?)",
    ]);
  });

  it("are one of a list", () => {
    expect(said(schemaOf({ version: { enum: ["15", "16"] } }), { version: "4" })).toEqual([
      'parameters.version: must be one of "15", "16"',
    ]);
  });

  it("have formats, which break nothing, and unknown ones, of which nothing is said", () => {
    const schema = schemaOf({
      mail: { type: "string", format: "email" },
      at: { format: "time" },
      host: { anyOf: [{ format: "hostname" }, { format: "ipv4" }] },
      size: { format: "gibibytes" },
      either: { oneOf: [{ format: "ipv4" }, { format: "hostname" }] },
      other: { not: { format: "email" } },
    });
    for (const $schema of Object.values(drafts)) {
      const value = {
        mail: "x",
        at: "12:30:00",
        host: "a_b",
        size: "x",
        either: "10.0.0.1",
        other: "a@b.cd",
      };
      expect(said({ ...schema, $schema }, value)).toEqual([]);
      const doubts = formatDoubts({ ...schema, $schema }, value, "parameters", () => false);
      expect([...new Set(doubts.map(({ path, message }) => `${path}: ${message}`))]).toEqual([
        'parameters.mail: must match format "email"',
        'parameters.at: must match format "time"',
        'parameters.host: must match format "hostname"',
        'parameters.host: must match format "ipv4"',
      ]);
      expect(formatDoubts({ ...schema, $schema }, { host: "10.0.0.1" }, "parameters", () => false)).toEqual(
        [],
      );
    }
  });

  it.each([
    [0.1, [0.3, 0.7, 1.1, 19.9], [0.35]],
    [0.01, [0.07, 1.15, 8.41, 4.35], [0.075]],
    [2, [4], [3]],
  ])("are multiples of %d as people reckon", (multipleOf, right, wrong) => {
    for (const $schema of Object.values(drafts)) {
      const schema = { ...schemaOf({ a: { type: "number", multipleOf } }), $schema };
      expect(right.flatMap((a) => said(schema, { a }))).toEqual([]);
      expect(wrong.flatMap((a) => said(schema, { a }))).toEqual([
        `parameters.a: must be multiple of ${multipleOf}`,
      ]);
    }
  });

  it.each([
    ["^\\p{L}+$", "Zoë", "R2"],
    ["^[\\w-.]+$", "a-b.c", "a b"],
    ["^.$", "😀", "ab"],
  ])("have patterns as JSON Schema and as JavaScript writes them: %s", (pattern, right, wrong) => {
    const schema = schemaOf({ a: { type: "string", pattern } }, { patternProperties: { [pattern]: {} } });
    expect(said(schema, { a: right })).toEqual([]);
    expect(said(schema, { a: wrong })).toEqual([`parameters.a: must match pattern "${pattern}"`]);
  });

  it("are judged by draft-04 where the schema names no draft and is written in that", () => {
    const older = { properties: { a: { type: "number", minimum: 1, exclusiveMinimum: true } } };
    expect([schemaDoubt(older), said(older, { a: 1 }), said(older, { a: 2 })]).toEqual([
      undefined,
      ["parameters.a: must be > 1"],
      [],
    ]);
    const newer = { properties: { a: { type: "number", exclusiveMinimum: 1 } } };
    expect(said(newer, { a: 1 })).toEqual(["parameters.a: must be > 1"]);
  });

  it("never show their values", () => {
    const schema = schemaOf({ password: { type: "string", minLength: 40, pattern: "^[0-9]+$" } });
    expect(said(schema, { password: "hunter2-hunter2" }).join()).not.toContain("hunter2");
  });

  it("break nothing as long as they are not known", () => {
    const schema = schemaOf(
      { size: { type: "integer" }, nested: { type: "object", properties: { a: { type: "integer" } } } },
      { oneOf: [{ required: ["size"], properties: { size: { minimum: 5 } } }, { required: ["other"] }] },
    );
    expect(said(schema, { size: UNKNOWN, nested: { a: UNKNOWN } })).toEqual([]);
    expect(said(schema, UNKNOWN)).toEqual([]);
  });

  it("are judged beside what is not known", () => {
    const schema = schemaOf({ a: { type: "integer" }, b: { type: "integer" } }, { required: ["c"] });
    expect(said(schema, { a: UNKNOWN, b: "x" })).toEqual([
      "parameters.c: is required",
      "parameters.b: must be integer",
    ]);
  });

  it("follow references inside of the schema, with slashes in names", () => {
    const schema = schemaOf(
      { "a/b": { $ref: "#/definitions/size" } },
      { definitions: { size: { minimum: 1 } } },
    );
    expect(said(schema, { "a/b": 0 })).toEqual(["parameters.a/b: must be >= 1"]);
  });

  it("are not judged by a schema that cannot be used, which is said", () => {
    const schema = schemaOf({ a: { $ref: "https://example.com/elsewhere.json" } });
    expect(said(schema, { a: 1 })).toEqual([]);
    expect(schemaDoubt(schema)).toContain("elsewhere.json");
    expect(schemaDoubt(schemaOf({}))).toBeUndefined();
  });

  it("are judged by schemas that share an id", () => {
    const one = { ...schemaOf({ a: { type: "string" } }), $id: "https://example.com/plan.json" };
    const other = { ...schemaOf({ a: { type: "integer" } }), $id: "https://example.com/plan.json" };
    expect([said(one, { a: 1 }), said(other, { a: 1 })]).toEqual([["parameters.a: must be string"], []]);
  });
});
