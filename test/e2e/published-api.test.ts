import {
  type PublishedApi,
  type PublishedApiOptions,
  parentTsgId,
  startPublishedApi,
} from "../support/published-api";
import type { PulumiProject, Run } from "../support/pulumi-project";
import { STORY_MS, Stacks, child, freeApp, logging, prisma } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

const prismaItem = prisma("Harbour", 600, { licenseId: 31001 });
const loggingItem = logging("3", { licenseId: "31002" });
const onboard = [prismaItem, loggingItem, { appId: "directory_sync", tenantId: 700100200 }];
const programText = `
${child("directory", freeApp({ supportAccountId: 123456 }))}
${child("branch", { onboard })}
exports.directory = directory.instanceId;
exports.branch = branch.instancesByApp.apply((all) => [all.prisma_access.tsgId, all.logging_service.region]);
exports.licenses = provisor.getLicensesOutput({ licenseId: "31001" }).apply((all) => all[0].licenses.map((one) => one.remainingSize));
exports.found = provisor.getInstancesOutput({ withChildren: true }).apply((all) => all.length);`;

describe.each<[string, PublishedApiOptions]>([
  ["that lets tenants be read", {}],
  ["that forbids reading tenants", { tenancy: false }],
])("another server that follows the published API, %s", (_name, options) => {
  let api: PublishedApi;
  let project: PulumiProject;
  let up: Run;
  beforeAll(async () => {
    api = await startPublishedApi(options);
    project = await stacks.project(programText, { env: api.env });
    up = await project.up();
  });
  afterAll(() => api.close());

  test("provisions with one POST each", () => {
    expect(up.output).toContain("5 created");
    expect(api.posts).toHaveLength(2);
  });

  test("gives the outputs", async () => {
    const { directory, branch } = await project.outputs("--show-secrets");
    expect(directory).toBe(
      String(api.instances.find((one) => one["app_id"] === "directory_sync")?.["instance_id"]),
    );
    expect(branch).toEqual(["1000000022", "americas"]);
  });

  test("keeps the free app in the parent", async () => {
    const saved = await project.childInstance("directory");
    expect(saved?.outputs?.["parentTsgId"]).toBe(String(parentTsgId));
  });

  test("finds nothing to change in a second up", async () => {
    const { output } = await project.up();
    expect(output).toContain("5 unchanged");
    expect(api.posts).toHaveLength(2);
  });

  test("finds nothing to change in a refresh", async () => {
    const { code, output } = await project.refresh("--expect-no-changes");
    expect(output).toContain("5 unchanged");
    expect(code).toBe(0);
  });

  test("refuses more units than remain in preview", async () => {
    const tooMuch = {
      ...prismaItem,
      tsgName: "Coast",
      allocation: [{ appId: "prisma_access_edition", licenseType: "GBL-SKU", allocationSize: 401 }],
    };
    project.write(
      `const provisor = require("provisor");\n${programText}\n${child("more", { onboard: [tooMuch] })}`,
    );
    const { code, output } = await project.preview();
    expect(code).not.toBe(0);
    expect(output).toContain("onboard[0].allocation[0].allocationSize: license 31001 has 400 of GBL-SKU");
  });

  test("keeps what a refresh no longer finds", async () => {
    const gone = api.instances.findIndex((one) => one["app_id"] === "logging_service");
    api.instances.splice(gone, 1);
    const { code, output } = await project.refresh();
    expect(code).toBe(0);
    expect(output).toMatch(/warning: .*no longer listed: .*logging_service.*stays in the state as missing/);
    expect(await project.childInstance("branch")).toBeDefined();
  });

  test("leaves no secret in the exported state", async () => {
    const state = await project.exported();
    expect(state).toContain("ciphertext");
    expect(state).not.toContain("CANARY");
    expect(up.output).not.toContain("CANARY");
  });
});
