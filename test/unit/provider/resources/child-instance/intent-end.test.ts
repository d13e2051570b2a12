import { childInstance, childInstanceIntent } from "../../../../support/one-process";
import { create, forTenant } from "../../../../support/child-instance";
import { type TestAccount, type TestHost, startAccount } from "../../../../support/host";
import type { SimulatorOptions } from "../../../../../sdk/simulator";

let account: TestAccount;
afterEach(() => account.stop());

const wanted = forTenant("tenant-a", { deletionPolicy: "abandon" });

/** An intent that an earlier run saved, in the state that a destroy finds. */
async function savedIntent(options: SimulatorOptions = {}) {
  account = await startAccount(options);
  const intent = await childInstanceIntent.create(account.host(), wanted);
  account.nextRun();
  /** What it says as it leaves. */
  const end = async (host: TestHost = account.host()): Promise<string> => {
    await childInstanceIntent.delete(host, intent.id, intent.state);
    return host.recorded.warnings.join();
  };
  return { intent, end };
}

describe("an intent that leaves the state", () => {
  test("with its ChildInstance asks nothing", async () => {
    const { intent, end } = await savedIntent();
    const { key, before } = intent.state;
    const saved = await create(account.host(), { ...wanted, intent: { key, before } });
    account.nextRun();
    const asked = account.simulator.ledger.of("request").length;
    const host = account.host();
    await childInstance.delete(host, saved.id, saved.state);
    await end(host);
    expect(account.simulator.ledger.of("request")).toHaveLength(asked);
  });

  test("alone names what a killed run allocated and only it knows of, with the line that adopts it", async () => {
    const { end } = await savedIntent();
    account.simulator.addInstance({ appId: "prisma_access", tsg: "tenant-a", instanceId: "ours" });
    expect(await end()).toMatch(
      /its Intent left the state without its.*prisma_access for tenant tenant-a is allocated: ours \(prisma_access.*Another stack may have it \(`pulumi state move`\).*adopt: \["ours"\]/,
    );
  });

  test("alone waits a while for what the list does not show yet", async () => {
    const { end } = await savedIntent({ appearAfterMs: 1_500 });
    account.simulator.addInstance({
      appId: "prisma_access",
      tsg: "tenant-a",
      instanceId: "ours",
      state: "provisioning",
    });
    expect(await end()).toContain("ours");
  });

  test("alone goes where nothing came of it", async () => {
    const { end } = await savedIntent();
    expect(await end()).toBe("");
    expect(account.simulator.ledger.of("request", "list").length).toBeGreaterThan(0);
  });

  test.each([
    ["was there before", { tsg: "tenant-a" }, true],
    ["is another tenant's", { tsg: "tenant-b" }, false],
    ["was made by others", { tsg: "tenant-a", createdBy: "somebody" }, false],
  ])("alone goes where what is listed %s", async (_what, more, isOld) => {
    const other = { appId: "prisma_access", instanceId: "other", ...more };
    const { end } = await savedIntent(isOld ? { instances: [other] } : {});
    if (!isOld) account.simulator.addInstance(other);
    // The list names these credentials as a creator, so that others are surely others.
    account.simulator.addInstance({ appId: "dlp", tsg: "tenant-a" });
    expect(await end()).toBe("");
    expect(account.simulator.ledger.of("request", "list").length).toBeGreaterThan(0);
  });

  test("alone says so where nobody can tell", async () => {
    const { end } = await savedIntent();
    account.simulator.fault({ on: "list", kind: { status: 403 }, times: "always" });
    expect(await end()).toMatch(
      /prisma_access for tenant tenant-a may be allocated, and nobody can tell now/,
    );
  });
});
