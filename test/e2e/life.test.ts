import type { Simulator } from "../../sdk/simulator";
import type { PulumiProject, Run } from "../support/pulumi-project";
import { STORY_MS, Stacks, child, freeApp, logging, made, prisma } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

const programOf = (policies: Record<string, unknown>): string => `
${child("directory", freeApp({}, policies))}
${child("acme", { onboard: [prisma("tenant-a", 1000), logging(2)], ...policies })}
exports.directory = {
  instanceId: directory.instanceId, tsgId: directory.tsgId, url: directory.url, jobId: directory.jobId,
  parentTsgId: directory.parentTsgId, tenantId: directory.tenantId, name: directory.tenantInstanceName,
};
exports.acme = { instanceId: acme.instanceId, tsgId: acme.tsgId, jobId: acme.jobId, parentTsgId: acme.parentTsgId };
exports.apps = acme.instances.apply((all) => all.map((one) => one.appId));
exports.byApp = acme.instancesByApp.apply((all) => Object.keys(all).map((app) => [app, all[app].instanceId]));
exports.authCode = directory.instances.apply((all) => all[0].authCode);
exports.wildfire = acme.instances.apply((all) => all[0].extra.wildfire_api_key);`;

describe("a free app and a bundle", () => {
  let project: PulumiProject;
  let simulator: Simulator;
  let up: Run;
  let outputs: Record<string, Record<string, unknown>>;
  beforeAll(async () => {
    ({ project, simulator } = await stacks.simulated(programOf({})));
    up = await project.pulumi("up", "--yes");
    outputs = (await project.outputs("--show-secrets")) as typeof outputs;
  });

  test("are provisioned by one up, each with one POST", () => {
    expect(up.output).toContain("5 created");
    expect(up.code).toBe(0);
    expect(simulator.ledger.effects()).toHaveLength(2);
  });

  test("take the units that were asked for", () => {
    expect(simulator.account().unitsAllocated).toEqual([
      expect.objectContaining({ licenseType: "GBL-SKU", units: 1000 }),
      expect.objectContaining({ licenseType: "LGS-SKU", units: 2 }),
    ]);
  });

  test("have the free app's instance as outputs", () => {
    const [instance] = simulator.instances.filter(({ appId }) => appId === "directory_sync");
    expect(outputs["directory"]).toEqual({
      instanceId: instance?.instanceId,
      tsgId: "1000000001",
      url: expect.stringMatching(/^https:/) as string,
      jobId: instance?.jobId,
      parentTsgId: "1000000001",
      tenantId: instance?.tenantId,
      name: instance?.tenantInstanceName,
    });
  });

  test("have the first item of the bundle as convenience outputs", () => {
    const [instance] = simulator.instances.filter(({ appId }) => appId === "prisma_access");
    expect(outputs["acme"]).toEqual({
      instanceId: instance?.instanceId,
      tsgId: instance?.tsgId,
      jobId: instance?.jobId,
      parentTsgId: "1000000001",
    });
  });

  test("have an instance for each item, in the items' order", () => {
    expect(outputs["apps"]).toEqual(["prisma_access", "logging_service"]);
    expect(outputs["byApp"]).toEqual([
      ["prisma_access", made(simulator, "prisma_access")[0]],
      ["logging_service", made(simulator, "logging_service")[0]],
    ]);
  });

  test("show their secrets to whoever asks for them", () => {
    expect(outputs["authCode"]).toMatch(/^AUTHCODE-CANARY-/);
    expect(outputs["wildfire"]).toMatch(/^WFKEY-CANARY-/);
  });

  describe("afterwards", () => {
    test("a second up changes nothing and sends no POST", async () => {
      const { code, output } = await project.up("--expect-no-changes");
      expect(output).toContain("5 unchanged");
      expect(code).toBe(0);
      expect(simulator.ledger.posts()).toHaveLength(2);
    });

    test("a refresh finds no change", async () => {
      const { code, output } = await project.refresh("--expect-no-changes");
      expect(output).toContain("5 unchanged");
      expect(code).toBe(0);
    });

    test("a refresh brings what was changed in the vendor's portal", async () => {
      const [id] = made(simulator, "logging_service") as [string];
      simulator.patchInstance(id, { description: "renamed by hand", url: "https://elsewhere.example" });
      const { code, output } = await project.refresh();
      expect(code).toBe(0);
      expect(output).toMatch(/has changed: \S+: .*url .* => "https:\/\/elsewhere\.example"/);
      expect(output).toContain("1 updated");
      expect(JSON.stringify((await project.childInstance("acme"))?.outputs)).toContain("renamed by hand");
    });

    test("an up changes nothing of such drift", async () => {
      const { code } = await project.up("--expect-no-changes");
      expect(code).toBe(0);
    });

    test("a destroy fails, says what stays allocated and what to set, and leaves all in the state", async () => {
      const { code, output } = await project.destroy();
      expect(code).not.toBe(0);
      expect(output).toMatch(/deletionPolicy is "prevent"/);
      expect(output).toContain('set deletionPolicy: "abandon"');
      const resources = await project.resources();
      expect(resources.filter(({ type }) => /:(ChildInstance|Intent)$/.test(type))).toHaveLength(4);
    });

    test("with deletionPolicy abandon they leave the state, with a warning that names what stays", async () => {
      project.write(
        `const provisor = require("provisor");\n${child("directory", freeApp({}, { deletionPolicy: "abandon" }))}\n` +
          child("acme", { onboard: [prisma("tenant-a", 1000), logging(2)], deletionPolicy: "abandon" }),
      );
      expect((await project.up()).output).toContain("2 updated");
      const { code, output } = await project.destroy();
      expect(output).toMatch(
        /warning: .*abandoned.*stays allocated.*tenant tenant-a; 1000 x GBL-SKU \(prisma_access_edition\) of license 123456789/,
      );
      expect(code).toBe(0);
      expect(await project.resources()).toEqual([]);
      expect(simulator.ledger.posts()).toHaveLength(2);
      expect(simulator.instances).toHaveLength(3);
    });
  });
});
