import Ajv from "ajv";
import fc from "fast-check";
import { childInstance, childInstanceIntent } from "../../support/one-process";
import {
  itemsToSend,
  slotsOf,
  tenantRefOf,
  intentSpecOf,
} from "../../../provider/resources/child-instance/allocation";
import type { ChildInstanceInputs } from "../../../provider/resources/child-instance/schema";
import { specOf, stateOf } from "../../../provider/resources/child-instance/state";
import { openAccount } from "../../../provider/resources/subscription/account";
import { freeAppPayload, onboardPayload } from "../../../sdk/subscription/payload";
import { mutated, oddValue, sizeInput, wrongSizes } from "../../support/arbitraries";
import { check, freeApp, logging, prisma } from "../../support/child-instance";
import {
  type TestAccount,
  type TestHost,
  UNKNOWN,
  settingsFrom,
  startAccount,
  testHost,
} from "../../support/host";
import { freeAppRequest, onboardRequest } from "../../support/schemas/subscription";

const host = (): TestHost =>
  testHost({
    settings: settingsFrom({
      SCM_CLIENT_ID: "me@1000000001.iam",
      SCM_CLIENT_SECRET: "hush-hush",
      SCM_SCOPE: "tsg_id:1000000001",
    }),
  });

const intent = { key: "k1", before: { prisma_access: ["i1"], logging_service: [] } };
const timeouts = { create: "30m" };
const bundle: ChildInstanceInputs = {
  onboard: [prisma("tenant-a"), logging, { appId: "directory_sync", tenantId: "12345" }],
  deletionPolicy: "abandon",
  changePolicy: "record",
  missingPolicy: "forget",
  allowAdditional: false,
  adopt: ["i7", 8],
  intent,
  timeouts,
};
const free: ChildInstanceInputs = { freeApp, intent, timeouts };

const nearlyValid = (value: () => fc.Arbitrary<unknown> = oddValue): fc.Arbitrary<unknown> =>
  fc.oneof(mutated(bundle, value), mutated(free, value));
/** Inputs as a whole are always known: what is not are the values in them. */
const anything = (): fc.Arbitrary<unknown> =>
  fc
    .oneof({ weight: 4, arbitrary: nearlyValid() }, { weight: 1, arbitrary: oddValue() })
    .filter((inputs) => inputs !== UNKNOWN);

const ajv = new Ajv({ strict: false });
const isFreeAppBody = ajv.compile(freeAppRequest);
const isOnboardBody = ajv.compile(onboardRequest);

interface SentItem {
  app_id: string;
  allocation?: { allocation_size: string }[];
}

/** The body of the POST for inputs that passed their check. */
function bodyFor(inputs: ChildInstanceInputs): unknown {
  const spec = specOf(inputs);
  if (spec.freeApp) return freeAppPayload(spec.freeApp);
  const apps = slotsOf(spec).map((slot) => slot.appId);
  const { tsgName, tsgId } = tenantRefOf(spec);
  const name = tsgId === undefined ? tsgName : "name-of-that-id";
  return onboardPayload(itemsToSend(spec, apps, name));
}

const unitsOf = (body: unknown): number =>
  (Array.isArray(body) ? (body as SentItem[]) : [])
    .flatMap((item) => item.allocation ?? [])
    .reduce((sum, { allocation_size }) => sum + Number(allocation_size), 0);

const hasUnknown = (value: unknown): boolean => JSON.stringify(value)?.includes(UNKNOWN);

