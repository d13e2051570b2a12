import { childInstance, childInstanceIntent } from "../../../../support/one-process";
import { intentSpecOf } from "../../../../../provider/resources/child-instance/allocation";
import type { ChildInstanceInputs } from "../../../../../provider/resources/child-instance/schema";
import { specOf } from "../../../../../provider/resources/child-instance/state";
import {
  changes,
  crash,
  create,
  errorOf,
  forTenant,
  madeBefore,
  prisma,
  withIntent,
} from "../../../../support/child-instance";
import { type TestAccount, type TestHost, startAccount } from "../../../../support/host";
import type { SimulatorOptions } from "../../../../../sdk/simulator";

let account: TestAccount;
afterEach(() => account.stop());

const wanted = forTenant("tenant-a");
const ours = { appId: "prisma_access", tsg: "tenant-a", instanceId: "ours" };

/** What the intent of these inputs says as it leaves the state. */
async function endOf({ intent, ...inputs }: ChildInstanceInputs, host: TestHost = account.host()) {
  const { key = "", before = {} } = intent ?? {};
  await childInstanceIntent.delete(host, key, { key, before, want: intentSpecOf(specOf(inputs)) });
  return host.recorded.warnings.join();
}

/** An intent that an earlier run saved, and of whose ChildInstance nothing is known. */
async function savedIntent(options: SimulatorOptions = {}): Promise<ChildInstanceInputs> {
  account = await startAccount(options);
  const inputs = await withIntent(account.host(), wanted);
  account.nextRun();
  return inputs;
}

describe("an intent that is left alone by a rename without an alias", () => {
  const renamed = () => account.host({ name: "renamed" });

  test("says nothing of what the renamed resource has allocated in the same run", async () => {
    account = await startAccount();
    account.simulator.fault({ on: "post", kind: { status: 400 } });
    const inputs = await withIntent(account.host(), wanted);
    await errorOf(create(account.host(), inputs));
    account.nextRun();
    await create(renamed(), wanted);
    expect(await endOf(inputs)).toBe("");
  });

  test("says nothing of what the renamed resource holds unchanged in a later run", async () => {
    const inputs = await savedIntent();
    const now = await withIntent(account.host(), wanted);
    const saved = await create(renamed(), now);
    account.nextRun();
    await changes(renamed(), saved, now);
    expect(await endOf(inputs)).toBe("");
  });
});

test.each([
  ["first", [0, 1]],
  ["last", [1, 0]],
])(
  "an intent that a killed run left names what that run allocated, though an equal resource leaves %s",
  async (_when, order) => {
    account = await startAccount();
    const equal = { ...wanted, allowAdditional: true, deletionPolicy: "abandon" } as const;
    const { saved, inputs } = await madeBefore(account, equal);
    const alone = await withIntent(account.host(), equal);
    await crash(account, (host) => create(host, alone));
    const host = account.host();
    await childInstance.delete(host, saved.id, saved.state);
    for (const at of order) await endOf([inputs, alone][at] ?? equal, host);
    const orphan = account.simulator.instances.find(
      ({ instanceId }) => instanceId !== saved.state.instances[0]?.instanceId,
    );
    expect(host.recorded.warnings.join()).toContain(orphan?.instanceId ?? "none");
  },
);

test("the intent of a replaced original says nothing in a run of its own", async () => {
  account = await startAccount();
  const { saved, inputs } = await madeBefore(account, { ...wanted, allowAdditional: true });
  const host = account.host({ saved: { own: { ...saved.state } } });
  const news = await withIntent(host, {
    onboard: [prisma("tenant-a", 200)],
    allowAdditional: true,
    changePolicy: "replace",
    deletionPolicy: "abandon",
  });
  await changes(account.host(), saved, news);
  const replacement = await create(host, news);
  await childInstance.delete(host, saved.id, saved.state);
  account.nextRun();
  await changes(account.host(), replacement, news);
  expect(await endOf(inputs)).toBe("");
});

describe("an intent that is left alone by a killed run", () => {
  test("names what that run allocated where the list writes creators in another way", async () => {
    const inputs = await savedIntent();
    account.simulator.addInstance({ ...ours, createdBy: "svc@1.iam.example.com" });
    expect(await endOf(inputs)).toContain("ours");
  });

  test("says that nobody can tell where the list fails once it was had", async () => {
    const inputs = await savedIntent();
    account.simulator.fault({ on: "list", skip: 1, kind: { status: 503 }, times: "always" });
    expect(await endOf(inputs)).toMatch(/nobody can tell/);
  });

  test("does not go before what that run allocated can have shown", async () => {
    const inputs = await savedIntent({ appearAfterMs: 15_000, provisionMs: 16_000 });
    account.simulator.addInstance({ ...ours, state: "provisioning" });
    expect(await endOf(inputs, account.host({}, { PROVISOR_APPEAR_TIMEOUT: "60s" }))).toContain("ours");
  });
});
