import { create, forTenant } from "../../../../support/child-instance";
import { type TestAccount, startAccount } from "../../../../support/host";

let account: TestAccount;
afterEach(() => account.stop());

/** Shows what a POST makes with these fields, in the API's own names. */
const showNewWith = (fields: Record<string, unknown>): void => {
  account.simulator.on(({ kind, request, instanceIds = [] }) => {
    if (kind === "effect" && request === "post")
      for (const id of instanceIds) account.simulator.patchInstance(id, fields);
  });
};

describe("a new instance", () => {
  test("whose TSG is the id of no known tenant is the one that was asked for", async () => {
    account = await startAccount();
    showNewWith({ tsg_id: "opaque-7" });
    const { state, unfinished } = await create(account.host(), forTenant("tenant-a"));
    expect(unfinished).toBeUndefined();
    expect(state.instances).toMatchObject([{ tsgId: "opaque-7" }]);
  });

  test("whose TSG is that of another known tenant is not", async () => {
    account = await startAccount();
    showNewWith({ tsg_id: "1000000003" });
    const inputs = forTenant("tenant-a", { timeouts: { create: "12s" } });
    const { state } = await create(account.host(), inputs);
    expect(state.instances).toEqual([]);
  });

  test("in a region of another name is pointed at while it waits, and when the time is up", async () => {
    account = await startAccount();
    showNewWith({ region: "us-east" });
    const host = account.host();
    const { unfinished } = await create(host, forTenant("tenant-a", { timeouts: { create: "12s" } }));
    const id = account.simulator.instances[0]?.instanceId ?? "none";
    const words = `${id} is new, but in region us-east`;
    expect(host.recorded.progress.join()).toContain(words);
    expect(unfinished?.join()).toMatch(new RegExp(`not finished within its time-out.*${words}`));
  });
});
