import { childInstanceIntent } from "../../../../support/one-process";
import type { ChildInstanceInputs } from "../../../../../provider/resources/child-instance/schema";
import { forTenant, logging, prisma } from "../../../../support/child-instance";
import { type TestAccount, UNKNOWN, startAccount } from "../../../../support/host";

let account: TestAccount;
afterEach(() => account.stop());

const one = forTenant("tenant-a");
const both = { onboard: [prisma("tenant-a"), logging] };
const existing = { appId: "prisma_access", tsg: "tenant-a", instanceId: "before-1" };

type Changed = { changes: boolean; replaces: string[] };

/** What a change of inputs does to a saved intent. */
async function diff(
  olds: ChildInstanceInputs,
  news: ChildInstanceInputs,
  renewable?: true,
): Promise<Changed> {
  account = await startAccount();
  const { state } = await childInstanceIntent.create(account.host(), olds);
  return childInstanceIntent.diff(account.host(), state, { ...news, ...(renewable && { renewable }) });
}

describe("an intent", () => {
  test("has a key that no other has", async () => {
    account = await startAccount();
    const intents = await Promise.all([1, 2].map(() => childInstanceIntent.create(account.host(), one)));
    expect(intents[0]?.state.key).not.toBe(intents[1]?.state.key);
  });

  test("remembers which instances of its app and tenant were there before", async () => {
    account = await startAccount({
      instances: [
        existing,
        { ...existing, tsg: "tenant-b", instanceId: "b" },
        { ...existing, appId: "dlp", instanceId: "c" },
      ],
    });
    const { state } = await childInstanceIntent.create(account.host(), one);
    expect(state.before).toEqual({ prisma_access: ["before-1"] });
  });

  test("remembers those under the parent too, where an item without a tenant may appear", async () => {
    account = await startAccount({ instances: [{ appId: "logging_service", instanceId: "parent-1" }] });
    const { state } = await childInstanceIntent.create(account.host(), both);
    expect(state.before).toEqual({ prisma_access: [], logging_service: ["parent-1"] });
  });

  test("remembers those of any tenant where tenants cannot be listed", async () => {
    account = await startAccount({ instances: [{ ...existing, tsg: "tenant-b" }] });
    account.simulator.clients.forbid("tenants");
    const { state } = await childInstanceIntent.create(account.host(), one);
    expect(state.before).toEqual({ prisma_access: ["before-1"] });
  });

  test("is made by one list request, for any number of them", async () => {
    account = await startAccount({ tenants: 10 });
    const tenants = account.simulator.tenants.all().slice(1);
    await Promise.all(tenants.map(({ name }) => childInstanceIntent.create(account.host(), forTenant(name))));
    expect(account.simulator.account().requests.list).toBe(1);
  });

  test("holds no credential", async () => {
    account = await startAccount();
    const { state } = await childInstanceIntent.create(account.host(), one);
    expect(JSON.stringify(state)).not.toMatch(/simulated-secret|CANARY/);
  });

  test("gets its own look at an added app, and keeps its key and the others", async () => {
    account = await startAccount({ instances: [existing] });
    const { id, state } = await childInstanceIntent.create(account.host(), one);
    account.simulator.addInstance({ appId: "logging_service", tsg: "tenant-a", instanceId: "later" });
    account.nextRun();
    const updated = await childInstanceIntent.update(account.host(), id, state, both);
    expect(updated.state).toMatchObject({
      key: state.key,
      before: { prisma_access: ["before-1"], logging_service: ["later"] },
    });
  });

  test("costs nothing to refresh", async () => {
    account = await startAccount();
    const { id, state } = await childInstanceIntent.create(account.host(), one);
    const before = account.simulator.ledger.of("request").length;
    expect(await childInstanceIntent.read(account.host(), id, state)).toEqual(state);
    expect(account.simulator.ledger.of("request")).toHaveLength(before);
  });
});

describe("a change of what an intent is for", () => {
  test("is none where only the order differs", async () => {
    const turned = { onboard: [logging, prisma("tenant-a")] };
    expect(await diff(both, turned)).toEqual({ changes: false, replaces: [] });
  });

  test("updates it for an added app", async () => {
    expect(await diff(one, both, true)).toEqual({ changes: true, replaces: [] });
  });

  test("renews it where the real resource is replaced", async () => {
    expect(await diff(one, { onboard: [prisma("tenant-a", 200)] }, true)).toEqual({
      changes: true,
      replaces: ["want"],
    });
  });

  test("keeps it where the change is only recorded", async () => {
    expect(await diff(one, { onboard: [prisma("tenant-a", 200)] })).toEqual({ changes: true, replaces: [] });
  });

  test("that is not known yet is a change", async () => {
    account = await startAccount();
    const { state } = await childInstanceIntent.create(account.host(), one);
    const unknown = { onboard: UNKNOWN };
    expect(childInstanceIntent.diff(account.host(), state, unknown)).toEqual({ changes: true, replaces: [] });
  });

  test.each<[ChildInstanceInputs["changePolicy"], ChildInstanceInputs["deletionPolicy"], true | undefined]>([
    ["replace", "abandon", true],
    ["replace", "prevent", undefined],
    ["record", "abandon", undefined],
    [undefined, undefined, undefined],
  ])("under %s and %s may renew it: %s", async (changePolicy, deletionPolicy, renewable) => {
    account = await startAccount();
    const { inputs } = await childInstanceIntent.check(account.host(), undefined, {
      ...one,
      changePolicy,
      deletionPolicy,
    });
    expect((inputs as { renewable?: boolean }).renewable).toBe(renewable);
  });
});
