import { drafts, said, schemaOf } from "../../../../support/parameters";

describe("parameters that a broker may see otherwise", () => {
  describe("that have a default", () => {
    const size = { type: "integer", minimum: 1, default: 5 };
    const required = ["size", "name"];

    it.each<[string, Record<string, unknown>]>([
      ["beside the list", { properties: { size }, required }],
      [
        "by reference",
        { properties: { size: { $ref: "#/definitions/size" } }, definitions: { size }, required },
      ],
      [
        "beside a reference",
        {
          properties: { size: { $ref: "#/definitions/any", default: 1 } },
          definitions: { any: {} },
          required,
        },
      ],
      ["in one of all", { properties: { size: { allOf: [{ minimum: 1 }, { default: 5 }] } }, required }],
      ["named apart from the list", { allOf: [{ properties: { size } }, { required }] }],
      ["named above the list", { properties: { size }, allOf: [{ allOf: [{ required }] }] }],
      [
        "listed in a schema referred to",
        { properties: { size }, $ref: "#/definitions/all", definitions: { all: { required } } },
      ],
      [
        "named in a schema referred to",
        { allOf: [{ $ref: "#/definitions/one" }], definitions: { one: { properties: { size } } }, required },
      ],
      [
        "required where another is given",
        { dependencies: { a: ["size"] }, properties: { size }, required: ["name"] },
      ],
      [
        "required by a schema where another is given",
        { dependencies: { a: { required } }, properties: { size } },
      ],
      [
        "required by the branch of a condition",
        { if: { required: ["a"] }, then: { required }, properties: { size } },
      ],
      ["counted among the least", { properties: { size }, minProperties: 2, required: ["name"] }],
    ])("are not missed: %s", (_where, schema) => {
      for (const $schema of Object.values(drafts)) {
        if ("if" in schema && /draft-0[46]/.test($schema)) continue; // They know no conditions.
        if ("dependencies" in schema && $schema.includes("2020-12")) continue; // It knows them under other names.
        expect(said({ $schema, ...schema }, { a: 1 })).toEqual(["parameters.name: is required"]);
        expect(said({ $schema, ...schema }, { a: 1, name: "x" })).toEqual([]);
      }
    });

    it("are missed where another object has it", () => {
      const inner = { type: "object", properties: { size }, required };
      const schema = { properties: { inner, name: { default: "x" } }, required };
      expect(said(schema, { inner: {} })).toEqual([
        "parameters.size: is required",
        "parameters.inner.name: is required",
      ]);
    });

    it("are not missed at any depth, also in a schema that refers to itself", () => {
      const schema = {
        properties: {
          size,
          inner: { $ref: "#" },
          list: { items: { $ref: "#" } },
          all: { additionalProperties: { $ref: "#" } },
        },
        required,
      };
      expect(said(schema, { inner: { list: [{ all: { a: {} } }] } })).toEqual([
        "parameters.name: is required",
        "parameters.inner.name: is required",
        "parameters.inner.list[0].name: is required",
        "parameters.inner.list[0].all.a.name: is required",
      ]);
    });

    it("are none where the parameters have one as a whole and none are given", () => {
      expect(said({ default: { name: "x" }, required }, undefined)).toEqual([]);
      expect(said({ default: { name: "x" }, required: ["name"] }, {})).toEqual([
        "parameters.name: is required",
      ]);
    });

    it("do not settle which of several schemas is meant", () => {
      const kinds = ["a", "b"].map((name) => ({
        required: ["kind", name],
        properties: { kind: { const: name, default: name } },
      }));
      expect(said({ oneOf: kinds }, { a: 1 })).toEqual([]);
      expect(said({ oneOf: kinds }, { a: 1, b: 1 })).toEqual([]);
      expect(said({ oneOf: kinds }, { kind: "b", a: 1 })).toContain("parameters.b: is required");
      expect(said({ properties: { size }, not: { required: ["size"] } }, { size: 1 })).toEqual([]);
      expect(said({ not: { required: ["size"] } }, { size: 1 })).toEqual(["parameters: must NOT be valid"]);
      const choice = {
        properties: { size },
        if: { required: ["size"] },
        then: { required: ["a"] },
        else: { required: ["b"] },
      };
      expect([said(choice, {}), said(choice, { size: 1 })]).toEqual([[], []]);
    });
  });

  describe("whose pattern is of another dialect", () => {
    const other = { type: "string", pattern: "\\A[a-z]+\\z" };

    it.each<[string, Record<string, unknown>, unknown]>([
      ["a property", { properties: { a: other } }, { a: "ABC" }],
      [
        "a reference",
        { properties: { a: { $ref: "#/definitions/x" } }, definitions: { x: other } },
        { a: "ABC" },
      ],
      ["an item", { properties: { a: { items: other } } }, { a: ["ABC"] }],
      ["all", { properties: { a: { allOf: [other] } } }, { a: "ABC" }],
      ["any", { properties: { a: { anyOf: [other, { type: "integer" }] } } }, { a: "ABC" }],
      ["one", { properties: { a: { oneOf: [other, { type: "string", minLength: 2 }] } } }, { a: "ABC" }],
      [
        "one by reference",
        {
          properties: { a: { oneOf: [{ $ref: "#/definitions/x" }, { minLength: 2 }] } },
          definitions: { x: { allOf: [other] } },
        },
        { a: "ABC" },
      ],
      [
        "one, deeper",
        { oneOf: [{ properties: { a: other } }, { properties: { a: { minLength: 2 } } }] },
        { a: "ABC" },
      ],
      ["none", { properties: { a: { not: other } } }, { a: "ABC" }],
      ["none of none", { properties: { a: { not: { not: other } } } }, { a: "ABC" }],
      ["names", { propertyNames: other }, { A: 1 }],
      ["names of properties", { patternProperties: { [other.pattern]: { type: "integer" } } }, { A: "x" }],
      [
        "names of properties beside which none is allowed",
        { patternProperties: { [other.pattern]: {} }, additionalProperties: false },
        { A: "x" },
      ],
      [
        "names in one",
        { oneOf: [{ patternProperties: { [other.pattern]: { type: "integer" } } }, { type: "object" }] },
        { A: 1 },
      ],
    ])("are taken: %s", (_where, schema, value) => {
      for (const $schema of Object.values(drafts)) expect(said({ $schema, ...schema }, value)).toEqual([]);
    });

    it.each<[string, Record<string, unknown>, unknown]>([
      ["a condition", { if: { properties: { a: other } }, then: { required: ["b"] } }, { a: "ABC" }],
      [
        "what a list holds at most",
        { properties: { a: { contains: other, maxContains: 1 } } },
        { a: ["A", "B"] },
      ],
      [
        "what is not evaluated",
        {
          allOf: [{ if: { properties: { a: other } }, then: { properties: { a: {} } } }],
          unevaluatedProperties: false,
        },
        { a: "x" },
      ],
      [
        "what depends on another",
        { dependentSchemas: { b: { not: { properties: { a: other } } } } },
        { a: "x", b: 1 },
      ],
    ])("are taken by newer drafts: %s", (_where, schema, value) => {
      for (const $schema of [drafts["2019-09"], drafts["2020-12"]])
        expect(said({ $schema, ...schema }, value)).toEqual([]);
    });

    it("are judged by all else, and by the patterns beside it", () => {
      const schema = {
        properties: { a: { ...other, minLength: 5 }, b: { oneOf: [other, { type: "integer" }] } },
        patternProperties: { [other.pattern]: {}, "^c": { pattern: "^[a-z]+$" } },
      };
      for (const $schema of Object.values(drafts))
        expect(said({ $schema, ...schema }, { a: "x", b: true, c1: "X" })).toEqual([
          "parameters.a: must NOT have fewer than 5 characters",
          "parameters.b: must be string",
          "parameters.b: must be integer",
          "parameters.b: must match a schema in anyOf",
          'parameters.c1: must match pattern "^[a-z]+$"',
        ]);
    });

    it("count as one of several still where nothing is doubtful", () => {
      const schema = { properties: { a: { oneOf: [{ minLength: 1 }, { pattern: "^a" }] } } };
      expect(said(schema, { a: "ab" })).toEqual(["parameters.a: must match exactly one schema in oneOf"]);
    });
  });

  it("named like keywords are parameters", () => {
    const names = ["pattern", "required", "default", "format", "not", "oneOf", "$ref", "if"];
    const schema = schemaOf(Object.fromEntries(names.map((name) => [name, { type: "integer" }])), {
      required: names,
    });
    expect(said(schema, Object.fromEntries(names.map((name) => [name, 1])))).toEqual([]);
    expect(said(schema, {})).toHaveLength(names.length);
  });

  it("are not judged by what stands beside a reference, before 2019-09", () => {
    const schema = {
      properties: { a: { $ref: "#/definitions/x", maximum: 1 } },
      definitions: { x: { minimum: 0 } },
    };
    for (const [draft, $schema] of Object.entries(drafts)) {
      expect(said({ $schema, ...schema }, { a: 2 })).toEqual(
        draft.startsWith("draft") ? [] : ["parameters.a: must be <= 1"],
      );
      expect(said({ $schema, ...schema }, { a: -1 })).toEqual(["parameters.a: must be >= 0"]);
    }
  });
});
