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
    const options = `{ transforms: [${changing(ofType("ChildInstance"), otherTenant)}] }`;
    project.write(
      program(`const group = new pulumi.ComponentResource("test:index:Group", "group", {}, ${options});
new provisor.ChildInstance("acme", ${JSON.stringify(acme)}, { parent: group });`),
    );
    expect((await project.up()).output).toMatch(REFUSED);
    isUntouched();
  });

  test("is refused where the engine applies it for the whole stack", async () => {
    const register = `pulumi.runtime.registerResourceTransform(${changing(ofType("ChildInstance"), otherTenant)});`;
    const { code, output } = await upInProcess(project, `${register}\n${child("acme", acme)}`);
    expect([code, output]).toEqual([1, expect.stringMatching(REFUSED)]);
    isUntouched();
  });
});

describe("a transform that changes a ChildInstance and its Intent", () => {
  test.each([
    ["by what it changes, for the stack", having("onboard"), false],
    ["by the type, of the resource itself", ofType("ChildInstance"), true],
  ])("%s, holds for both", async (_how, whom, isOwn) => {
    const { project, simulator } = await stacks.simulated("");
    const transform = changing(whom, otherTenant);
    const options = isOwn ? `{ transforms: [${transform}] }` : "{}";
    project.write(
      program(`${isOwn ? "" : ofStack(transform)}
new provisor.ChildInstance("acme", ${JSON.stringify(acme)}, ${options});`),
    );
    expect(summary(await project.up())).toEqual([0, ""]);
    const [id = ""] = made(simulator, "prisma_access");
    const { tsgId } = simulator.instances.find(({ instanceId }) => instanceId === id) ?? {};
    expect(tsgId).toBe(simulator.tenants.find("tenant-b").id);
    expect(summary(await project.up("--expect-no-changes"))).toEqual([0, ""]);
  });

  test("in the engine, for the whole stack, holds for both", async () => {
    const { project, simulator } = await stacks.simulated("");
    const register = `pulumi.runtime.registerResourceTransform(${changing(having("onboard"), otherTenant)});`;
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

  test("that adds parameters or a policy goes on working, and is no change afterwards", async () => {
    const { project, broker } = await stacks.brokered("");
    const tagged = `({ parameters }) => ({ parameters: { ...parameters, storageGb: 30 }, deletionPolicy: "abandon" })`;
    project.write(program(`${ofStack(changing(ofType("ServiceInstance"), tagged))}\n${body}`));
    expect(summary(await project.up())).toEqual([0, ""]);
    expect(broker.instances).toMatchObject([{ parameters: { storageGb: 30 } }]);
    expect(summary(await project.up("--expect-no-changes"))).toEqual([0, ""]);
  });
});
