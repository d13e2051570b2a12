import { writeFileSync } from "node:fs";
import type { PulumiProject } from "../support/pulumi-project";
import { STORY_MS, Stacks, child, prisma, program } from "./stack";

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

async function shown(
  project: PulumiProject,
  command: "preview" | "up" = "preview",
): Promise<{ steps: string[]; names: string[]; output: string }> {
  const { code, output } = await project[command]("--diff");
  expect(code).toBe(0);
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
  const brought = await shown(project, "up");
  expect(brought.steps).toEqual(["update ServiceBindingIntent", "replace ServiceBinding"]);
  expect(brought.names).toContain("bindingId");
  expect(brought.names.filter(isOurs)).toEqual([]);
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
  expect((await shown(project, "up")).names.filter(isOurs)).toEqual([]);

  project.write(program(acme(20)));
  for (const command of ["preview", "up"] as const) {
    const replaced = await shown(project, command);
    expect(replaced.steps).toEqual(["replace Intent", "replace ChildInstance"]);
    expect(replaced.names).toContain("instances");
    expect(replaced.names.filter(isOurs)).toEqual([]);
  }

  project.write("");
  const deleted = await shown(project);
  expect(deleted.steps).toEqual(["delete ChildInstance", "delete Intent"]);
  expect(deleted.names).toContain("onboard");
  expect(deleted.names.filter(isOurs)).toEqual([]);
});

test("of a ServiceInstance that is replaced", async () => {
  const text = (service: string, plan: string): string =>
    program(`const db = new provisor.ServiceInstance("db", {
  service: "${service}", plan: "${plan}", changePolicy: "replace", parameters: { storageGb: 20 },
});
new provisor.ServiceBinding("login", { instance: db });`);
  const { project } = await stacks.brokered("");
  project.write(text("postgres", "small"));
  expect((await shown(project, "up")).names.filter(isOurs)).toEqual([]);
  project.write(text("cache", "basic"));
  for (const command of ["preview", "up"] as const) {
    const replaced = await shown(project, command);
    expect(replaced.steps).toContain("replace ServiceInstance");
    expect(replaced.names).toContain("dashboardUrl");
    expect(replaced.names.filter(isOurs)).toEqual([]);
  }
});

test("a state of an earlier version, whose Intents show their outputs, is gone on with", async () => {
  const inputs = `service: "postgres", plan: "small", parameters: { storageGb: Number(process.env.GB) }`;
  const { project, broker } = await stacks.brokered(
    `const db = new provisor.ServiceInstance("db", { ${inputs} });
new provisor.ServiceBinding("login", { instance: db });`,
    {},
    { env: { GB: "20" } },
  );
  expect((await project.up()).code).toBe(0);
  const ids = broker.instances.map(({ id }) => id);
  const exported = await project.exported();
  const former = exported.replace(/"__(key|asked|turn|want|broker|version|follows)":/g, '"$1":');
  expect(former).not.toBe(exported);
  writeFileSync(project.path("former.json"), former);
  expect((await project.pulumi("stack", "import", "--file", project.path("former.json"))).code).toBe(0);
  expect((await project.preview("--expect-no-changes")).code).toBe(0);
  project.env["GB"] = "30";
  expect((await shown(project)).steps).toEqual(["update ServiceInstanceIntent", "update ServiceInstance"]);
  expect((await shown(project, "up")).steps).toEqual([
    "update ServiceInstanceIntent",
    "update ServiceInstance",
  ]);
  expect(broker.instances.map(({ id }) => id)).toEqual(ids);
  expect((await project.up("--expect-no-changes")).code).toBe(0);
});
