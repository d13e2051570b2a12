import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import type { Simulator } from "../../sdk/simulator";
import type { PulumiProject, Run } from "../support/pulumi-project";
import { STORY_MS, Stacks, allocated, child, made, prisma, program, serviceInstance } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

const REFUSED = /is another one for the \w+ than for its Intent.*Nothing was sent.*let it change both/s;

/** A transform, as text, that gives resources other inputs: those of a type, or all that have the input of this name. */
const changing = (whom: string, change: string): string =>
  `({ type, props, opts }) => (${whom}) ? { props: { ...props, ...(${change})(props) }, opts } : undefined`;
const ofType = (name: string): string => `type.endsWith(":${name}")`;
const having = (input: string): string => `"${input}" in props && props.${input} !== undefined`;

/** One that the SDK applies itself, for the whole stack. */
const ofStack = (transform: string): string => `pulumi.runtime.registerStackTransformation(${transform});`;

/** One that the engine applies, for the whole stack; of a program that talks to the engine itself. */
const ofEngine = (transform: string): string => `pulumi.runtime.registerResourceTransform(${transform});`;
/** One of a component, which is `group`. */
const component = (transform: string): string =>
  `const group = new pulumi.ComponentResource("test:index:Group", "group", {}, { transforms: [${transform}] });`;

const otherTenant = `({ onboard }) => ({ onboard: onboard.map((item) => ({ ...item, tsgName: "tenant-b" })) })`;
const acme = { onboard: [prisma("tenant-a")] };
const theirs = { instances: [{ appId: "prisma_access", tsg: "tenant-b" }] };

const summary = ({ code, output }: Run): [number, string] => [code, code === 0 ? "" : output];

