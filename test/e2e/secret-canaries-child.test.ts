import type { Simulator } from "../../sdk/simulator";
import type { PulumiProject, Run } from "../support/pulumi-project";
import { STORY_MS, Stacks, freeApp, logging, prisma, program } from "./stack";

/*
 * The same as `secret-canaries.test.ts` for a ChildInstance: the API says the secrets in every field of its list, and the
 * program changes them later into what is no secret. The tenant stays one: another would be another resource.
 */

jest.setTimeout(2 * STORY_MS);
const stacks = new Stacks();
const TENANT = "TENANT-CANARY-4b1c";
const WHOLE = "WHOLE-CANARY-9d2e";
const ACCOUNT = "ACCOUNT-CANARY-0a77";
const LICENSE = "987123654";
const isShowing = (line: string): boolean =>
  [TENANT, WHOLE, ACCOUNT, LICENSE].some((canary) => line.includes(canary));

const policies = `changePolicy: "record", deletionPolicy: "abandon"`;
const free = JSON.stringify(freeApp()["freeApp"]);
const leaves = (license: string, more = ""): string => `
new provisor.ChildInstance("leaves", { ${policies}, onboard: [
  { ...${JSON.stringify(prisma("?"))}, tsgName: pulumi.secret("${TENANT}"), licenseId: ${license} }, ${more}] });`;
const whole = (units: number): string => `
const whole = new provisor.ChildInstance("whole", { ${policies},
  onboard: pulumi.secret([${JSON.stringify(prisma(WHOLE, units))}]) });
exports.onboard = whole.onboard;
exports.whole = whole.instances;`;
const directory = (account: string): string => `
new provisor.ChildInstance("directory", { ${policies},
  freeApp: { ...${free}, supportAccountName: ${account} } });`;
const secretly = program(
  leaves(`pulumi.secret("${LICENSE}")`) + whole(100) + directory(`pulumi.secret("${ACCOUNT}")`),
);
const plainly = program(
  leaves(`"123456789"`, JSON.stringify(logging())) + whole(200) + directory(`"Acme Ltd"`),
);

let project: PulumiProject;
let simulator: Simulator;
const steps: Record<string, { run: Run; shown: string[] }> = {};
const step = async (name: string, run: Promise<Run>): Promise<void> => {
  const ended = await run;
  const lines = (await project.exported()).split("\n");
  steps[name] = { run: ended, shown: lines.filter(isShowing) };
};

/** Makes the API say in each field of each instance that it lists what the program hides of its resource. */
function echo(): void {
  const tenant = simulator.tenants.find(TENANT);
  for (const { instanceId, tsgId, appId } of simulator.instances) {
    const [one = "", other = one] =
      appId === "directory_sync" ? [ACCOUNT] : tsgId === tenant.id ? [TENANT, LICENSE] : [WHOLE];
    const word = `${one} and ${other}`;
    simulator.patchInstance(instanceId, {
      tenant_instance_name: word,
      description: word,
      provisioning_message: word,
      serial_number: word,
      sku: word,
      url: `https://example.com/${one}/${other}`,
      license_quota_id: other,
      support_account_name: one,
      created_by: word,
      developer_defined_fields: { [one]: other, [other]: [one, word] },
      extra: { note: word },
    });
  }
}

beforeAll(async () => {
  const usual = (licenseId: string, appId: string, app: string, licenseType: string): object => ({
    licenseId,
    appId,
    licenses: [{ appId: app, licenseType, purchasedSize: 1000 }],
  });
  ({ project, simulator } = await stacks.simulated("", {
    tenants: [{ name: TENANT }, { name: WHOLE }],
    licenses: [
      usual(LICENSE, "prisma_access", "prisma_access_edition", "GBL-SKU"),
      usual("123456789", "prisma_access", "prisma_access_edition", "GBL-SKU"),
      usual("123456790", "logging_service", "logging_service", "LGS-SKU"),
    ] as never,
  }));
  project.write(secretly);
  await step("create", project.up());
  echo();
  await step("read", project.refresh());
  simulator.fail({ how: "at-once", appId: "logging_service", message: `No units for ${TENANT}` });
  project.write(plainly);
  await step("update of which an item fails", project.up("--continue-on-error"));
  await step("read after it", project.refresh());
  await step("update again", project.up("--continue-on-error"));
});

test("the steps that should succeed do", () => {
  expect(
    Object.entries(steps).map(([name, { run }]) => `${name}: ${run.code === 0 ? "green" : "red"}`),
  ).toEqual([
    "create: green",
    "read: green",
    "update of which an item fails: red",
    "read after it: green",
    "update again: red",
  ]);
});

test("no step leaves a secret in plain text in the state", () => {
  expect(
    Object.entries(steps).flatMap(([name, { shown }]) => shown.map((line) => `${name}: ${line}`)),
  ).toEqual([]);
});

test("no step shows one on the screen", () => {
  expect(Object.values(steps).flatMap(({ run }) => run.output.split("\n").filter(isShowing))).toEqual([]);
});
