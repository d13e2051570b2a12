import type { Simulator } from "../../sdk/simulator";
import type { PulumiProject, SavedResource } from "../support/pulumi-project";
import { STORY_MS, Stacks, child, freeApp, prisma, program } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

describe("inputs that are outputs of resources that do not exist yet", () => {
  let project: PulumiProject;
  let simulator: Simulator;
  beforeAll(async () => {
    ({ project, simulator } = await stacks.simulated(`
class Named extends pulumi.dynamic.Resource {
  constructor(name) {
    const create = async () => ({ id: "named", outs: { tsgName: "tenant-a", licenseId: "123456789" } });
    super({ create }, name, { tsgName: undefined, licenseId: undefined });
  }
}
const named = new Named("named");
${child("directory", freeApp())}
const item = ${JSON.stringify(prisma("tenant-b"))};
const acme = new provisor.ChildInstance("acme", {
  onboard: [{ ...item, tsgName: named.tsgName, licenseId: named.licenseId }, { appId: "directory_sync", tenantId: directory.tenantId }],
});
exports.tsg = acme.tsgId;`));
  });

  test("pass the preview", async () => {
    const { code, output } = await project.preview();
    expect(code).toBe(0);
    expect(output).toContain("Some inputs are not known yet; tenant and units are checked when they are.");
  });

  test("are used by the up", async () => {
    expect((await project.up()).code).toBe(0);
    expect(await project.outputs()).toEqual({ tsg: simulator.tenants.find("tenant-a").id });
    expect(simulator.ledger.effects()).toHaveLength(2);
  });

  test("are no change afterwards", async () => {
    expect((await project.up("--expect-no-changes")).code).toBe(0);
  });
});

describe("a resource that is renamed and moved under a parent, with an alias", () => {
  let project: PulumiProject;
  let simulator: Simulator;
  const intentOf = async (): Promise<SavedResource | undefined> =>
    (await project.resources()).find(({ type }) => type.endsWith("provisor:Intent"));
  beforeAll(async () => {
    ({ project, simulator } = await stacks.simulated(child("acme", { onboard: [prisma("tenant-a")] })));
    await project.up();
  });

  const moved = program(`
const group = new pulumi.ComponentResource("test:index:Group", "group");
const renamed = new provisor.ChildInstance("renamed", ${JSON.stringify({ onboard: [prisma("tenant-a")] })}, {
  parent: group, aliases: [{ name: "acme", parent: pulumi.rootStackResource }], protect: true,
});`);

  test("is known again by its alias where a tainted state would replace it, and is not allocated again", async () => {
    const urn = (await project.childInstance("acme"))?.urn ?? "";
    expect((await project.pulumi("state", "taint", urn, "--yes")).code).toBe(0);
    project.write(moved);
    const { code, output } = await project.up();
    expect(code).not.toBe(0);
    expect(output).toMatch(/would allocate a second time/);
    expect(simulator.ledger.posts()).toHaveLength(1);
    const tainted =
      (await project.childInstance("acme"))?.urn ?? (await project.childInstance("renamed"))?.urn ?? "";
    expect((await project.pulumi("state", "untaint", tainted, "--yes")).code).toBe(0);
  });

  test("is neither replaced nor allocated again, and its intent moves with it", async () => {
    const before = await intentOf();
    project.write(moved);
    const { code, output } = await project.up();
    expect(code).toBe(0);
    expect(output).not.toMatch(/replaced|deleted/);
    expect(simulator.ledger.posts()).toHaveLength(1);
    const after = await intentOf();
    expect(after?.outputs?.["__key"]).toEqual(expect.any(String));
    expect(after?.outputs?.["__key"]).toBe(before?.outputs?.["__key"]);
    expect(after?.urn).toContain("test:index:Group$");
  });

  test("has its protection for its intent too", async () => {
    expect((await intentOf())?.protect).toBe(true);
    const { code, output } = await project.destroy();
    expect(code).not.toBe(0);
    expect(output).toMatch(/protected/);
  });

  test("is found by an alias that is a whole URN as well", async () => {
    const urn = (await project.childInstance("renamed"))?.urn ?? "";
    project.write(
      program(
        `new provisor.ChildInstance("again", ${JSON.stringify({ onboard: [prisma("tenant-a")] })}, { aliases: [${JSON.stringify(urn)}] });`,
      ),
    );
    expect((await project.up()).code).toBe(0);
    expect(await project.childInstance("again")).toBeDefined();
    expect(simulator.ledger.posts()).toHaveLength(1);
  });
});

