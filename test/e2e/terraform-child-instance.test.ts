import { type RunningSimulator, startSimulator } from "../../sdk/simulator";
import { TerraformProject } from "../support/terraform-project";

/** Allocations at the subscription service on the real Terraform. */

jest.setTimeout(180_000);

let running: RunningSimulator;
let project: TerraformProject;
const begin = async (configuration: string, provisionMs = 1_500): Promise<void> => {
  running = await startSimulator({ appearAfterMs: 300, provisionMs, tenants: 6 } as never);
  project = new TerraformProject(configuration, running.env);
  expect((await project.init()).code).toBe(0);
};
afterEach(async () => {
  project.dispose();
  await running.stop();
});

const tenant = (name: string, more = "", units = 10): string => `
resource "provisor_child_instance" "${name.replace("-", "_")}" {
  onboard = [{
    app_id          = "prisma_access"
    license_id      = "123456789"
    allocation_type = "SHARED"
    allocation      = [{ app_id = "prisma_access_edition", license_type = "GBL-SKU", allocation_size = ${units} }]
    platform_region = "americas"
    tsg_name        = "${name}"
    is_eula_accepted = true
  }]
${more}
}
`;

const posts = (): number => running.simulator.ledger.posts().length;

test("a tenant is allocated once, planned without a change, and abandoned where the configuration says so", async () => {
  await begin(tenant("tenant-a"));
  expect(await project.apply()).toMatchObject({ code: 0 });
  expect(await project.plan()).toMatchObject({ code: 0 });
  const refused = await project.destroy();
  expect([refused.code, refused.output.replace(/\s+/g, " ")]).toEqual([
    1,
    expect.stringContaining('deletion_policy = "abandon"'),
  ]);
  project.write(tenant("tenant-a", 'deletion_policy = "abandon"'));
  expect(await project.apply()).toMatchObject({ code: 0 });
  expect(await project.destroy()).toMatchObject({ code: 0 });
  expect(posts()).toBe(1);
});

test("a plan shows of each new resource what it takes, of which license, and what remains", async () => {
  await begin(tenant("tenant-a", "", 10));
  const { output } = await project.plan();
  expect(output.replace(/\s+/g, " ")).toMatch(/Will allocate prisma_access .*10 .*123456789/);
  expect(posts()).toBe(0);
});

test("a provider whose Terraform was killed ends its POST and then itself, and the same command finds what that made", async () => {
  await begin(tenant("tenant-a"));
  running.simulator.fault({ on: "post", kind: "drip" });
  const applying = project.start("apply", "-no-color", "-input=false", "-auto-approve");
  running.simulator.on(({ kind, request }) => {
    if (kind === "effect" && request === "post") applying.signal("SIGKILL");
  });
  expect((await applying.done).code).toBe(137);
  expect(project.providersRunning()).toBe(1);
  const until = Date.now() + 6_000;
  while (project.providersRunning() > 0 && Date.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 100));
  expect(project.providersRunning()).toBe(0);
  const again = await project.apply();
  expect([again.code, again.code === 0 ? "" : again.output]).toEqual([0, ""]);
  expect(posts()).toBe(1);
});

test("a plan says what is too much for the license, at the attribute, and sends nothing", async () => {
  await begin(tenant("tenant-a", "", 100_000));
  const { code, output } = await project.plan();
  expect([code, output]).toEqual([1, expect.stringContaining("onboard[0]")]);
  expect(posts()).toBe(0);
});

test("many are accepted first and waited for together, and what depends on them waits too", async () => {
  const names = ["tenant-a", "tenant-b", "tenant-c"];
  const ids = names.map((name) => `provisor_child_instance.${name.replace("-", "_")}.id`);
  await begin(
    names.map((name) => tenant(name, "wait = false")).join("") +
      `
resource "provisor_ready" "all" {
  ids = [${ids.join(", ")}]
}
resource "terraform_data" "after" {
  depends_on = [provisor_ready.all]
}
`,
    4_000,
  );
  const started = Date.now();
  const first = await project.apply("-parallelism=1");
  expect([first.code, first.code === 0 ? "" : first.output]).toEqual([0, ""]);
  // Of one after another each would take its own four seconds at least.
  expect(Date.now() - started).toBeLessThan(11_000);
  expect(first.output).toContain("was accepted and is not finished");
  expect(posts()).toBe(3);
  expect(await project.apply()).toMatchObject({ code: 0 });
  expect(await project.plan()).toMatchObject({ code: 0 });
  expect(posts()).toBe(3);
});

test("a state that was lost is found again by the intent, which is in it, on any machine", async () => {
  const configuration = `
resource "provisor_intent" "acme" {}
${tenant("tenant-a", "intent = provisor_intent.acme.key")}`;
  await begin(configuration);
  expect(await project.apply()).toMatchObject({ code: 0 });
  await project.run("state", "rm", "provisor_child_instance.tenant_a");
  project.forgetRecords();
  const again = await project.apply();
  expect([again.code, again.code === 0 ? "" : again.output]).toEqual([0, ""]);
  expect(posts()).toBe(1);
});

test("without an intent a lost state on a new machine stops the apply, and the printed block imports", async () => {
  await begin(tenant("tenant-a"));
  await project.apply();
  await project.run("state", "rm", "provisor_child_instance.tenant_a");
  project.forgetRecords();
  const stopped = await project.apply();
  expect(stopped.code).toBe(1);
  const [block = ""] = /import \{[^}]*\}/.exec(stopped.output) ?? [];
  project.write(tenant("tenant-a") + block.replace("NAME", "tenant_a"));
  const imported = await project.apply();
  expect([imported.code, imported.code === 0 ? "" : imported.output]).toEqual([0, ""]);
  expect(await project.plan()).toMatchObject({ code: 0 });
  expect(posts()).toBe(1);
});

test("Ctrl-C while it waits saves what is under way, and the same command ends it", async () => {
  await begin(tenant("tenant-a"), 8_000);
  const applying = project.start("apply", "-no-color", "-input=false", "-auto-approve");
  running.simulator.on(({ kind, request }) => {
    if (kind === "answer" && request === "post") setTimeout(() => applying.signalGroup("SIGINT"), 1_000);
  });
  const stopped = await applying.done;
  expect(stopped.code).toBe(1);
  expect(Object.keys(await project.state())).toEqual(["provisor_child_instance.tenant_a"]);
  const again = await project.apply();
  expect([again.code, again.code === 0 ? "" : again.output]).toEqual([0, ""]);
  expect(posts()).toBe(1);
});
