import type { Running } from "../support/pulumi-project";
import {
  STORY_MS,
  type SimulatedStack,
  Stacks,
  allocated,
  child,
  freeApp,
  ofPost,
  prisma,
  until,
  upUntil,
} from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

test("an up that is interrupted once ends its create and saves it", async () => {
  const { project, simulator } = await stacks.simulated(child("directory", freeApp()), { provisionMs: 1500 });
  const running = project.start("up", "--yes", "--skip-preview");
  await until(() => simulator.ledger.effects().length > 0);
  running.signal("SIGINT");
  expect((await running.done).code).not.toBe(0);
  expect((await project.up("--expect-no-changes")).code).toBe(0);
  expect(simulator.ledger.posts()).toHaveLength(1);
});

const text = child("directory", freeApp()) + child("acme", { onboard: [prisma("tenant-a")] });
const slow = { provisionMs: 3000 };

/** A green run after which each of the two is known once, made by one POST. */
async function expectRecovery({ project, simulator }: SimulatedStack): Promise<void> {
  const { code, output } = await project.up();
  expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
  expect(simulator.ledger.posts()).toHaveLength(2);
  expect(await project.heldInstances()).toEqual(allocated(simulator));
}

test("an up that is interrupted twice ends at once, and the same command again takes up what it allocated", async () => {
  const stack = await stacks.simulated(text, slow);
  const { project, simulator } = stack;
  const running = project.start("up", "--yes", "--skip-preview");
  await until(() => simulator.ledger.effects().length === 2);
  running.signalGroup("SIGINT");
  await until(() => running.output().includes("press ^C again"));
  running.signalGroup("SIGINT");
  const { code, output } = await running.done;
  expect(code).not.toBe(0);
  expect(output).toContain("^C received; terminating");
  expect(await project.heldInstances()).toEqual([]);
  await expectRecovery(stack);
});

test.each<[string, (running: Running) => void]>([
  [
    "CLI",
    (running) => {
      running.signal("SIGTERM");
    },
  ],
  [
    "group",
    (running) => {
      running.signalGroup("SIGTERM");
    },
  ],
])("an up whose %s gets a SIGTERM ends its creates and saves them", async (_whose, act) => {
  const stack = await stacks.simulated(text, slow);
  const { project, simulator } = stack;
  const { code } = await upUntil(
    stack,
    (event) => ofPost("effect")(event) && simulator.ledger.effects().length === 2,
    act,
  );
  expect(code).not.toBe(0);
  expect(await project.heldInstances()).toEqual(allocated(simulator));
  await expectRecovery(stack);
});
