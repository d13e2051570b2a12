import { create, forTenant, logging, prisma, saveIntent, update } from "../../../../support/child-instance";
import { type TestAccount, startAccount } from "../../../../support/host";

let account: TestAccount;
afterEach(() => account.stop());

test("a POST whose answer of success breaks off is never sent again by the same run", async () => {
  account = await startAccount({ appearAfterMs: 4_000, provisionMs: 4_500 });
  account.simulator.fault({ on: "post", kind: "cut" });
  const { state } = await create(account.host(), forTenant("tenant-a"));
  expect(state.unfinished).toEqual({ uncertain: ["prisma_access"] });
  expect(account.simulator.ledger.posts()).toHaveLength(1);
});

test("an update that has nothing left to adopt does not speak of adopting", async () => {
  account = await startAccount({
    instances: [{ appId: "prisma_access", tsg: "tenant-a", instanceId: "existing-1" }],
  });
  account.simulator.fail({ appId: "logging_service", how: "never-appears" });
  const bundle = {
    onboard: [prisma("tenant-a"), logging],
    adopt: ["existing-1"],
    timeouts: { create: "12s", update: "12s" },
  };
  const inputs = {
    ...bundle,
    intent: await saveIntent(account.host(), bundle),
  };
  const saved = await create(account.host(), inputs);
  account.nextRun();
  const host = account.host();
  await update(host, saved, inputs);
  expect(host.recorded.warnings).toEqual([]);
});

test("where tenants cannot be listed, an instance that is not its own does not end its turn", async () => {
  account = await startAccount({ delayMs: 50 });
  account.simulator.clients.forbid("tenants");
  const one = forTenant("tenant-a", { allowAdditional: true });
  const inputs = { ...one, intent: await saveIntent(account.host(), one) };
  account.nextRun();
  account.simulator.addInstance({
    appId: "prisma_access",
    tsg: "tenant-c",
    createdBy: "somebody",
  });
  let other: Promise<unknown> = Promise.resolve();
  const stop = account.simulator.on(({ kind, request }) => {
    if (kind !== "request" || request !== "post") return;
    stop();
    other = create(account.host({ name: "other" }), forTenant("tenant-b"));
  });
  const { unfinished } = await create(account.host(), inputs);
  await other;
  const { ledger } = account.simulator;
  expect(unfinished).toBeUndefined();
  expect(ledger.posts()[1]?.n).toBeGreaterThan(ledger.of("instance-appeared")[0]?.n ?? Infinity);
});
