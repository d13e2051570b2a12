import type { PulumiProject } from "../support/pulumi-project";
import { STORY_MS, Stacks, child, prisma } from "./stack";

/** What `preview --diff` shows: what the program says and what will be done, and nothing that is Provisor's own. */

jest.setTimeout(2 * STORY_MS);
const stacks = new Stacks();

const ours = (
  "intent origin secretInputs secretNames fixed follows broker refused accompanied renewable want rotation key asked turn before looked " +
  "intentKey version given unfinished mitigated usable maintenance host replaced run __provider __provisor"
).split(" ");

/** Steps of the resources, with the names of the properties that each shows. */
function steps(output: string): { step: string; names: string[] }[] {
  const blocks = output.split(/^ {4}(?=[-+~ ]+ ?pulumi-nodejs:dynamic)/m).slice(1);
  return blocks.map((block) => {
    const [, type = "", step = ""] = /provisor:(\w+): \((\w+)\)/.exec(block) ?? [];
    const names = [...block.matchAll(/^ {6}[-+~ ] (\w+) *:/gm)].map(([, name = ""]) => name);
    return { step: `${step} ${type}`, names };
  });
}

async function shown(project: PulumiProject): Promise<{ steps: string[]; names: string[]; output: string }> {
  const { output } = await project.preview("--diff");
  const all = steps(output);
  return { steps: all.map(({ step }) => step), names: all.flatMap(({ names }) => names), output };
}

const isOurs = (name: string): boolean => ours.includes(name);

test("of a ServiceInstance and a ServiceBinding, to whatever is done with them", async () => {
  const { project } = await stacks.brokered(
    `const db = new provisor.ServiceInstance("db", {
  service: "postgres", plan: "small", parameters: { storageGb: Number(process.env.GB) },
}, { customTimeouts: { create: "5m" } });
new provisor.ServiceBinding("login", { instance: db, rotationTrigger: pulumi.secret("trigger-" + process.env.TRIGGER) });`,
    {},
    { env: { GB: "20", TRIGGER: "1" } },
  );
  const created = await shown(project);
  expect(created.steps).toEqual([
    "create ServiceInstanceIntent",
    "create ServiceInstance",
    "create ServiceBindingIntent",
    "create ServiceBinding",
  ]);
  expect(created.names).toEqual(expect.arrayContaining(["plan", "parameters", "instance", "timeouts"]));
  expect(created.names.filter(isOurs)).toEqual([]);
  expect((await project.up()).code).toBe(0);

  project.env["GB"] = "30";
  const updated = await shown(project);
  expect(updated.steps).toEqual(["update ServiceInstanceIntent", "update ServiceInstance"]);
  expect(updated.output).toContain("storageGb: 20 => 30");
  expect(updated.output).not.toContain("[unknown]");
  expect(updated.names.filter(isOurs)).toEqual([]);

  project.env["GB"] = "20";
  project.env["TRIGGER"] = "2";
  const replaced = await shown(project);
  expect(replaced.steps).toContain("replace ServiceBinding");
  expect(replaced.names).toContain("rotationTrigger");
  expect(replaced.names.filter(isOurs)).toEqual([]);
  expect((await project.up()).code).toBe(0);
  expect((await project.up("--expect-no-changes")).code).toBe(0);

  project.write("");
  const deleted = await shown(project);
  expect(deleted.steps).toContain("delete ServiceInstance");
  expect(deleted.names).toContain("plan");
  expect(deleted.names.filter(isOurs)).toEqual([]);
});

test("of a ChildInstance, to whatever is done with it", async () => {
  const acme = (units: number): string =>
    child("acme", {
      onboard: [prisma("tenant-a", units)],
      changePolicy: "replace",
      deletionPolicy: "abandon",
    });
  const { project } = await stacks.simulated(acme(10));
  const created = await shown(project);
  expect(created.steps).toEqual(["create Intent", "create ChildInstance"]);
  expect(created.names).toContain("onboard");
  expect(created.names.filter(isOurs)).toEqual([]);
  expect((await project.up()).code).toBe(0);

  project.write("");
  const deleted = await shown(project);
  expect(deleted.steps).toEqual(["delete ChildInstance", "delete Intent"]);
  expect(deleted.names).toContain("onboard");
  expect(deleted.names.filter(isOurs)).toEqual([]);
});
