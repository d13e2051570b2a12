import { childInstance, childInstanceIntent } from "../../../support/one-process";
import type { ChildInstanceInputs } from "../../../../provider/resources/child-instance/schema";
import type { Problem, Resource } from "../../../../provider/host/contract";
import { registry } from "../../../../provider/resources/registry";
import { startBrokerSimulator } from "../../../../sdk/simulator";
import { crash, create, forTenant, freeApp, logging, prisma } from "../../../support/child-instance";
import { type TestHost, newSession, settingsFrom, startAccount, testHost } from "../../../support/host";

type Given = Record<string, unknown>;

const plan = { service: "postgres", plan: "small" };
const instance = { ...plan, instanceId: "one" };

const cases: [keyof typeof registry, Given, [string, Given][]][] = [
  [
    "childInstance",
    { onboard: [prisma("tenant-a"), logging] },
    [
      ["onboard.tsgName", { onboard: [prisma("tenant-b"), logging] }],
      ["onboard.tsgId", { onboard: [{ ...prisma("x"), tsgName: undefined, tsgId: 123 }, logging] }],
      ["onboard.appId", { onboard: [prisma("tenant-a")] }],
      ["onboard.platformRegion", { onboard: [{ ...prisma("tenant-a"), platformRegion: "europe" }, logging] }],
    ],
  ],
  ["childInstance", { freeApp }, [["freeApp.region", { freeApp: { ...freeApp, region: "europe" } }]]],
  ["childInstance", { freeApp }, [["freeApp.appId", { freeApp: { ...freeApp, appId: "dlp" } }]]],
  ["childInstance", { freeApp }, [["profile", { freeApp, profile: "other" }]]],
  [
    "serviceInstance",
    plan,
    [
      ["service", { service: "cache", plan: "basic" }],
      ["plan", { ...plan, plan: "large" }],
      ["instanceId", { ...plan, instanceId: "theirs" }],
      ["adopt", { ...plan, adopt: "theirs" }],
      ["profile", { ...plan, profile: "other" }],
    ],
  ],
  [
    "serviceBinding",
    { instance },
    [
      ["instance.instanceId", { instance: { ...instance, instanceId: "theirs" } }],
      ["instance.plan", { instance: { ...instance, plan: "large" } }],
      ["bindingId", { instance, bindingId: "theirs" }],
      ["adopt", { instance, adopt: "theirs" }],
      ["profile", { instance, profile: "other" }],
    ],
  ],
];

describe("what reaches a resource otherwise than its Intent was shown it", () => {
  let broker: Awaited<ReturnType<typeof startBrokerSimulator>>;
  let account: Awaited<ReturnType<typeof startAccount>>;
  beforeAll(async () => {
    broker = await startBrokerSimulator({ operationMs: 0 });
    account = await startAccount();
  });
  afterAll(async () => {
    await broker.stop();
    await account.stop();
  });

  const hostOf = (preview: boolean): TestHost => {
    const env = { ...broker.env, ...account.env };
    const profiles = JSON.stringify({ other: {} });
    return testHost({
      preview,
      session: newSession(),
      settings: settingsFrom(env, { "provisor:profiles": profiles }),
    });
  };

  /** What the checks of both say, one after the other, as an engine asks for them. */
  async function problemsOf(
    name: keyof typeof registry,
    shown: Given,
    given: Given,
    preview: boolean,
  ): Promise<Problem[]> {
    const host = hostOf(preview);
    const intent = registry[`${name}Intent` as keyof typeof registry] as Resource<Given>;
    expect((await intent.check(host, undefined, { ...shown })).problems).toEqual([]);
    const known = name === "childInstance" ? { key: "k", before: {} } : { key: "k" };
    return (await registry[name].check(host, undefined, { ...given, intent: known })).problems;
  }

  describe.each(cases)("of a %s", (name, shown, others) => {
    test.each(others)("is refused: %s", async (path, given) => {
      for (const preview of [true, false]) {
        const problems = await problemsOf(name, shown, given, preview);
        expect(problems.map((problem) => problem.path)).toContain(path);
        expect(problems[0]?.message).toMatch(/than for its Intent.*Nothing was sent\. .*let it change both/s);
      }
    });

    test("is taken where both see it", async () => {
      for (const [, given] of others.filter(([path]) => path !== "profile"))
        expect(
          (await problemsOf(name, given, given, false)).map(({ message }) => message).join(),
        ).not.toMatch(/its Intent/);
    });
  });

  test.each<[keyof typeof registry, Given, Given]>([
    [
      "childInstance",
      forTenant("tenant-a") as Given,
      { ...forTenant("tenant-a"), deletionPolicy: "abandon" },
    ],
    ["childInstance", forTenant("tenant-a") as Given, { onboard: [prisma("tenant-a", 120)] }],
    ["serviceInstance", plan, { ...plan, deletionPolicy: "abandon", parameters: { storageGb: 10 } }],
    ["serviceBinding", { instance }, { instance, rotateAfter: "30d", context: { team: "a" } }],
  ])("is no matter where it does not identify: %s", async (name, shown, given) => {
    expect(await problemsOf(name, shown, given, false)).toEqual([]);
  });
});

