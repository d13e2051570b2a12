import { create, forTenant, saveIntent } from "../../../../support/child-instance";
import { type TestAccount, startAccount } from "../../../../support/host";

let account: TestAccount;
afterEach(() => account.stop());

const theirs = { appId: "prisma_access", tsg: "tenant-a", createdBy: "somebody@example.com" };

/** What the list shows of our own. */
const equal = { ...theirs, licenseId: "123456789", sku: "GBL-SKU" };

/** Somebody else makes an equal instance at the moment of our POST. */
const whenPosted = (add: () => void): void => {
  const stop = account.simulator.on(({ kind, request }) => {
    if (kind !== "request" || request !== "post") return;
    stop();
    add();
  });
};

describe("an equal instance that somebody else makes in the same moment", () => {
  test("is not taken, though it is done before ours shows", async () => {
    account = await startAccount({ appearAfterMs: 1_500, provisionMs: 2_500 });
    whenPosted(() => account.simulator.addInstance({ ...theirs, instanceId: "theirs" }));
    const { state } = await create(account.host(), forTenant("tenant-a"));
    const ours = account.simulator.instances.find(({ instanceId }) => instanceId !== "theirs");
    expect(state.instances).toMatchObject([{ instanceId: ours?.instanceId }]);
  });

  test("is not taken from a list that was asked for before ours showed and came long after", async () => {
    const patient = { PROVISOR_REQUEST_TIMEOUT: "10m" };
    account = await startAccount({ appearAfterMs: 1_500, provisionMs: 2_500 });
    whenPosted(() => {
      account.simulator.addInstance({ ...theirs, instanceId: "theirs" });
      account.simulator.fault({ on: "list", kind: "drip", dripMs: 1 });
    });
    const { state } = await create(account.host({}, patient), forTenant("tenant-a"));
    expect(state.instances).toEqual([expect.not.objectContaining({ instanceId: "theirs" })]);
  });

  test("is not saved when the time is up before ours shows", async () => {
    account = await startAccount({ appearAfterMs: 60_000 });
    whenPosted(() => account.simulator.addInstance({ ...theirs, instanceId: "theirs" }));
    const { state } = await create(
      account.host({}, { PROVISOR_APPEAR_TIMEOUT: "60s" }),
      forTenant("tenant-a", { timeouts: { create: "3s" } }),
    );
    expect([state.instances, account.made()]).toEqual([[], 1]);
  });

  test("by the same credentials is told of with ours, and nothing is guessed", async () => {
    account = await startAccount();
    const { clientId } = account.simulator.clients.first;
    whenPosted(() => account.simulator.addInstance({ ...equal, createdBy: clientId, instanceId: "theirs" }));
    const { state, unfinished } = await create(account.host(), forTenant("tenant-a"));
    expect(unfinished?.join()).toMatch(/several new instances of prisma_access fit.*theirs.*adopt: \["/);
    expect(state.instances).toEqual([]);
  });
});

test("whoever takes up an instance that the list says somebody else made is warned", async () => {
  account = await startAccount();
  const wanted = forTenant("tenant-a");
  const inputs = { ...wanted, intent: await saveIntent(account.host(), wanted) };
  account.nextRun();
  account.simulator.addInstance({ ...theirs, instanceId: "theirs" });
  const host = account.host();
  await create(host, inputs);
  expect(host.recorded.warnings.join()).toMatch(/theirs .* made by somebody@example\.com, not by these/);
});
