import type { BrokerSimulator } from "../../sdk/simulator";
import type { PulumiProject, Run } from "../support/pulumi-project";
import { STORY_MS, Stacks, until } from "./stack";

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
