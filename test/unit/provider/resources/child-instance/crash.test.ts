import { anotherChild } from "../../../../support/exposed";
import {
  crash,
  create,
  errorOf,
  forTenant,
  logging,
  prisma,
  update,
  withIntent,
} from "../../../../support/child-instance";
import { type TestAccount, type TestHost, startAccount } from "../../../../support/host";

let account: TestAccount;
afterEach(() => account.stop());

describe("a create that an earlier run began", () => {
  test("takes up what that run allocated", async () => {
    account = await startAccount();
    const inputs = await withIntent(account.host(), forTenant("tenant-a"));
    await crash(account, (host) => create(host, inputs));
    const { state, unfinished } = await create(account.host(), inputs);
    expect(unfinished).toBeUndefined();
    expect(state.instances).toMatchObject([{ instanceId: account.simulator.instances[0]?.instanceId }]);
    expect(account.made()).toBe(1);
  });

  test("waits for what that run allocated to appear before it sends anything", async () => {
    account = await startAccount({ appearAfterMs: 1_900, provisionMs: 2_200 });
    const inputs = await withIntent(account.host(), forTenant("tenant-a"));
    await crash(account, (host) => create(host, inputs));
    await create(account.host(), inputs);
    expect(account.made()).toBe(1);
  });

  test("allocates once that run is seen to have allocated nothing", async () => {
    account = await startAccount();
    const inputs = await withIntent(account.host(), forTenant("tenant-a"));
    account.nextRun();
    await create(account.host(), inputs);
    expect(account.made()).toBe(1);
  });

  test("takes up every item of a bundle", async () => {
    account = await startAccount();
    const inputs = await withIntent(account.host(), { onboard: [prisma("tenant-a"), logging] });
    await crash(account, (host) => create(host, inputs));
    const { state } = await create(account.host(), inputs);
    expect(state.instances).toHaveLength(2);
    expect(account.made()).toBe(2);
  });

  test("takes up only its own where two equal ones were killed together", async () => {
    account = await startAccount();
    const equal = forTenant("tenant-a", { allowAdditional: true });
    const both = await Promise.all([1, 2].map(() => withIntent(account.host(), equal)));
    await crash(account, ...both.map((inputs) => (host: TestHost) => create(host, inputs)));
    const outcomes = await Promise.all(
      both.map((inputs, at) => create(account.host({ name: `again-${at}` }), inputs)),
    );
    const ids = outcomes.map(({ state }) => state.instances[0]?.instanceId);
    expect(new Set(ids).size).toBe(2);
    expect(account.made()).toBe(2);
  });

  test("allocates what is lacking where one of two equal ones was killed before its POST", async () => {
    account = await startAccount();
    const equal = forTenant("tenant-a", { allowAdditional: true });
    const [one, two] = await Promise.all([1, 2].map(() => withIntent(account.host(), equal)));
    await crash(account, (host) => create(host, one ?? equal));
    const outcomes = await Promise.all(
      [one ?? equal, two ?? equal].map((inputs, at) => create(account.host({ name: `again-${at}` }), inputs)),
    );
    const ids = outcomes.map(({ state }) => state.instances[0]?.instanceId);
    expect(new Set(ids).size).toBe(2);
    expect(account.made()).toBe(2);
  });

  test("does not take up what another resource of the saved state holds", async () => {
    account = await startAccount();
    const inputs = await withIntent(account.host(), forTenant("tenant-a", { allowAdditional: true }));
    const other = account.simulator.addInstance({ appId: "prisma_access", tsg: "tenant-a" });
    account.nextRun();
    const host = account.host({ saved: { others: [anotherChild(other.instanceId)] } });
    const { state } = await create(host, inputs);
    expect(state.instances[0]?.instanceId).not.toBe(other.instanceId);
    expect(account.made()).toBe(1);
  });

  test("takes up nothing where others may hold what is alike, and an engine does not tell", async () => {
    account = await startAccount();
    const inputs = await withIntent(account.host(), forTenant("tenant-a", { allowAdditional: true }));
    const { instanceId } = account.simulator.addInstance({ appId: "prisma_access", tsg: "tenant-a" });
    account.nextRun();
    const error = await errorOf(create(account.host({ saved: { others: "untold" } }), inputs));
    expect(error.message).toMatch(/Nothing tells what others hold. Nothing was sent/);
    expect(account.made()).toBe(0);
    account.nextRun();
    const adopting = { ...inputs, adopt: [instanceId] };
    const { state } = await create(account.host({ saved: { others: "untold" } }), adopting);
    expect(state.instances[0]?.instanceId).toBe(instanceId);
  });

  test("takes up its own where no other may be alike, though an engine tells of none", async () => {
    account = await startAccount();
    const inputs = await withIntent(account.host(), forTenant("tenant-a"));
    const { instanceId } = account.simulator.addInstance({ appId: "prisma_access", tsg: "tenant-a" });
    account.nextRun();
    const { state } = await create(account.host({ saved: { others: "untold" } }), inputs);
    expect([state.instances[0]?.instanceId, account.made()]).toEqual([instanceId, 0]);
  });

  test("does not take up what was there before it", async () => {
    account = await startAccount({ instances: [{ appId: "prisma_access", tsg: "tenant-a" }] });
    const inputs = await withIntent(account.host(), forTenant("tenant-a", { allowAdditional: true }));
    account.nextRun();
    await create(account.host(), inputs);
    expect(account.made()).toBe(1);
  });

  test("does not look back for an intent that this very run has made", async () => {
    account = await startAccount();
    await create(account.host(), forTenant("tenant-a"));
    const [post] = account.simulator.ledger.posts();
    const before = account.simulator.ledger.of("request", "list").filter(({ n }) => n < (post?.n ?? 0));
    // The intent's, and one for the POST where that is too old by then; looking back takes three more.
    expect(before.length).toBeLessThanOrEqual(2);
  });
});

describe("an unfinished create", () => {
  test("goes on by an update, and allocates nothing again", async () => {
    account = await startAccount();
    account.simulator.fail({ how: "stuck" });
    const inputs = await withIntent(account.host(), forTenant("tenant-a", { timeouts: { create: "12s" } }));
    const stuck = await create(account.host(), inputs);
    account.nextRun();
    account.simulator.finishInstance(account.simulator.instances[0]?.instanceId ?? "");
    const done = await update(account.host(), stuck, inputs);
    expect(done.unfinished).toBeUndefined();
    expect(done.state.unfinished).toBeUndefined();
    expect(account.made()).toBe(1);
  });

  test("whose instance had not appeared goes on, and allocates nothing again", async () => {
    account = await startAccount({ appearAfterMs: 20_000, provisionMs: 20_500 });
    const inputs = await withIntent(account.host(), forTenant("tenant-a", { timeouts: { create: "12s" } }));
    const waiting = await create(account.host(), inputs);
    expect(waiting.state.unfinished).toEqual({ awaited: ["prisma_access"] });
    account.nextRun();
    const done = await update(account.host(), waiting, inputs);
    expect(done.unfinished).toBeUndefined();
    expect(account.simulator.ledger.posts()).toHaveLength(1);
  });

  test("keeps its id when it goes on", async () => {
    account = await startAccount();
    account.simulator.fail({ how: "at-once" });
    const inputs = await withIntent(account.host(), forTenant("tenant-a"));
    const failed = await create(account.host(), inputs);
    account.nextRun();
    expect((await update(account.host(), failed, inputs)).id).toBe(failed.id);
  });
});
