import { BoundBroker, type Saved } from "../support/service-binding";
import { BrokerStack, type Inputs } from "../support/service-instance";
import { type LocalServer, json, startServer } from "../support/local-server";

/** A broker of another language: it takes parameters as its own library judges them, or as nobody does. */
let broker: LocalServer;
let parameters: Record<string, unknown>;
let instances: BrokerStack;
let bindings: BoundBroker;

const drafts = [
  "http://json-schema.org/draft-04/schema#",
  "http://json-schema.org/draft-06/schema#",
  "http://json-schema.org/draft-07/schema#",
  "https://json-schema.org/draft/2019-09/schema",
  "https://json-schema.org/draft/2020-12/schema",
];

const catalog = (): object => ({
  services: [
    {
      id: "s",
      name: "postgres",
      description: "A database",
      bindable: true,
      plans: [
        {
          id: "p",
          name: "small",
          description: "A small one",
          schemas: {
            service_instance: { create: { parameters }, update: { parameters } },
            service_binding: { create: { parameters } },
          },
        },
      ],
    },
  ],
});

beforeEach(async () => {
  broker = await startServer((response, request, count) => {
    const isCatalog = request.path === "/v2/catalog";
    json(isCatalog ? 200 : request.method === "PUT" ? 201 : 200, isCatalog ? catalog() : {})(
      response,
      request,
      count,
    );
  });
  const env = { OSB_URL: broker.url };
  instances = await BrokerStack.start({ env });
  bindings = await BoundBroker.start({ env });
});

afterEach(async () => {
  await Promise.all([broker.close(), instances.stop(), bindings.stop()]);
});

const sent = (): unknown[] =>
  broker.received
    .filter(({ method }) => method === "PUT")
    .map(({ body }) => (JSON.parse(body) as { parameters?: unknown }).parameters);

const wanted = (value: Record<string, unknown>, more: Partial<Inputs> = {}): Inputs => ({
  service: "postgres",
  plan: "small",
  parameters: value,
  ...more,
});

it.each(drafts)(
  "what a broker takes is sent, whatever the plan's schema is written for: %s",
  async ($schema) => {
    parameters = {
      $schema,
      type: "object",
      required: ["version", "name", "size"],
      properties: {
        version: { type: "string", default: "16" },
        name: { type: "string", pattern: "\\A[[:alpha:]]\\w*\\z" },
        code: { type: "string", pattern: "^(?i)[a-f&&[^b]]++$" },
        script: { type: "string", pattern: "^\\p{InGreek}+$" },
        at: { type: "string", format: "time" },
        host: { type: "string", format: "hostname" },
        size: { $ref: "#/definitions/size" },
        either: { oneOf: [{ pattern: "\\A\\h+\\z" }, { type: "string" }] },
      },
      definitions: { size: { anyOf: [{ type: "string", pattern: "(?P<n>\\d+)Gi" }, { type: "integer" }] } },
      additionalProperties: false,
    };
    const value = {
      name: "Zoë",
      code: "ACE",
      script: "αβ",
      at: "12:30:00",
      host: "db_1",
      size: "5Gi",
      either: "ff",
    };
    const { host, state } = await instances.up(wanted(value));
    await bindings.up({ parameters: value });
    expect([state.state, sent()]).toEqual(["succeeded", [value, value]]);
    expect(host.recorded.warnings.filter((text) => text.includes("parameters"))).toEqual([
      expect.stringMatching(/^db: parameters\.at must match format "time" \(by the schema of plan small\)/),
      expect.stringMatching(
        /^db: parameters\.host must match format "hostname" \(by the schema of plan small\)/,
      ),
    ]);
  },
);

describe("parameters that break the plan's schema", () => {
  const value = { size: "large" };

  beforeEach(() => {
    parameters = { type: "object", properties: { size: { type: "integer" } }, required: ["name"] };
  });

  const problems = [
    "parameters.name: is required (by the schema of plan small)",
    "parameters.size: must be integer (by the schema of plan small). Nothing was sent. If the broker takes it all the " +
      'same, set parametersCheck: "warn"',
  ];
  const warnings = (name: string): string[] => [
    `${name}: parameters.name is required (by the schema of plan small).`,
    `${name}: parameters.size must be integer (by the schema of plan small).`,
  ];

  it("are refused, in preview, with where that comes from and the way on", async () => {
    expect(await instances.preview(wanted(value))).toEqual(problems);
    const { problems: found } = await bindings.check({ parameters: value }, undefined, { preview: true });
    expect(found.map(({ path, message }) => `${path}: ${message}`)).toEqual(problems);
    expect(sent()).toEqual([]);
  });

  it.each([
    ["the input", { parametersCheck: "warn" }, {}],
    ["the setting", {}, { PROVISOR_PARAMETERS_CHECK: "warn" }],
    ["the input, against the setting", { parametersCheck: "warn" }, { PROVISOR_PARAMETERS_CHECK: "error" }],
  ] as const)(
    "are sent with a warning where %s says so, and the next up changes nothing",
    async (_what, input, env) => {
      const made = await instances.up(wanted(value, input), {}, env);
      const bound = await bindings.up({ parameters: value, ...input }, undefined, env);
      expect(sent()).toEqual([value, value]);
      expect(made.host.recorded.warnings.filter((text) => text.includes("parameters"))).toEqual(
        warnings("db"),
      );
      expect(bound.host.recorded.warnings.filter((text) => text.includes("parameters"))).toEqual(
        warnings("creds"),
      );
      const again = await instances.up(wanted(value, input), {}, env);
      expect([again.what, again.host.recorded.warnings]).toEqual(["same", []]);
    },
  );

  it.each([
    ["the input", { parametersCheck: "off" }, {}],
    ["the setting", {}, { PROVISOR_PARAMETERS_CHECK: "off" }],
  ] as const)("are sent without a word where %s says so", async (_what, input, env) => {
    const made = await instances.up(wanted(value, input), {}, env);
    const bound = await bindings.up({ parameters: value, ...input }, undefined, env);
    expect(sent()).toEqual([value, value]);
    expect([...made.host.recorded.warnings, ...bound.host.recorded.warnings].join()).not.toContain(
      "parameters",
    );
  });

  it("change nothing where only the check of them changes", async () => {
    await instances.up(wanted(value, { parametersCheck: "warn" }));
    const bound = await bindings.up({ parameters: value, parametersCheck: "warn" });
    expect(await instances.changes(wanted(value, { parametersCheck: "off" }))).toEqual({
      changes: false,
      replaces: [],
    });
    const again = await bindings.up({ parameters: value }, bound as Saved);
    expect(again.what).toBe("same");
  });

  it("are not judged by another word", async () => {
    const other = { parametersCheck: "never" } as unknown as Inputs;
    expect(await instances.preview(wanted({}, other))).toEqual([
      "parametersCheck: must be one of error, warn, off",
    ]);
  });
});

it("tells of a schema that cannot be used, for instances and for bindings", async () => {
  parameters = { properties: { size: { $ref: "https://example.com/size.json" } } };
  const made = await instances.up(wanted({ size: 1 }));
  const bound = await bindings.up({ parameters: { size: 1 } });
  for (const { host } of [made, bound])
    expect(host.recorded.warnings.join()).toMatch(
      /parameters are not checked: the schema of plan small cannot be used \(.*size\.json/,
    );
});