describe("thirty resources", () => {
  const names = Array.from({ length: 30 }, (_, index) => `tenant${String(index)}`);
  let project: PulumiProject;
  let simulator: Simulator;
  beforeAll(async () => {
    ({ project, simulator } = await stacks.simulated(
      names.map((name) => child(name, { onboard: [prisma(name, 1)] })).join("\n"),
      { tenants: names.map((name) => ({ name })) },
    ));
  });

  test("are provisioned side by side with one token", async () => {
    const { code } = await project.up("--parallel", "100");
    expect(code).toBe(0);
    expect(simulator.ledger.effects()).toHaveLength(30);
    expect(simulator.ledger.counts().token).toBe(1);
  });

  test("are refreshed with one list request and one token", async () => {
    const before = simulator.ledger.counts();
    const { output } = await project.refresh();
    expect(output).toContain("61 unchanged");
    const after = simulator.ledger.counts();
    expect([after.list - before.list, after.token - before.token]).toEqual([1, 1]);
  });

  test("need no request at all for an up that changes nothing", async () => {
    const before = simulator.ledger.counts();
    expect((await project.up("--expect-no-changes")).code).toBe(0);
    expect(simulator.ledger.counts()).toEqual(before);
  });
});

describe("with --target that leaves out what a resource needs", () => {
  const urnOf = (resource: string): string =>
    `urn:pulumi:dev::e2e::pulumi-nodejs:dynamic/provisor:${resource}`;
  const targets = (resources: string[]): string[] => resources.flatMap((name) => ["--target", urnOf(name)]);

  /** Refused by a preview and by an up, each time in one line that names the others; with them it is made. */
  async function expectRefused(project: PulumiProject, resource: string, needs: string[]): Promise<void> {
    const words =
      "has a problem: this run leaves out what it needs and the state does not have. Name this too: " +
      needs.map((name) => `--target '${urnOf(name)}'`).join(" ");
    for (const command of ["preview", "up"] as const) {
      const { code, output } = await project[command](...targets([resource]));
      expect(code).not.toBe(0);
      const list = output.slice(output.indexOf("Diagnostics:"));
      expect(list.match(/(?<=error: .*)has a problem: .*|(?<=error: )(?!.*has a problem).*/g)).toEqual([
        words,
      ]);
    }
    expect((await project.up(...targets([resource, ...needs]))).code).toBe(0);
  }

  test("a ChildInstance is refused", async () => {
    const { project, simulator } = await stacks.simulated(child("directory", freeApp()));
    await expectRefused(project, "ChildInstance::directory", ["Intent::directory"]);
    expect(simulator.ledger.posts()).toHaveLength(1);
  });

  test("a ServiceInstance and a ServiceBinding are refused", async () => {
    const { project, broker } = await stacks.brokered(
      `const db = new provisor.ServiceInstance("db", { service: "postgres", plan: "small" });
const other = new provisor.ServiceInstance("other", { service: "postgres", plan: "small" });
new provisor.ServiceBinding("login", { instance: db });`,
    );
    await expectRefused(project, "ServiceInstance::other", ["ServiceInstanceIntent::other"]);
    const needs = ["ServiceInstanceIntent::db", "ServiceBindingIntent::login", "ServiceInstance::db"];
    await expectRefused(project, "ServiceBinding::login", needs);
    expect(broker.instances).toHaveLength(2);
  });
});

describe("ChildInstances of one component", () => {
  test("are made together, one from what another one came to, and do not change after that", async () => {
    const { project, simulator } = await stacks.simulated(`
class Customer extends pulumi.ComponentResource {
  constructor(name) {
    super("test:index:Customer", name);
    const own = { parent: this };
    const directory = new provisor.ChildInstance(name + "-directory", ${JSON.stringify(freeApp())}, own);
    new provisor.ChildInstance(name + "-a", ${JSON.stringify({ onboard: [prisma("tenant-a")] })}, own);
    const item = ${JSON.stringify(prisma("tenant-b"))};
    new provisor.ChildInstance(name + "-b", {
      onboard: [item, { appId: "directory_sync", tenantId: directory.tenantId }],
    }, own);
    this.registerOutputs({});
  }
}
new Customer("acme");`);
    const { code, output } = await project.up();
    expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
    expect(simulator.ledger.effects()).toHaveLength(3);
    expect((await project.up("--expect-no-changes")).code).toBe(0);
  });
});
