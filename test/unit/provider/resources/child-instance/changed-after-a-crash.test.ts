import { childInstance } from "../../../../../provider/resources/child-instance";
import { childInstanceIntent } from "../../../../support/one-process";
import { exposedToItself } from "../../../../support/exposed";
import type {
  ChildInstanceInputs,
  ChildInstanceState,
} from "../../../../../provider/resources/child-instance/schema";
import type { Outcome } from "../../../../../provider/host/contract";
import {
  changes,
  check,
  crash,
  create,
  errorOf,
  forTenant,
  logging,
  madeBefore,
  prisma,
  renewIntent,
  update,
  withIntent,
} from "../../../../support/child-instance";
import { type TestAccount, type TestHost, startAccount } from "../../../../support/host";

let account: TestAccount;
afterEach(() => account.stop());

const one = forTenant("tenant-a");
const bundle: ChildInstanceInputs = { onboard: [prisma("tenant-a"), logging] };

/** The first run, killed right after its POST took effect. */
async function killedCreate(wanted: ChildInstanceInputs): Promise<ChildInstanceInputs> {
  const inputs = await withIntent(account.host(), wanted);
  await crash(account, (host) => create(host, inputs));
  return inputs;
}

/** The next run, without a ChildInstance in the state: the intent is updated to the changed inputs, then the create. */
async function createChanged(
  olds: ChildInstanceInputs,
  news: ChildInstanceInputs,
  host: TestHost = account.host(),
): Promise<Outcome<ChildInstanceState>> {
  return create(host, { ...news, intent: await renewIntent(host, olds.intent, olds, news) });
}

/** Inputs that are changed beside a ChildInstance in the state, with the intent as it is updated first. */
async function changedBeside(
  olds: ChildInstanceInputs,
  news: ChildInstanceInputs,
): Promise<ChildInstanceInputs> {
  return { ...news, intent: await renewIntent(account.host(), olds.intent, olds, news, true) };
}

describe("inputs that change after a create was killed", () => {
  test.each([
    ["the tenant", one, forTenant("tenant-b"), "prisma_access"],
    ["the size", one, { onboard: [prisma("tenant-a", 200)] }, "prisma_access"],
    ["an item, which is removed", bundle, one, "logging_service"],
  ])("in %s are refused, naming what that run allocated", async (_what, olds, news, app) => {
    account = await startAccount();
    const inputs = await killedCreate(olds);
    const allocated = account.simulator.instances.find(({ appId }) => appId === app);
    expect((await errorOf(createChanged(inputs, news))).message).toContain(allocated?.instanceId ?? "none");
  });

  test("allocate nothing more for another tenant", async () => {
    account = await startAccount();
    const inputs = await killedCreate(one);
    await errorOf(createChanged(inputs, forTenant("tenant-b")));
    expect(account.made()).toBe(1);
  });

  test("allocate nothing more though what that run allocated does not show yet", async () => {
    account = await startAccount({ appearAfterMs: 1_900, provisionMs: 2_200 });
    const inputs = await killedCreate({ ...one, allowAdditional: true });
    const moved = { allowAdditional: true, onboard: [{ ...prisma("tenant-a"), platformRegion: "europe" }] };
    await errorOf(createChanged(inputs, moved));
    expect(account.made()).toBe(1);
  });

  test("by an item get that item allocated, and the other taken up", async () => {
    account = await startAccount();
    const inputs = await killedCreate({ ...one, timeouts: { create: "20s" } });
    const { unfinished } = await createChanged(inputs, { ...bundle, timeouts: { create: "20s" } });
    expect({ made: account.made(), unfinished }).toEqual({ made: 2, unfinished: undefined });
  });

  test("do not take up what another stack has for the tenant that is new", async () => {
    account = await startAccount({
      instances: [{ appId: "prisma_access", tsg: "tenant-b", instanceId: "anothers" }],
    });
    const inputs = await withIntent(account.host(), one);
    account.nextRun();
    await expect(createChanged(inputs, forTenant("tenant-b"))).rejects.toThrow(/has already/);
  });
});

