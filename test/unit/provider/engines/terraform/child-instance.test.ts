import { type RunningSimulator, startSimulator } from "../../../../../sdk/simulator";
import { FastClock } from "../../../../support/fast-clock";
import { type Configuration, type Run, TerraformCore } from "../../../../support/terraform-core";

/** `provisor_child_instance`, as Terraform calls it. */

let running: RunningSimulator;
let core: TerraformCore;
beforeEach(async () => {
  const clock = new FastClock(100);
  running = await startSimulator({ appearAfterMs: 2_000, provisionMs: 60_000, clock });
  core = new TerraformCore(clock, {}, { ...running.env, PROVISOR_APPEAR_TIMEOUT: "20s" });
});
afterEach(async () => {
  core.dispose();
  await running.stop();
});

const prisma = (tsgName: string, units = 100): Record<string, unknown> => ({
  app_id: "prisma_access",
  license_id: "123456789",
  allocation_type: "SHARED",
  allocation: [{ app_id: "prisma_access_edition", license_type: "GBL-SKU", allocation_size: units }],
  platform_region: "americas",
  tsg_name: tsgName,
  tsg_id: null,
  tenant_id: null,
  is_eula_accepted: true,
});

const tenant = (args: Record<string, unknown> = {}, rest: object = {}): Configuration => ({
  acme: { type: "provisor_child_instance", args: { onboard: [prisma("tenant-a")], ...args }, ...rest },
});

const SLOW = { timeouts: { create: "20s", update: null, delete: null } };

const posts = (): number => running.simulator.ledger.posts().length;
const errorsOf = ({ diagnostics }: Run): string[] =>
  diagnostics.filter(({ severity }) => severity === "error").map(({ detail }) => detail);

test("is allocated once, planned without a change, and stays allocated where nothing says otherwise", async () => {
  expect(errorsOf(await core.apply(tenant()))).toEqual([]);
  expect(core.attributes("acme")["id"]).toBe("1000000001/tenant-a/prisma_access");
  expect((await core.plan(tenant())).actions).toEqual({ acme: "no-op" });
  expect(errorsOf(await core.destroy())).toEqual([expect.stringContaining("deletion_policy")]);
  await core.apply(tenant({ deletion_policy: "abandon" }));
  expect(errorsOf(await core.destroy())).toEqual([]);
  expect([posts(), core.state.size]).toEqual([1, 0]);
});

test.each([{ createBeforeDestroy: false }, { createBeforeDestroy: true }])(
  "that is not finished is gone on with by the same command (%o)",
  async (rest) => {
    expect(errorsOf(await core.apply(tenant(SLOW, rest)))).toEqual([
      expect.stringContaining("not finished within its time-out"),
    ]);
    expect(core.state.get("acme")?.isTainted).toBe(true);
    expect(errorsOf(await core.apply(tenant({}, rest)))).toEqual([]);
    expect(core.attributes("acme")).toMatchObject({ unfinished: [] });
    expect([posts(), [...core.state.keys()]]).toEqual([1, ["acme"]]);
  },
);

test("that is tainted by hand is not replaced", async () => {
  await core.apply(tenant());
  core.taint("acme");
  expect(errorsOf(await core.apply(tenant()))).toEqual([expect.stringContaining("untaint")]);
  expect([posts(), core.state.size]).toEqual([1, 1]);
});

describe("where the state was lost", () => {
  beforeEach(() => core.apply(tenant()));

  test("is taken up by the same command on the same machine", async () => {
    core.loseState();
    expect(errorsOf(await core.apply(tenant()))).toEqual([]);
    expect([posts(), core.state.size]).toEqual([1, 1]);
  });

  test("is not allocated again on a new machine: the error prints the block that imports it", async () => {
    core.loseState({ andDisk: true });
    const [error] = errorsOf(await core.apply(tenant()));
    expect(error).toContain('id = "1000000001/tenant-a/prisma_access"');
    expect([posts(), core.state.size]).toEqual([1, 0]);
  });

  test("is imported by what was printed, and takes its license and sizes from the configuration", async () => {
    core.loseState({ andDisk: true });
    const id = "1000000001/tenant-a/prisma_access";
    const said = await core.import("provisor_child_instance", "acme", id);
    expect(said.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(errorsOf(await core.apply(tenant()))).toEqual([]);
    expect((await core.plan(tenant())).actions).toEqual({ acme: "no-op" });
    expect(posts()).toBe(1);
  });
});

test("what the tenant has already is taken over where the configuration says so", async () => {
  await core.apply(tenant());
  core.loseState({ andDisk: true });
  expect(errorsOf(await core.apply(tenant({ adopt: "existing" })))).toEqual([]);
  expect([posts(), core.state.size]).toEqual([1, 1]);
});

test("two of one tenant and app are an error in the plan", async () => {
  const one = { type: "provisor_child_instance", args: { onboard: [prisma("tenant-a")] } };
  expect(errorsOf(await core.plan({ one, other: one }))).toEqual([
    expect.stringContaining("very same object"),
  ]);
});

test("an item that is added is allocated beside the others, in an update", async () => {
  await core.apply(tenant());
  const logging = {
    ...prisma("tenant-a"),
    app_id: "logging_service",
    license_id: "123456790",
    allocation_type: null,
    allocation: [{ app_id: "logging_service", license_type: "LGS-SKU", allocation_size: 1 }],
    tsg_name: null,
  };
  const run = await core.apply(tenant({ onboard: [prisma("tenant-a"), logging] }));
  expect([run.actions, errorsOf(run)]).toEqual([{ acme: "update" }, []]);
  expect([posts(), (core.attributes("acme")["instances"] as unknown[]).length]).toEqual([2, 2]);
});

test("a change of what is allocated is refused, and allocates anew where the configuration says so", async () => {
  await core.apply(tenant());
  const larger = { onboard: [prisma("tenant-a", 120)] };
  expect(errorsOf(await core.apply(tenant(larger)))).toEqual([expect.stringContaining("change_policy")]);
  await core.apply(tenant({ deletion_policy: "abandon" }));
  const run = await core.apply(
    tenant({ ...larger, deletion_policy: "abandon", change_policy: "replace", allow_additional: true }),
  );
  expect([run.actions, errorsOf(run)]).toEqual([{ acme: "replace" }, []]);
  expect(posts()).toBe(2);
});

describe.each(["reset-before", "reset-after", "hang", "empty", "html", "truncated"] as const)(
  "a POST that ends in %s",
  (kind) => {
    test("allocates once, by as many runs of the same command as it takes", async () => {
      core.env["PROVISOR_REQUEST_TIMEOUT"] = "500ms";
      running.simulator.fault({ on: "post", kind, times: 1 });
      for (let run = 0; run < 3; run++) await core.apply(tenant());
      expect((await core.plan(tenant())).actions).toEqual({ acme: "no-op" });
      expect(core.state.get("acme")).toMatchObject({ isTainted: false, state: { unfinished: [] } });
      expect(running.simulator.account().instancesCreated).toBe(1);
    });

    test("allocates once, though the state is lost between the runs", async () => {
      core.env["PROVISOR_REQUEST_TIMEOUT"] = "500ms";
      running.simulator.fault({ on: "post", kind, times: 1 });
      await core.apply(tenant());
      core.loseState();
      for (let run = 0; run < 2; run++) await core.apply(tenant());
      expect((await core.plan(tenant())).actions).toEqual({ acme: "no-op" });
      expect(running.simulator.account().instancesCreated).toBe(1);
    });
  },
);
