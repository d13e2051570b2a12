import fc from "fast-check";
import {
  type Instance,
  type License,
  type ProvisioningJob,
  ProvisorError,
  type SubscriptionClient,
  type Tenant,
} from "../../../sdk/subscription";
import { mutated, oddValue } from "../../support/arbitraries";
import { type Answer, json, raw, startServer } from "../../support/local-server";
import { RecordingClock } from "../../support/recording-clock";
import { type Subscription, startSubscription } from "../../support/subscription-server";
import { createSubscriptionClient } from "../../../sdk/subscription";

const instance = {
  app_id: "prisma_access",
  instance_id: "i1",
  tsg_id: 1000000002,
  region: "americas",
  status: "running",
  provisioning_status: "complete",
  license_quota_id: null,
  associations: [{ app_id: "logging_service", instance_id: "i2", tenant_id: 12345 }],
  developer_defined_fields: {},
  auth_code: "code",
  extra: { wildfire_api_key: "key" },
};
const license = {
  license_id: 123456789,
  app_id: "prisma_access",
  licenses: [
    { app_id: "prisma_access_edition", license_type: "SKU", purchased_size: "10", remaining_size: 5 },
  ],
};
const tenants = {
  count: 2,
  items: [{ id: "1000000001", display_name: "Root", children: [{ id: 1000000002, name: "tenant-a" }] }],
};
const job = { job_id: "j1", app_id: "directory_sync", status: "initializing", tenant_id: 12345 };

/** What a server or a gateway may answer instead of `valid`. */
const answerInsteadOf = (valid: unknown): fc.Arbitrary<Answer> =>
  fc.oneof(
    { weight: 4, arbitrary: mutated(valid).map((body) => json(200, body)) },
    { weight: 1, arbitrary: oddValue().map((body) => json(200, body)) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom("", "null", "[", "<html>", '{"items":', "\u0000")
        .map((body) => raw(200, body)),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(201, 204, 400, 404, 409, 418, 429, 500, 503), oddValue())
        .map(([status, body]) => json(status, status === 204 ? undefined : body)),
    },
  );

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
const areTexts = (fields: object, ...not: string[]): boolean =>
  Object.entries(fields).every(([name, value]) => not.includes(name) || typeof value === "string");

const isInstance = (one: Instance): boolean =>
  isText(one.appId) &&
  isText(one.instanceId) &&
  areTexts(one, "associations", "developerDefinedFields", "extra") &&
  (one.associations ?? []).every((association) => areTexts(association));
const isSize = (size: number | undefined): boolean => size === undefined || Number.isFinite(size);
const isLicense = (one: License): boolean =>
  isText(one.licenseId) &&
  areTexts(one, "licenses", "extra") &&
  one.licenses.every((units) => isSize(units.remainingSize) && isSize(units.purchasedSize));
const isTenant = (one: Tenant): boolean => isText(one.tsgId) && areTexts(one, "extra");
const isJob = (one: ProvisioningJob): boolean => areTexts(one);

let answer: Answer;
let subscription: Subscription;
beforeAll(async () => {
  subscription = await startSubscription((...request) => answer(...request), { clock: new RecordingClock() });
});
afterAll(() => subscription.server.close());

/** True for a value of the right shape, and for an error that this package means to throw. */
async function isHandled<T>(call: Promise<T>, isRight: (value: T) => boolean): Promise<boolean> {
  try {
    return isRight(await call);
  } catch (error) {
    if (error instanceof ProvisorError) return true;
    throw error;
  }
}

function handles<T>(
  valid: unknown,
  call: (client: SubscriptionClient) => Promise<T>,
  isRight: (value: T) => boolean,
): Promise<void> {
  return fc.assert(
    fc.asyncProperty(answerInsteadOf(valid), (next) => {
      answer = next;
      return isHandled(call(subscription.client), isRight);
    }),
    { numRuns: 120 },
  );
}

describe("an answer of whatever kind gives what is asked for, or an error", () => {
  test("as a list of instances", () =>
    handles(
      [instance, { ...instance, instance_id: "i2" }],
      (client) => client.listInstances(),
      (all) => all.every(isInstance),
    ));

  test("as a list of licenses", () =>
    handles(
      [license],
      (client) => client.listLicenses(),
      (all) => all.every(isLicense),
    ));

  test("as a list of tenants", () =>
    handles(
      tenants,
      (client) => client.listTenants(),
      (all) => all.every(isTenant),
    ));

  test("as the job of a POST", () =>
    handles(job, (client) => client.onboard([{ appId: "prisma_access" }]), isJob));

  test("as a token", async () => {
    let next: Answer = json(200, {});
    const server = await startServer((...request) => next(...request));
    const token = { access_token: "token-1", expires_in: 899, token_type: "Bearer" };
    try {
      await fc.assert(
        fc.asyncProperty(answerInsteadOf(token), (tokenAnswer) => {
          next = tokenAnswer;
          const client = createSubscriptionClient({
            clientId: "me",
            clientSecret: "hush-hush",
            scope: "tsg_id:1000000001",
            baseUrl: server.url,
            authUrl: server.url,
            clock: new RecordingClock(),
          });
          return isHandled(client.authenticate(), () => true);
        }),
        { numRuns: 120 },
      );
    } finally {
      await server.close();
    }
  });
});

describe("a list of instances", () => {
  test("is the same in whatever order it comes", async () => {
    const all = ["i1", "i2", "i3", "i4"].map((instance_id) => ({ ...instance, instance_id }));
    const idsOf = (list: Instance[]): string[] => list.map(({ instanceId }) => instanceId).sort();
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(all, { minLength: all.length }), async (list) => {
        answer = json(200, list);
        expect(idsOf(await subscription.client.listInstances())).toEqual(["i1", "i2", "i3", "i4"]);
      }),
      { numRuns: 30 },
    );
  });
});