describe("an item that is added to a create whose answer was lost", () => {
  /** A create whose POST took effect, though nobody could see it then; the list shows it by now. */
  async function uncertainCreate(): Promise<{
    saved: Outcome<ChildInstanceState>;
    inputs: ChildInstanceInputs;
  }> {
    account = await startAccount({ appearAfterMs: 12_000, provisionMs: 12_500 });
    account.simulator.fault({ on: "post", kind: "cut" });
    const made = await madeBefore(account, one);
    expect(made.saved.state.unfinished).toEqual({ uncertain: ["prisma_access"] });
    await account.clock.sleep(13_000);
    return made;
  }

  test("is allocated, and the other is not allocated again", async () => {
    const { saved, inputs } = await uncertainCreate();
    const { unfinished } = await update(account.host(), saved, inputs, {
      ...bundle,
      timeouts: { update: "60s" },
    });
    expect({ made: account.made(), unfinished }).toEqual({ made: 2, unfinished: undefined });
  });

  test("is taken up with the other where its own POST was killed too", async () => {
    const { saved, inputs } = await uncertainCreate();
    const news = await changedBeside(inputs, { ...bundle, timeouts: { update: "60s" } });
    await crash(account, (host) => update(host, saved, news));
    await account.clock.sleep(13_000);
    const { unfinished } = await update(account.host(), saved, news);
    expect({ made: account.made(), unfinished }).toEqual({ made: 2, unfinished: undefined });
  });
});

test("an added item whose POST was killed is not sent again while the list lacks what the stack holds", async () => {
  account = await startAccount();
  const { saved, inputs } = await madeBefore(account, one);
  const news = await changedBeside(inputs, { ...bundle, timeouts: { update: "30s" } });
  await crash(account, (host) => update(host, saved, news));
  account.simulator.fault({ on: "list", kind: { status: 200, body: [] }, times: "always" });
  const own = exposedToItself(childInstance, saved.state);
  await errorOf(update(account.host({ saved: { own } }), saved, news));
  expect(account.made()).toBe(2);
});

test("a replacement of the intent that a killed create left is refused, whatever the policies", async () => {
  account = await startAccount();
  await killedCreate(one);
  const { problems } = await childInstanceIntent.check(account.host({ saved: { own: {} } }), undefined, {
    ...one,
    changePolicy: "replace",
    deletionPolicy: "abandon",
  });
  expect(problems.map(({ message }) => message).join()).toMatch(/a replacement of its Intent was asked for/);
});

describe("a change under changePolicy replace, while the instance is awaited", () => {
  const policies: Partial<ChildInstanceInputs> = {
    changePolicy: "replace",
    deletionPolicy: "abandon",
    timeouts: { create: "8s", update: "60s" },
  };
  const wanted = forTenant("tenant-a", policies);
  const changed: ChildInstanceInputs = { ...policies, onboard: [prisma("tenant-a", 200)] };

  /** A create that an earlier run left before its instance showed; the list shows it by now. */
  async function awaited(): Promise<{ saved: Outcome<ChildInstanceState>; inputs: ChildInstanceInputs }> {
    account = await startAccount({ appearAfterMs: 12_000, provisionMs: 12_500 });
    const made = await madeBefore(account, wanted);
    expect(made.saved.state.unfinished).toEqual({ awaited: ["prisma_access"] });
    await account.clock.sleep(13_000);
    return made;
  }

  test("does not renew the intent", async () => {
    account = await startAccount();
    const { state } = await childInstanceIntent.create(account.host(), wanted);
    const host = account.host({
      saved: { own: { key: "k" }, real: { unfinished: { awaited: ["prisma_access"] } } },
    });
    const { inputs } = await childInstanceIntent.check(host, wanted, changed);
    const input = inputs as Parameters<typeof childInstanceIntent.diff>[2];
    expect(childInstanceIntent.diff(host, state, input)).toEqual({ changes: true, replaces: [] });
  });

  test("is refused", async () => {
    const { saved, inputs } = await awaited();
    const news = await changedBeside(inputs, changed);
    await changes(account.host(), saved, news);
    const { problems } = await check(account.host({ saved: { own: { ...saved.state } } }), news);
    expect(problems.map(({ message }) => message).join()).toMatch(/would allocate a second time/);
  });

  test("that is taken back lets it go on, and allocates nothing again", async () => {
    const { saved, inputs } = await awaited();
    const refused = await changedBeside(inputs, changed);
    account.nextRun();
    const { unfinished } = await update(account.host(), saved, await changedBeside(refused, wanted));
    expect({ made: account.made(), unfinished }).toEqual({ made: 1, unfinished: undefined });
  });
});
