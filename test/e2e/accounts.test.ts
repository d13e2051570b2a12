import type { RunningSimulator } from "../../sdk/simulator";
import type { PulumiProject } from "../support/pulumi-project";
import { STORY_MS, Stacks, child, freeApp, program } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

let running: RunningSimulator;
let project: PulumiProject;
beforeAll(async () => {
  running = await stacks.simulator({
    parents: [
      { id: "1000000001", name: "First" },
      { id: "1000000900", name: "Second" },
    ],
    tenants: [{ name: "tenant-a" }, { name: "tenant-b", parentId: "1000000900" }],
    clients: [
      { clientId: "first@example", clientSecret: "first-secret", tsgId: "1000000001" },
      { clientId: "second@example", clientSecret: "second-secret", tsgId: "1000000900" },
    ],
  });
  project = await stacks.project("", { env: running.env });
  const second = "provisor:profiles.second";
  await project.pulumi("config", "set", "--path", "--secret", `${second}.clientSecret`, "second-secret");
  await project.pulumi("config", "set", "--path", `${second}.clientId`, "second@example");
  await project.pulumi("config", "set", "--path", `${second}.scope`, "tsg_id:1000000900");
  await project.pulumi("config", "set", "--path", `${second}.deletionPolicy`, "abandon");
});

describe("two parents in one stack", () => {
  test("are told apart by a profile", async () => {
    project.write(
      program(`${child("one", freeApp())}\n${child("two", freeApp({}, { profile: "second" }))}
exports.parents = [one.parentTsgId, two.parentTsgId];`),
    );
    const { code } = await project.up();
    expect(code).toBe(0);
    expect(await project.outputs()).toEqual({ parents: ["1000000001", "1000000900"] });
    expect(
      running.simulator.ledger
        .effects()
        .map(({ client }) => client)
        .sort(),
    ).toEqual(["first@example", "second@example"]);
  });

  test("take each policy's default from the profile", async () => {
    const policyOf = async (name: string): Promise<unknown> =>
      (await project.childInstance(name))?.outputs?.["deletionPolicy"];
    expect([await policyOf("one"), await policyOf("two")]).toEqual(["prevent", "abandon"]);
  });

  test("are refreshed each with its own credentials", async () => {
    expect((await project.refresh("--expect-no-changes")).code).toBe(0);
  });

  test("are not addressed by a profile that nobody has set", async () => {
    project.write(program(child("three", freeApp({}, { profile: "third" }))));
    const { code, output } = await project.preview();
    expect(code).not.toBe(0);
    expect(output).toContain('There is no profile "third" in provisor:profiles. It has: second.');
  });
});

describe("functions for programs", () => {
  let outputs: Record<string, unknown>;
  beforeAll(async () => {
    project.write(
      program(`
const { licenseIds, found } = { licenseIds: (all) => all.map((one) => one.licenseId), found: (all) => all.map((one) => one.appId) };
${child("one", freeApp())}
${child("two", freeApp({}, { profile: "second" }))}
exports.licenses = provisor.getLicenses().then(licenseIds);
exports.oneLicense = provisor.getLicensesOutput({ licenseId: one.id.apply(() => "123456790") }).apply(licenseIds);
exports.instances = provisor.getInstances({ appId: "directory_sync" }).then(found);
exports.authCodes = provisor.getInstances().then((all) => all.map((one) => one.authCode));
exports.second = provisor.getInstancesOutput({ profile: two.profile }).apply((all) => all.map((one) => one.tsgId));
exports.tenants = provisor.getTenants().then((all) => all.map((one) => one.name).sort());
exports.tenantsOutput = provisor.getTenantsOutput({ profile: "second" }).apply((all) => all.map((one) => one.name).sort());`),
    );
    expect((await project.up()).code).toBe(0);
    outputs = await project.outputs();
  });

  test("list licenses", () => {
    expect(outputs["licenses"]).toEqual(["123456789", "123456790"]);
    expect(outputs["oneLicense"]).toEqual(["123456790"]);
  });

  test("list instances", () => {
    expect(outputs["instances"]).toEqual(["directory_sync"]);
  });

  test("keep what is secret in an instance a secret", async () => {
    expect(outputs["authCodes"]).toEqual(["[secret]"]);
    const { authCodes, second } = await project.outputs("--show-secrets");
    expect(authCodes).toEqual([expect.stringMatching(/^AUTHCODE-CANARY-/)]);
    expect(second).toEqual(["1000000900"]);
  });

  test("list tenants", () => {
    expect(outputs["tenants"]).toEqual(["First", "tenant-a"]);
    expect(outputs["tenantsOutput"]).toEqual(["Second", "tenant-b"]);
  });

  test("refuse a program without credentials", async () => {
    const lost = await stacks.project("exports.licenses = provisor.getLicenses();");
    const { code, output } = await lost.preview();
    expect(code).not.toBe(0);
    expect(output).toContain("No credentials: client id, client secret and scope are missing");
  });
});

test("a resource of a profile whose scope was changed is not touched", async () => {
  await project.pulumi("config", "set", "--path", "provisor:profiles.second.scope", "tsg_id:1000000901");
  const { code, output } = await project.refresh("--run-program");
  expect(code).not.toBe(0);
  expect(output).toMatch(/parent TSG 1000000901|1000000901/);
  expect(await project.childInstance("two")).toBeDefined();
});
