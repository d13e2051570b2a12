import Ajv from "ajv";
import fc from "fast-check";
import { createSimulator } from "../../sdk/simulator";
import { type Caller, freeApp, loggedIn, prismaItem } from "../support/call-simulator";
import type { Schema } from "../support/schemas/json-schema";
import * as schemas from "../support/schemas/subscription";
import * as examples from "../support/schemas/subscription-answers";

const ajv = new Ajv({ strict: false, allErrors: true });
const problems = (schema: Schema, data: unknown): unknown => {
  const validate = ajv.compile(schema);
  validate(data);
  return validate.errors ?? [];
};

const start = (answers: "schema" | "examples"): Promise<Caller> =>
  loggedIn(createSimulator({ answers, appearAfterMs: 0, provisionMs: 0, instances: 3 }));

describe("answers with the schemas' types validate against the published schema", () => {
  test("of the list, at every stage of a job", async () => {
    const caller = await start("schema");
    await caller.post(freeApp);
    caller.simulator.settings.provisionMs = 1e9;
    await caller.post([prismaItem("tenant-a"), { ...prismaItem("tenant-a"), app_id: "dlp" }]);
    const lists = (await caller.list()).map((one) => problems(schemas.instance, one));
    expect(lists.flat()).toEqual([]);
  });

  test("of the licenses", async () => {
    const answer = await (await start("schema")).licenses();
    expect(problems(schemas.licenses, answer)).toEqual([]);
  });

  test.each(["false", "true"])("of the tenants, hierarchy %s", async (hierarchy) => {
    const answer = await (await start("schema")).get("/tenancy/v1/tenant_service_groups", { hierarchy });
    expect(problems(schemas.tenants, answer.body)).toEqual([]);
  });

  test("of a free app", async () => {
    const answer = await (await start("schema")).post(freeApp);
    expect(problems(schemas.freeAppAnswer, answer.body)).toEqual([]);
  });

  test("of a bundle", async () => {
    const answer = await (await start("schema")).post([prismaItem("tenant-a")]);
    expect(problems(schemas.onboardAnswer, answer.body)).toEqual([]);
  });

  test("of a refusal", async () => {
    const answer = await (await start("schema")).post([]);
    expect(problems(schemas.refusal, answer.body)).toEqual([]);
  });

  test("of a token", async () => {
    const answer = await (await start("schema")).login();
    expect(problems(schemas.token, answer.body)).toEqual([]);
  });
});

describe("what is told", () => {
  test("of an instance is no more than the published schema has", async () => {
    const known = Object.keys(schemas.instance.properties ?? {});
    const caller = await start("schema");
    await caller.post([prismaItem("tenant-a")]);
    const told = new Set((await caller.list()).flatMap((one) => Object.keys(one)));
    expect([...told].filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe("answers in the way of the examples have the fields and the types of the published example", () => {
  /** The types of all that is in some JSON, an array's by its first element. */
  const shapeOf = (value: unknown): unknown => {
    if (Array.isArray(value)) return [shapeOf(value[0])];
    if (typeof value !== "object" || value === null) return typeof value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
  };

  test("of the licenses", async () => {
    const answer = await (await start("examples")).licenses();
    expect(shapeOf(answer)).toEqual(shapeOf(examples.licenseList));
  });

  test("of a free app", async () => {
    const answer = await (await start("examples")).post(freeApp);
    expect(shapeOf(answer.body)).toEqual(shapeOf(examples.freeAppJob));
  });

  test("of a bundle", async () => {
    const answer = await (await start("examples")).post([prismaItem("tenant-a")]);
    expect(shapeOf(answer.body)).toEqual(shapeOf(examples.onboardJob));
  });

  test("of a refusal", async () => {
    const answer = await (await start("examples")).post([{ ...prismaItem("tenant-a"), license_id: "7" }]);
    expect(answer.body).toEqual(examples.licenseNotFound);
  });
});

describe("a request that the published schema forbids", () => {
  const isPublished = ajv.compile(schemas.instanceRequest);
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

  test("is what the published example for onboarding is an instance of: numbers for texts", () => {
    expect(isPublished(examples.misnamedOnboarding)).toBe(false);
  });
});
