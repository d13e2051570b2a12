import type { ChildInstanceInputs } from "../../../../../provider/resources/child-instance/schema";
import {
  changes,
  create,
  forTenant,
  logging,
  prisma,
  refresh,
  saveIntent,
  update,
} from "../../../../support/child-instance";
import { type TestAccount, startAccount } from "../../../../support/host";
import type { Fault } from "../../../../../sdk/simulator";

let account: TestAccount;
afterEach(() => account.stop());

const afterPost = (act: () => void): void => {
  account.simulator.on(({ kind, request }) => {
    if (kind === "effect" && request === "post") act();
  });
};

describe("a wait whose looks are refused", () => {
  const refused: Fault = { on: "list", kind: { status: 403, body: { message: "forbidden" } } };

  test("survives two in a row", async () => {
    account = await startAccount();
    afterPost(() => {
      account.simulator.fault({ ...refused, times: 2 });
    });
    const { unfinished } = await create(account.host(), forTenant("tenant-a"));
    expect(unfinished).toBeUndefined();
  });

  test("survives two and again two, with a good one in between", async () => {
    account = await startAccount();
    afterPost(() => {
      account.simulator.fault({ ...refused, times: 2 });
      account.simulator.fault({ ...refused, skip: 3, times: 2 });
    });
    const { unfinished } = await create(account.host(), forTenant("tenant-a"));
    expect(unfinished).toBeUndefined();
  });

  test("ends at the third in a row, and the next run goes on", async () => {
    account = await startAccount();
    const inputs = {
      ...forTenant("tenant-a"),
      intent: await saveIntent(account.host(), forTenant("tenant-a")),
    };
    afterPost(() => {
      account.simulator.fault({ ...refused, times: 3 });
    });
    const refusedRun = await create(account.host(), inputs);
    expect(refusedRun.unfinished?.join()).toMatch(/was answered 403: forbidden.*goes on from here/);
    account.nextRun();
    expect((await update(account.host(), refusedRun, inputs)).unfinished).toBeUndefined();
    expect(account.simulator.ledger.posts()).toHaveLength(1);
  });
});

test("associations in another order are no drift", async () => {
  const associations = ["x", "y", "z"].map((id) => ({ app_id: "dlp", instance_id: id, region: "americas" }));
  account = await startAccount({
    instances: [
      { appId: "prisma_access", tsg: "tenant-a", instanceId: "existing-1", fields: { associations } },
    ],
  });
  const inputs = forTenant("tenant-a", { adopt: "existing" });
  const saved = await create(account.host(), inputs);
  account.nextRun();
  account.simulator.patchInstance("existing-1", { associations: associations.toReversed() });
  const host = account.host();
  const state = await refresh(host, saved);
  expect(state?.instances).toEqual(saved.state.instances);
  expect(host.recorded.infos).toEqual([]);
  expect((await changes(host, saved, inputs)).changes).toBe(false);
});

test("the removal of an item that is only awaited is warned of with app, tenant and units", async () => {
  account = await startAccount();
  account.simulator.fail({ appId: "logging_service", how: "never-appears" });
  const bundle: ChildInstanceInputs = {
    onboard: [prisma("tenant-a"), logging],
    timeouts: { create: "12s" },
  };
  const inputs = { ...bundle, intent: await saveIntent(account.host(), bundle) };
  const saved = await create(account.host(), inputs);
  expect(saved.state.unfinished).toEqual({ awaited: ["logging_service"] });
  account.nextRun();
  const host = account.host();
  const news: ChildInstanceInputs = { ...inputs, onboard: [prisma("tenant-a")], deletionPolicy: "abandon" };
  const { unfinished } = await update(host, saved, inputs, news);
  expect(unfinished).toBeUndefined();
  expect(host.recorded.warnings).toEqual([
    expect.stringMatching(
      /left behind, and still allocated: logging_service for tenant tenant-a; 1 x LGS-SKU \(logging_service\) of license 123456790\.$/,
    ),
  ]);
});

test("a job that failed says what is allocated and what to do", async () => {
  account = await startAccount();
  account.simulator.fail({ how: "at-once", message: "quota" });
  const { unfinished } = await create(account.host(), forTenant("tenant-a"));
  expect(unfinished?.join()).toMatch(
    /provisioning of .* failed: .*quota\. Allocated: .*not allocated again by itself.* once the vendor has repaired it, run the same command again\. .*To give it up, set deletionPolicy: "abandon"/,
  );
});

describe("the answer to a POST", () => {
  test("that is a list tells the job", async () => {
    account = await startAccount();
    account.simulator.fault({
      on: "post",
      kind: { status: 200, body: [{ job_id: "job-7" }] },
      effect: "after",
    });
    const host = account.host();
    const { state, unfinished } = await create(host, forTenant("tenant-a"));
    expect(unfinished).toBeUndefined();
    expect(state.jobId).toBe("job-7");
    expect(host.recorded.warnings).toEqual([]);
  });

  test.each<[string, Fault]>([
    ["a proxy's page", { on: "post", kind: "html" }],
    ["nothing", { on: "post", kind: "empty" }],
    ["a text", { on: "post", kind: { status: 200, body: "accepted" } }],
    ["something else", { on: "post", kind: { status: 201, body: 7 } }],
  ])("that is a success with %s is never followed by another POST of the same run", async (_, fault) => {
    account = await startAccount();
    account.simulator.fault(fault);
    const { state, unfinished } = await create(account.host(), forTenant("tenant-a"));
    expect(state.unfinished).toEqual({ uncertain: ["prisma_access"] });
    expect(unfinished?.join()).toMatch(/not known whether the POST took effect/);
    expect(account.simulator.ledger.posts()).toHaveLength(1);
  });
});
