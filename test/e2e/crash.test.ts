import type { LedgerEvent, Simulator } from "../../sdk/simulator";
import type { PulumiProject } from "../support/pulumi-project";
import { STORY_MS, Stacks, child, freeApp, logging, prisma, until } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

const text = child("directory", freeApp()) + child("acme", { onboard: [prisma("tenant-a"), logging()] });

/** Starts an up and kills its CLI at the first event that fits; with `all`, its provider too. */
async function killedUp(
  project: PulumiProject,
  simulator: Simulator,
  at: (event: LedgerEvent) => boolean,
  all: boolean,
): Promise<void> {
  const running = project.start("up", "--yes", "--skip-preview");
  const stop = simulator.on((event) => {
    if (!at(event)) return;
    stop();
    running.signal("SIGKILL");
    if (all) project.killAll();
  });
  await running.done;
}

const isPost = (kind: LedgerEvent["kind"]) => (event: LedgerEvent) =>
  event.kind === kind && event.request === "post";

describe.each<[string, (event: LedgerEvent) => boolean, boolean]>([
  ["while it waits", (event) => event.kind === "instance-working", false],
  ["while it waits, with its provider", (event) => event.kind === "instance-working", true],
  ["between the POST and its answer", isPost("effect"), false],
  ["between the POST and its answer, with its provider", isPost("effect"), true],
  ["when the POST arrives", isPost("request"), true],
])("an up that is killed %s", (_when, at, all) => {
  test("is followed by a green up, and each resource is allocated once", async () => {
    const { project, simulator } = await stacks.simulated(text, { provisionMs: 1500, appearAfterMs: 500 });
    await killedUp(project, simulator, at, all);
    // A provider whose engine is gone ends by itself and sends nothing more; the language host stays, and does not matter.
    await until(() => project.providers().length === 0);
    const locked = await project.up();
    expect(locked.output).toContain("pulumi cancel");
    expect((await project.pulumi("cancel", "--yes")).code).toBe(0);
    const { code, output } = await project.up();
    expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
    expect(simulator.ledger.effects()).toHaveLength(2);
    expect(simulator.instances).toHaveLength(3);
    expect((await project.childInstance("acme"))?.outputs?.["instances"]).toHaveLength(2);
  });
});

test("an up that is interrupted once ends its create and saves it", async () => {
  const { project, simulator } = await stacks.simulated(child("directory", freeApp()), { provisionMs: 1500 });
  const running = project.start("up", "--yes", "--skip-preview");
  await until(() => simulator.ledger.effects().length > 0);
  running.signal("SIGINT");
  expect((await running.done).code).not.toBe(0);
  expect((await project.up("--expect-no-changes")).code).toBe(0);
  expect(simulator.ledger.posts()).toHaveLength(1);
});