/** Runs an up of `body` by the Automation API, whose program talks to the engine itself. */
async function upInProcess(project: PulumiProject, body: string): Promise<{ code: number; output: string }> {
  writeFileSync(
    project.path("up.js"),
    `const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const run = async () => { ${program(body)} };
(async () => {
  const args = { stackName: "dev", projectName: "e2e", program: run };
  const stack = await LocalWorkspace.createOrSelectStack(args, { workDir: __dirname });
  await stack.up({ onOutput: (text) => process.stdout.write(text) });
})().catch((error) => { console.log(String(error)); process.exit(1); });`,
  );
  const running = spawn(process.execPath, ["up.js"], { cwd: project.path(""), env: project.env });
  let output = "";
  for (const stream of [running.stdout, running.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const code = await new Promise<number>((resolve) => running.on("close", (ended) => resolve(ended ?? 1)));
  return { code, output };
}

describe("a transform that changes the tenant of a ChildInstance alone", () => {
  let project: PulumiProject;
  let simulator: Simulator;
  let before: string[];

  beforeEach(async () => {
    ({ project, simulator } = await stacks.simulated("", theirs));
    before = allocated(simulator);
  });

  const isUntouched = (): void => {
    expect(allocated(simulator)).toEqual(before);
    expect(simulator.ledger.effects()).toEqual([]);
  };

  test("is refused in preview and in each run, and takes nothing of somebody else's", async () => {
    project.write(
      program(`${ofStack(changing(ofType("ChildInstance"), otherTenant))}\n${child("acme", acme)}`),
    );
    for (const run of [await project.preview(), await project.up(), await project.up()]) {
      expect(run.output).toMatch(REFUSED);
      expect(run.code).not.toBe(0);
    }
    expect(await project.heldInstances()).toEqual([]);
    isUntouched();
  });

  test("is refused on a component", async () => {
    project.write(
      program(`${component(changing(ofType("ChildInstance"), otherTenant))}
new provisor.ChildInstance("acme", ${JSON.stringify(acme)}, { parent: group });`),
    );
    expect((await project.up()).output).toMatch(REFUSED);
    isUntouched();
  });

  test("is refused where the engine applies it for the whole stack", async () => {
    const register = ofEngine(changing(ofType("ChildInstance"), otherTenant));
    const { code, output } = await upInProcess(project, `${register}\n${child("acme", acme)}`);
    expect([code, output]).toEqual([1, expect.stringMatching(REFUSED)]);
    isUntouched();
  });
});

describe("a transform that changes a ChildInstance and its Intent", () => {
  const own = (options: string): string => `
new provisor.ChildInstance("acme", ${JSON.stringify(acme)}, ${options});`;

  test.each([
    ["by what it changes, for the stack", ofStack(changing(having("onboard"), otherTenant)) + own("{}")],
    [
      "by what it changes, on a component",
      component(changing(having("onboard"), otherTenant)) + own("{ parent: group }"),
    ],
    [
      "by the type, of the resource itself",
      own(`{ transforms: [${changing(ofType("ChildInstance"), otherTenant)}] }`),
    ],
  ])("%s, holds for both", async (_how, text) => {
    const { project, simulator } = await stacks.simulated(text);
    expect(summary(await project.up())).toEqual([0, ""]);
    const [id = ""] = made(simulator, "prisma_access");
    const { tsgId } = simulator.instances.find(({ instanceId }) => instanceId === id) ?? {};
    expect(tsgId).toBe(simulator.tenants.find("tenant-b").id);
    expect(summary(await project.up("--expect-no-changes"))).toEqual([0, ""]);
  });

  test("in the engine, for the whole stack, holds for both", async () => {
    const { project, simulator } = await stacks.simulated("");
    const register = ofEngine(changing(having("onboard"), otherTenant));
    const { code, output } = await upInProcess(project, `${register}\n${child("acme", acme)}`);
    expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
    expect(made(simulator, "prisma_access")).toHaveLength(1);
  });

  test("that identifies nothing holds for the resource alone", async () => {
    const { project } = await stacks.simulated("");
    const policies = `() => ({ deletionPolicy: "abandon" })`;
    project.write(program(`${ofStack(changing(ofType("ChildInstance"), policies))}\n${child("acme", acme)}`));
    expect(summary(await project.up())).toEqual([0, ""]);
    expect(summary(await project.up("--expect-no-changes"))).toEqual([0, ""]);
  });
});

describe("a transform of a broker's resources", () => {
  const db = { service: "postgres", plan: "small", parameters: { storageGb: 20 } };
  const login = `new provisor.ServiceBinding("login", { instance: db });`;
  const body = `${serviceInstance("db", db)}\n${login}`;

  test("that changes a plan, an id or an instance of one of them alone is refused before anything is sent", async () => {
    const { project, broker } = await stacks.brokered("");
    for (const [type, change] of [
      ["ServiceInstance", `() => ({ plan: "large" })`],
      ["ServiceInstance", `() => ({ adopt: "theirs" })`],
      ["ServiceBinding", `({ instance }) => ({ instance: { ...instance, plan: "large" } })`],
      ["ServiceBinding", `() => ({ bindingId: "theirs" })`],
    ] as const) {
      project.write(program(`${ofStack(changing(ofType(type), change))}\n${body}`));
      const { code, output } = await project.preview();
      expect([change, code === 0, output]).toEqual([change, false, expect.stringMatching(REFUSED)]);
    }
    expect(broker.ledger.effects()).toEqual([]);
  });

  test("that does so on a component, or in the engine, is refused too", async () => {
    const { project, broker } = await stacks.brokered("");
    const inGroup = `const db = new provisor.ServiceInstance("db", ${JSON.stringify(db)}, { parent: group });
new provisor.ServiceBinding("login", { instance: db }, { parent: group });`;
    for (const transform of [
      changing(ofType("ServiceInstance"), `() => ({ plan: "large" })`),
      changing(ofType("ServiceBinding"), `() => ({ bindingId: "theirs" })`),
    ]) {
      project.write(program(component(transform) + inGroup));
      const runs = [await project.preview(), await upInProcess(project, `${ofEngine(transform)}\n${body}`)];
      for (const { code, output } of runs)
        expect([transform, code === 0, output]).toEqual([transform, false, expect.stringMatching(REFUSED)]);
    }
    // Only what the second one did not concern.
    expect(broker.ledger.effects("bind")).toEqual([]);
    expect(broker.instances).toMatchObject([{ parameters: { storageGb: 20 } }]);
  });

  test.each([
    ["for the stack", (transform: string) => ofStack(transform)],
    ["in the engine, for the stack", ofEngine],
  ])("that changes what it finds by its property holds for both, %s", async (_how, register) => {
    const { project, broker } = await stacks.brokered("");
    const large = changing(having("plan"), `() => ({ plan: "large" })`);
    const given = changing(having("instance"), `() => ({ bindingId: "ours" })`);
    const text = `${register(large)}\n${register(given)}\n${body}`;
    const { code, output } = await upInProcess(project, text);
    expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
    expect(broker.instances).toMatchObject([{ planId: broker.plan("postgres", "large").planId }]);
    expect(broker.bindings).toMatchObject([{ id: "ours" }]);
    const effects = broker.ledger.effects().length;
    expect((await upInProcess(project, text)).output).toMatch(/unchanged/);
    expect(broker.ledger.effects()).toHaveLength(effects);
  });

  test("that adds parameters or a policy goes on working, and is no change afterwards", async () => {
    const { project, broker } = await stacks.brokered("");
    const tagged = `({ parameters }) => ({ parameters: { ...parameters, storageGb: 30 }, deletionPolicy: "abandon" })`;
    project.write(program(`${ofStack(changing(ofType("ServiceInstance"), tagged))}\n${body}`));
    expect(summary(await project.up())).toEqual([0, ""]);
    expect(broker.instances).toMatchObject([{ parameters: { storageGb: 30 } }]);
    expect(summary(await project.up("--expect-no-changes"))).toEqual([0, ""]);
  });
});
