import type { ChildInstanceInputs } from "../../../../../provider/resources/child-instance/schema";
import { create, errorOf, forTenant, saveIntent } from "../../../../support/child-instance";
import { type TestAccount, startAccount } from "../../../../support/host";

let account: TestAccount;
afterEach(() => account.stop());

/** Credentials that may not list tenants. */
async function untold(): Promise<void> {
  account = await startAccount();
  account.simulator.clients.forbid("tenants");
}

/** Inputs whose intent an earlier run saved. */
async function ofEarlierRun(inputs: ChildInstanceInputs): Promise<ChildInstanceInputs> {
  const intent = await saveIntent(account.host(), inputs);
  account.nextRun();
  return { ...inputs, intent };
}

describe("where tenants cannot be listed, a create that an earlier run may have begun", () => {
  const theirs = { appId: "prisma_access", tsg: "tenant-b", createdBy: "somebody", instanceId: "new-1" };

  test("stops at a new instance of another creator, with nothing sent and the line that would adopt it", async () => {
    await untold();
    const inputs = await ofEarlierRun(forTenant("tenant-a"));
    account.simulator.addInstance(theirs);
    const error = await errorOf(create(account.host(), inputs));
    expect(error.message).toMatch(
      /new-1 .*Nothing was sent.*adopt: \["new-1"\]; if none is, set allowAdditional: true/,
    );
    expect(account.simulator.ledger.posts()).toEqual([]);
  });

  test("allocates beside it where that is said", async () => {
    await untold();
    const inputs = await ofEarlierRun(forTenant("tenant-a", { allowAdditional: true }));
    account.simulator.addInstance(theirs);
    const { state } = await create(account.host(), inputs);
    const ids = state.instances.map(({ instanceId }) => instanceId);
    expect(ids).toHaveLength(1);
    expect(ids).not.toContain("new-1");
    expect(account.made()).toBe(1);
  });

  test("takes up a new instance that these credentials made", async () => {
    await untold();
    const inputs = await ofEarlierRun(forTenant("tenant-a"));
    account.simulator.addInstance({ appId: "prisma_access", tsg: "tenant-a", instanceId: "mine" });
    const { state } = await create(account.host(), inputs);
    expect(state.instances).toMatchObject([{ instanceId: "mine" }]);
    expect(account.simulator.ledger.posts()).toEqual([]);
  });
});

describe("where tenants cannot be listed, two tenants at once", () => {
  test("are sent one after the other's instance has shown, and each gets its own", async () => {
    await untold();
    const tenants = ["tenant-a", "tenant-b"];
    const outcomes = await Promise.all(
      tenants.map((name) => create(account.host({ name }), forTenant(name))),
    );
    const { ledger } = account.simulator;
    const [shown] = ledger.of("instance-appeared");
    expect(ledger.posts()[1]?.n).toBeGreaterThan(shown?.n ?? Infinity);
    expect(outcomes.map(({ state }) => state.instances[0]?.tsgId)).toEqual(["1000000002", "1000000003"]);
  });

  test("stop with nothing sent when the first one's instance does not show in time", async () => {
    await untold();
    account.simulator.fail({ how: "never-appears" });
    const tenants = ["tenant-a", "tenant-b"];
    const results = await Promise.all(
      tenants.map((name) =>
        create(account.host({ name }), forTenant(name, { timeouts: { create: "12s" } })).catch(
          (error: unknown) => error as Error,
        ),
      ),
    );
    const [stopped] = results.filter((result) => result instanceof Error);
    expect(stopped?.message).toMatch(
      /its time-out passed while it waited for the instance of another tenant.*Nothing was sent/,
    );
    expect(account.simulator.ledger.posts()).toHaveLength(1);
  });
});

test("a list of tenants that fails for a while stops a create, with nothing sent", async () => {
  account = await startAccount();
  const inputs = await ofEarlierRun(forTenant("tenant-a"));
  account.simulator.fault({ on: "tenants", kind: { status: 503 }, times: "always" });
  const error = await errorOf(create(account.host(), inputs));
  expect(error.message).toMatch(/tenant_service_groups .*was answered 503.*This run allocated nothing/);
  expect(account.simulator.ledger.posts()).toEqual([]);
});