describe("inputs of whatever kind", () => {
  test("are judged with problems, and never with an exception", async () => {
    await fc.assert(
      fc.asyncProperty(anything(), async (news) => {
        const { problems } = await check(host(), news);
        for (const { path, message } of problems)
          expect([typeof path, message.length > 0]).toEqual(["string", true]);
      }),
      { numRuns: 400 },
    );
  });

  test("are judged beside inputs of before, and never with an exception", async () => {
    const { inputs: olds } = await check(host(), bundle);
    await fc.assert(
      fc.asyncProperty(anything(), async (news) => {
        await check(host(), news, olds as ChildInstanceInputs);
      }),
      { numRuns: 200 },
    );
  });

  test("are judged beside damaged ones of before, and never with an exception", async () => {
    await fc.assert(
      fc.asyncProperty(nearlyValid(), async (olds) => {
        await check(host(), bundle, olds as ChildInstanceInputs);
      }),
      { numRuns: 200 },
    );
  });

  test("are taken by the check of the intent without an exception", async () => {
    await fc.assert(
      fc.asyncProperty(
        mutated({ ...bundle, intent: undefined, profile: "p", changePolicy: "forbid" }),
        async (news) => {
          const { problems } = await childInstanceIntent.check(host(), undefined, news);
          expect(problems).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("never show their values in a problem", async () => {
    const canary = "CANARY-7f3a9c";
    const secret = (): fc.Arbitrary<unknown> =>
      fc.constantFrom<unknown>(canary, [canary], { secret: canary }, ` ${canary} `, [[canary]]);
    await fc.assert(
      fc.asyncProperty(nearlyValid(secret), async (news) => {
        const { problems } = await check(host(), news);
        expect(JSON.stringify(problems)).not.toContain(canary);
      }),
      { numRuns: 300 },
    );
  });
});

describe("inputs of whatever kind in a preview", () => {
  let account: TestAccount;
  beforeAll(async () => {
    account = await startAccount();
  });
  afterAll(() => account.stop());

  test("are judged with the API, and never with an exception", async () => {
    const { inputs: olds } = await check(host(), bundle);
    await fc.assert(
      fc.asyncProperty(nearlyValid(), fc.boolean(), async (news, isUpdate) => {
        account.nextRun();
        const own = account.host({ preview: true });
        await check(own, news, isUpdate ? (olds as ChildInstanceInputs) : undefined);
      }),
      { numRuns: 150 },
    );
  });

  test.each(["deletionPolicy", "changePolicy", "missingPolicy", "allowAdditional", "adopt", "profile"])(
    "are no problem where %s is not known yet",
    async (name) => {
      const own = account.host({ preview: true });
      const { problems } = await check(own, { onboard: [prisma("tenant-a")], intent, [name]: UNKNOWN });
      expect(problems).toEqual([]);
    },
  );
});

describe("inputs that pass their check", () => {
  const passing = async (news: unknown): Promise<ChildInstanceInputs | undefined> => {
    const { inputs, problems } = await check(host(), news);
    return problems.length === 0 && !hasUnknown(inputs) ? (inputs as ChildInstanceInputs) : undefined;
  };

  test("make a POST as it is published, with one item an app", async () => {
    await fc.assert(
      fc.asyncProperty(nearlyValid(), async (news) => {
        const inputs = await passing(news);
        if (!inputs) return;
        const body = bodyFor(inputs);
        const valid = inputs.freeApp ? isFreeAppBody : isOnboardBody;
        expect([valid(body), valid.errors]).toEqual([true, null]);
        if (!Array.isArray(body)) return;
        const apps = (body as SentItem[]).map((item) => item.app_id);
        expect(new Set(apps).size).toBe(apps.length);
      }),
      { numRuns: 400 },
    );
  });

  test("ask for exactly their units, however they are written", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sizeInput(), { minLength: 1, maxLength: 4 }), async (sizes) => {
        const allocation = sizes.map(({ written }, at) => ({
          appId: "prisma_access_edition",
          licenseType: `SKU-${at}`,
          allocationSize: written,
        }));
        const inputs = await passing({ onboard: [{ ...prisma("tenant-a"), allocation }, logging], intent });
        expect(inputs).toBeDefined();
        const wanted = sizes.reduce((sum, { units }) => sum + units, 1);
        expect(unitsOf(inputs && bodyFor(inputs))).toBe(wanted);
      }),
    );
  });

  test.each(wrongSizes)("have no size such as %p", async (allocationSize) => {
    const allocation = [{ appId: "prisma_access_edition", licenseType: "SKU", allocationSize }];
    const { problems } = await check(host(), { onboard: [{ ...prisma("tenant-a"), allocation }], intent });
    expect(problems.map(({ path }) => path)).toEqual(["onboard[0].allocation[0].allocationSize"]);
  });

  test("show no change against themselves, and none when their items change places", async () => {
    const more = { appId: "dlp", platformRegion: "americas" };
    const items = [prisma("tenant-a"), logging, { appId: "directory_sync", tenantId: "12345" }, more];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(items, { minLength: items.length }), async (onboard) => {
        const own = host();
        const account = openAccount(own.session, own.settings, undefined);
        const instances = ["prisma_access", "logging_service", "dlp"].map((appId) => ({
          appId,
          instanceId: appId,
        }));
        const before = (await passing({ onboard: items, intent })) as ChildInstanceInputs;
        const after = (await passing({ onboard, intent })) as ChildInstanceInputs;
        expect(intentSpecOf(specOf(after))).toEqual(intentSpecOf(specOf(before)));
        expect(childInstance.diff(own, stateOf(account, before, { instances }), after)).toEqual({
          changes: false,
          replaces: [],
        });
      }),
    );
  });

  test("can be compared with any others that do", async () => {
    await fc.assert(
      fc.asyncProperty(nearlyValid(), nearlyValid(), async (one, other) => {
        const own = host();
        const account = openAccount(own.session, own.settings, undefined);
        const [before, after] = [await passing(one), await passing(other)];
        if (!before || !after || after.profile !== undefined) return;
        const { changes } = childInstance.diff(own, stateOf(account, before, { instances: [] }), after);
        expect(changes).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe("an item's app", () => {
  test("is the same app with spaces around it", async () => {
    const { problems } = await check(host(), {
      onboard: [prisma("tenant-a"), { ...logging, appId: " prisma_access " }],
      intent,
    });
    expect(problems.map(({ path }) => path)).toEqual(["onboard[1].appId"]);
  });

  test("is of the same tenant with spaces around its name", async () => {
    const { problems } = await check(host(), {
      onboard: [prisma("tenant-a"), { ...logging, tsgName: " tenant-a" }],
      intent,
    });
    expect(problems).toEqual([]);
  });
});