describe("an Intent that an earlier run saved", () => {
  const theirs = { appId: "prisma_access", tsg: "tenant-b", instanceId: "theirs" };

  test("is no evidence for another tenant than the one it looked at", async () => {
    const account = await startAccount({ instances: [theirs] });
    try {
      const host = account.host();
      const { state } = await childInstanceIntent.create(host, forTenant("tenant-a"));
      account.nextRun();
      const { key, before, looked } = state;
      const inputs = { ...forTenant("tenant-b"), intent: { key, before, looked } };
      const { problems } = await childInstance.check(account.host(), undefined, inputs);
      expect(problems.map(({ path }) => path)).toEqual(["onboard.tsgName"]);
    } finally {
      await account.stop();
    }
  });

  const elsewhere = { instances: [{ ...theirs, tsg: "tenant-a" }] };

  /** An Intent that looked at one account, and the next run at another one. */
  async function moved(
    act: (intent: ChildInstanceInputs["intent"], host: TestHost, id: string) => Promise<void>,
  ): Promise<void> {
    const [one, other] = [await startAccount(), await startAccount(elsewhere)];
    try {
      const { id, state } = await childInstanceIntent.create(one.host(), forTenant("tenant-a"));
      const { key, before, looked } = state;
      await act({ key, before, looked }, other.host(), id);
    } finally {
      await one.stop();
      await other.stop();
    }
  }

  test("is no evidence for another account", () =>
    moved(async (intent, host) => {
      const operation = create(host, { ...forTenant("tenant-a"), intent });
      await expect(operation).rejects.toThrow(
        /its Intent looked at what was there in parent TSG.*Nothing was sent/s,
      );
    }));

  test("looks anew where another account is addressed, and says what it cannot see", () =>
    moved(async (intent, host, id) => {
      const { key = "", before = {}, looked } = intent ?? {};
      const want = { tenant: { tsgName: "tenant-a" }, apps: { prisma_access: "x" } };
      const saved = { key, before, looked, want };
      expect(childInstanceIntent.diff(host, saved, forTenant("tenant-a")).changes).toBe(true);
      const { state } = await childInstanceIntent.update(host, id, saved, forTenant("tenant-a"));
      expect(state.before).toEqual({ prisma_access: ["theirs"] });
      expect(host.recorded.warnings.join()).toMatch(
        /an earlier run was to allocate prisma_access in parent TSG/,
      );
    }));

  test("is evidence still where nothing says where an earlier version looked", async () => {
    const account = await startAccount();
    try {
      const host = account.host();
      const { state } = await childInstanceIntent.create(host, forTenant("tenant-a"));
      const inputs = { ...forTenant("tenant-a"), intent: { key: state.key, before: state.before } };
      await crash(account, (killed) => create(killed, inputs));
      await create(account.host(), inputs);
      expect(account.made()).toBe(1);
    } finally {
      await account.stop();
    }
  });
});

test("an item that the licenses do not allow for, refused and taken back, leaves nothing behind", async () => {
  const account = await startAccount();
  try {
    const one = forTenant("tenant-a");
    const more = {
      onboard: [
        prisma("tenant-a"),
        {
          ...logging,
          allocation: [{ appId: "logging_service", licenseType: "LGS-SKU", allocationSize: 1e6 }],
        },
      ],
    };
    const intent = await childInstanceIntent.create(account.host(), one);
    const { key, before, looked } = intent.state;
    const saved = await create(account.host(), { ...one, intent: { key, before, looked } });
    account.nextRun();
    const real = saved.state as unknown as Given;
    const host = account.host({ saved: { own: { key }, real } });
    const checked = await childInstanceIntent.check(host, { ...one }, more);
    expect(checked).toEqual({ inputs: one, problems: [] });
    expect(childInstanceIntent.diff(host, intent.state, one)).toEqual({ changes: false, replaces: [] });
    const beside = { ...host, saved: { ...host.saved, own: real } };
    const refused = await childInstance.check(beside, one, { ...more, intent: { key, before, looked } });
    expect(refused.problems.map(({ message }) => message).join()).toMatch(/1000000 are asked for/);
    expect(account.made()).toBe(1);
  } finally {
    await account.stop();
  }
});
