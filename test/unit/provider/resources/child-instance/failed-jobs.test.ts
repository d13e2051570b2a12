import { childInstance } from "../../../../support/one-process";
import type {
  ChildInstanceInputs,
  ChildInstanceState,
} from "../../../../../provider/resources/child-instance/schema";
import type { Outcome } from "../../../../../provider/host/contract";
import {
  changes,
  check,
  create,
  forTenant,
  logging,
  prisma,
  refresh,
  update,
  withIntent,
} from "../../../../support/child-instance";
import { type TestAccount, startAccount } from "../../../../support/host";

let account: TestAccount;
afterEach(() => account.stop());

type Saved = Outcome<ChildInstanceState>;

/** An allocation whose job failed for good in an earlier run. */
async function failed(
  wanted: ChildInstanceInputs = forTenant("tenant-a"),
): Promise<{ saved: Saved; inputs: ChildInstanceInputs }> {
  account = await startAccount();
  account.simulator.fail({ appId: wanted.onboard?.at(-1)?.appId, how: "at-once", message: "no capacity" });
  const host = account.host();
  const inputs = await withIntent(host, wanted);
  const saved = await create(host, inputs);
  account.nextRun();
  return { saved, inputs };
}

describe("a job that failed for good", () => {
  test("is reported again by the next up, which looks once and sends nothing", async () => {
    const { saved, inputs } = await failed();
    const before = account.simulator.account().requests;
    const again = await update(account.host(), saved, inputs);
    expect(again.unfinished?.join()).toMatch(/provisioning of .* failed: failed, error, no capacity/);
    const { list, post } = account.simulator.account().requests;
    expect([list - before.list, post - before.post]).toEqual([1, 0]);
  });

  test("is reported again though nobody can look", async () => {
    const { saved, inputs } = await failed();
    account.simulator.fault({ on: "list", kind: { status: 403 }, times: "always" });
    const again = await update(account.host(), saved, inputs);
    expect(again.unfinished?.join()).toMatch(/provisioning of .* failed: failed, error, no capacity/);
  });

  test("stays in the state as it is", async () => {
    const { saved, inputs } = await failed();
    expect(await update(account.host(), saved, inputs)).toEqual(saved);
  });

  test("is done by the next up once the vendor has mended it", async () => {
    const { saved, inputs } = await failed();
    account.simulator.finishInstance(account.simulator.instances[0]?.instanceId ?? "");
    const { state, unfinished } = await update(account.host(), saved, inputs);
    expect([state.unfinished, unfinished]).toEqual([undefined, undefined]);
  });

  test("is finished by a refresh too", async () => {
    const { saved, inputs } = await failed();
    account.simulator.finishInstance(account.simulator.instances[0]?.instanceId ?? "");
    const state = (await refresh(account.host(), saved)) as ChildInstanceState;
    expect(state.unfinished).toBeUndefined();
    account.nextRun();
    expect(await changes(account.host(), { ...saved, state }, inputs)).toMatchObject({ changes: false });
  });

  test("in one item lets the other come to its end", async () => {
    const { saved } = await failed({ onboard: [prisma("tenant-a"), logging] });
    expect(saved.state.unfinished).toEqual({ failed: ["logging_service"] });
    expect(saved.state.instances).toMatchObject([{ status: "running" }, { appId: "logging_service" }]);
  });

  test("in one item does not advise a replacement, which the other would be allocated again by", async () => {
    const { saved } = await failed({ onboard: [prisma("tenant-a"), logging] });
    expect(saved.unfinished?.join()).not.toContain("--replace");
  });

  test("does not keep an item that is added later from being allocated", async () => {
    const { saved, inputs } = await failed();
    const after = await update(account.host(), saved, inputs, {
      ...inputs,
      onboard: [prisma("tenant-a"), logging],
    });
    expect(after.state.unfinished).toEqual({ failed: ["prisma_access"] });
    expect(account.made()).toBe(2);
  });
});

describe("a replacement that the user asks for", () => {
  const again = async (policy: "prevent" | "abandon", was?: ChildInstanceInputs) => {
    const { saved, inputs } = await failed(was);
    const host = account.host({ saved: { own: { ...saved.state } } });
    const wanted = { ...inputs, deletionPolicy: policy };
    return { saved, host, wanted, ...(await check(host, wanted)) };
  };

  test("is refused where the failed instance may not be left behind", async () => {
    const { problems } = await again("prevent");
    expect(problems.map(({ message }) => message).join()).toMatch(/would allocate a second time/);
  });

  test("is refused where another item of it is in order", async () => {
    const { problems } = await again("abandon", { onboard: [prisma("tenant-a"), logging] });
    expect(problems.map(({ message }) => message).join()).toMatch(/would allocate a second time/);
  });

  test("allocates anew where it may", async () => {
    const { host, wanted, saved } = await again("abandon");
    const { state, unfinished } = await create(host, wanted);
    expect(unfinished).toBeUndefined();
    expect(state.instances).toHaveLength(1);
    expect(state.instances[0]?.instanceId).not.toBe(saved.state.instances[0]?.instanceId);
  });

  test("leaves the failed one behind, whatever its saved policy", async () => {
    const { host, wanted, saved } = await again("abandon");
    await create(host, wanted);
    await childInstance.delete(host, saved.id, saved.state);
    expect(host.recorded.warnings.join()).toContain(saved.state.instances[0]?.instanceId ?? "none");
  });
});
