import type { BrokerSimulator } from "../../sdk/simulator";
import type { PulumiProject, Run } from "../support/pulumi-project";
import { STORY_MS, Stacks, child, prisma, until } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

const count = 10;
const bodyOf = (instances: number): string => `
for (let n = 1; n <= ${instances}; n++) new provisor.ServiceInstance("db-" + n, { service: "postgres", plan: "small" });`;

describe("more instances than the engine works on at a time", () => {
  let project: PulumiProject;
  let broker: BrokerSimulator;
  let up: Run;
  beforeAll(async () => {
    ({ project, broker } = await stacks.brokered(bodyOf(count)));
    // No operation ends before the last intent is begun, or would have been, however slow the machine is.
    const unended = broker.fault({
      on: "last-operation",
      times: "always",
      kind: { status: 200, body: { state: "in progress" } },
    });
    const running = project.start("up", "--yes", "--skip-preview", "--parallel", "4");
    await until(() => begun("ServiceInstanceIntent", running.output()).length === count).catch(() => {
      // A test below says so.
    });
    unended.cancel();
    up = await running.done;
  });

  /** Places in the output of what begins to be created. */
  const begun = (type: string, output = up.output): number[] =>
    [...output.matchAll(new RegExp(`provisor:${type} db-\\d+ creating`, "g"))].map(({ index }) => index);

  test("are all provisioned, each with one PUT", () => {
    expect(up.code).toBe(0);
    expect(broker.ledger.effects("provision")).toHaveLength(count);
  });

  test("are begun before the intents of all of them are saved", () => {
    expect(begun("ServiceInstance")[0]).toBeLessThan(begun("ServiceInstanceIntent").at(-1) ?? 0);
  });

  test("leave one operation free, in which the other intents are saved while they wait", () => {
    const done = up.output.search(/provisor:ServiceInstance db-\d+ created/);
    expect(begun("ServiceInstanceIntent").filter((at) => at < done)).toHaveLength(count);
  });

  test("are no change afterwards", async () => {
    expect((await project.up("--parallel", "4", "--expect-no-changes")).code).toBe(0);
  });
});

describe("a preview of more than the engine works on at a time", () => {
  /** What is said of waves at the end, each time that it is. */
  const said = ({ output }: Run): string[] =>
    output.slice(output.indexOf("Diagnostics:")).match(/^.*\bwaves?\b.*$/gm) ?? [];

  test("says in how many waves they are made, and how they are in one, as it then is", async () => {
    const { project, broker } = await stacks.brokered(bodyOf(count), { operationMs: 6_000 });
    const preview = await project.preview("--parallel", "4");
    expect(preview.code).toBe(0);
    const [line = "", ...more] = said(preview);
    expect(more).toEqual([]);
    expect(line).toContain(
      "10 ServiceInstances are to be created, and the engine works on 4 at a time: 3 waves",
    );
    const parallel = /--parallel \d+/.exec(line)?.[0] ?? "none";
    expect(said(await project.preview(...parallel.split(" ")))).toEqual([]);

    expect((await project.up(...parallel.split(" "))).code).toBe(0);
    const begun = broker.ledger.effects("provision").map(({ at }) => at);
    expect(begun).toHaveLength(count);
    expect(Math.max(...begun) - Math.min(...begun)).toBeLessThan(6_000);
    expect(said(await project.preview("--parallel", "4"))).toEqual([]);
  });

  test("knows what waits for what, and that a replacement makes anew", async () => {
    const bind = `for (let n = 1; n <= 3; n++) {
  const db = new provisor.ServiceInstance("db-" + n, { service: "postgres", plan: "small" });
  new provisor.ServiceBinding("login-" + n, { instance: db, rotationTrigger: process.env.TRIGGER });
}`;
    const { project } = await stacks.brokered(bind, {}, { env: { TRIGGER: "1" } });
    expect(said(await project.preview("--parallel", "2"))).toEqual([
      expect.stringContaining("3 ServiceInstances and 3 ServiceBindings are to be created"),
    ]);
    expect((await project.up("--parallel", "20")).code).toBe(0);
    project.env["TRIGGER"] = "2";
    expect(said(await project.preview("--parallel", "2"))).toEqual([
      expect.stringMatching(/ 3 ServiceBindings are to be created.* 2 waves, .*--parallel 3. makes it one/),
    ]);
  });

  test("counts ChildInstances too, and in an up none of it is said again", async () => {
    const body = ["a", "b", "c"].map((name) => child(name, { onboard: [prisma(`tenant-${name}`, 10)] }));
    const { project } = await stacks.simulated(body.join("\n"));
    expect(said(await project.preview("--parallel", "2"))).toEqual([
      expect.stringContaining(
        "3 ChildInstances are to be created, and the engine works on 2 at a time: 2 waves",
      ),
    ]);
    expect(said(await project.up("--parallel", "2"))).toEqual([]);
  });
});

describe("one that the broker refuses among more than have a turn", () => {
  test("ends the up with its own error, and with no exception of the program's", async () => {
    const { project, broker } = await stacks.brokered(bodyOf(20), { operationMs: 1_000 });
    broker.fault({ on: "provision", kind: { status: 400, body: { description: "not today" } } });
    const { code, output } = await project.up("--parallel", "16");
    expect(code).not.toBe(0);
    expect(output).toContain("not today");
    expect(output).not.toMatch(/unhandled|shut down|uncaught/i);
  });
});
