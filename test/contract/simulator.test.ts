import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv, { type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { parse } from "yaml";
import { createSimulator } from "../../sdk/simulator";
import { type Caller, freeApp, loggedIn, prismaItem } from "../support/call-simulator";

interface Document {
  components: {
    schemas: Record<string, { properties?: object; items?: { properties: Record<string, object> } }>;
    examples?: Record<string, { value: unknown }>;
  };
}
const read = (name: string): Document =>
  parse(readFileSync(join(__dirname, `../specs/${name}.yaml`), "utf8")) as Document;
const documents = {
  Instance: read("Instance"),
  Licenses: read("Licenses"),
  TenantServiceGroup: read("TenantServiceGroup"),
  AuthService: read("AuthService"),
};
// The one contradiction that no answer can satisfy: typed boolean, and the example holds a name.
Object.assign(documents.Licenses.components.schemas["license"]?.items?.properties ?? {}, {
  app_id: { type: "string" },
});

const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
for (const [name, document] of Object.entries(documents)) ajv.addSchema(document, name);
const published = (pointer: string): ValidateFunction => ajv.compile({ $ref: pointer });
const problems = (pointer: string, data: unknown): unknown => {
  const validate = published(pointer);
  validate(data);
  return validate.errors ?? [];
};

const start = (answers: "schema" | "examples"): Promise<Caller> =>
  loggedIn(createSimulator({ answers, appearAfterMs: 0, provisionMs: 0, instances: 3 }));
const schemas = "#/components/schemas";

describe("answers with the schemas' types validate against the published schema", () => {
  test("of the list, at every stage of a job", async () => {
    const caller = await start("schema");
    await caller.post(freeApp);
    caller.simulator.settings.provisionMs = 1e9;
    await caller.post([prismaItem("tenant-a"), { ...prismaItem("tenant-a"), app_id: "dlp" }]);
    const lists = (await caller.list()).map((one) => problems(`Instance${schemas}/instance`, one));
    expect(lists.flat()).toEqual([]);
  });

  test("of the licenses", async () => {
    const answer = await (await start("schema")).licenses();
    expect(problems(`Licenses${schemas}/license`, answer)).toEqual([]);
  });

  test.each(["false", "true"])("of the tenants, hierarchy %s", async (hierarchy) => {
    const answer = await (await start("schema")).get("/tenancy/v1/tenant_service_groups", { hierarchy });
    const pointer =
      "TenantServiceGroup#/components/responses/tenant_service_groups_response/content/application~1json/schema";
    expect(problems(pointer, answer.body)).toEqual([]);
  });

  test("of a free app", async () => {
    const answer = await (await start("schema")).post(freeApp);
    expect(problems(`Instance${schemas}/create_instance_response`, answer.body)).toEqual([]);
  });

  test("of a bundle", async () => {
    const answer = await (await start("schema")).post([prismaItem("tenant-a")]);
    expect(problems(`Instance${schemas}/onboard_instance_response`, answer.body)).toEqual([]);
  });

  test("of a refusal", async () => {
    const answer = await (await start("schema")).post([]);
    expect(problems(`Instance${schemas}/instance_error_response`, answer.body)).toEqual([]);
  });

  test("of a token", async () => {
    const answer = await (await start("schema")).login();
    expect(problems(`AuthService${schemas}/AccessToken`, answer.body)).toEqual([]);
  });
});

describe("what is told", () => {
  test("of an instance is no more than the published schema has", async () => {
    const known = Object.keys(documents.Instance.components.schemas["instance"]?.properties ?? {});
    const caller = await start("schema");
    await caller.post([prismaItem("tenant-a")]);
    const told = new Set((await caller.list()).flatMap((one) => Object.keys(one)));
    expect([...told].filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe("answers in the way of the examples have the fields and the types of the published example", () => {
  const example = (document: Document, name: string): unknown => document.components.examples?.[name]?.value;
  /** The types of all that is in some JSON, an array's by its first element. */
  const shapeOf = (value: unknown): unknown => {
    if (Array.isArray(value)) return [shapeOf(value[0])];
    if (typeof value !== "object" || value === null) return typeof value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
  };

  test("of the licenses", async () => {
    const answer = await (await start("examples")).licenses();
    expect(shapeOf(answer)).toEqual(shapeOf(example(documents.Licenses, "get_claimed_licenses")));
  });

  test("of a free app", async () => {
    const answer = await (await start("examples")).post(freeApp);
    expect(shapeOf(answer.body)).toEqual(shapeOf(example(documents.Instance, "create_instance_response")));
  });

  test("of a bundle", async () => {
    const answer = await (await start("examples")).post([prismaItem("tenant-a")]);
    expect(shapeOf(answer.body)).toEqual(shapeOf(example(documents.Instance, "onboard_instance_response")));
  });

  test("of a refusal", async () => {
    const answer = await (await start("examples")).post([{ ...prismaItem("tenant-a"), license_id: "7" }]);
    expect(answer.body).toEqual(example(documents.Instance, "instance_error_response"));
  });
});

describe("a request that the published schema forbids", () => {
  const body = {
    $ref: "Instance#/paths/~1subscription~1v1~1instances/post/requestBody/content/application~1json/schema",
  };
  const isPublished = ajv.compile(body);
  const odd = fc.constantFrom<unknown>(undefined, null, 7, true, "text", "7", "FULL", [], {}, ["text"]);
  const change = <T extends object>(base: T): fc.Arbitrary<Partial<T>> =>
    fc.tuple(fc.constantFrom(...Object.keys(base)), odd).map(([key, value]) => ({ ...base, [key]: value }));
  const item = prismaItem("tenant-a", "1");
  const bundles = fc.oneof(
    change(item).map((one) => [one]),
    change({ ...item.allocation[0] }).map((one) => [{ ...item, allocation: [one] }]),
    change({ app_id: "directory_sync", tenant_id: "7" }).map((one) => [one]),
  );

  test("is never accepted", async () => {
    const caller = await start("examples");
    await fc.assert(
      fc.asyncProperty(fc.oneof(change(freeApp), bundles, odd), async (data) => {
        const sent = data === undefined ? undefined : (JSON.parse(JSON.stringify(data)) as unknown);
        fc.pre(!isPublished(sent));
        expect((await caller.post(sent)).status).toBe(400);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test("is what the published example for onboarding itself is", () => {
    const example = documents.Instance.components.examples?.["onboard_instance_request"]?.value;
    expect(isPublished(example)).toBe(false);
  });
});
