import { afterOperation } from "./after";
import type { Case } from "./cases";
import { Engine, type Habits } from "./engine";
import { allocatedTwice, badErrors, forgotten, late, leaks, nowhere, withoutIntent } from "./judges";
import { type World, startWorld } from "./world";

/** Real milliseconds after which a case hangs. */
const GUARD_MS = 30_000;

/** Runs a case to its end, recovery included. Returns what breaks a promise: nothing, if all is well. */
export async function violationsOf(one: Case, habits: Habits = {}): Promise<string[]> {
  const world = await startWorld(one.operation.simulator);
  let guard: NodeJS.Timeout | undefined;
  const hangs = new Promise<string[]>((resolve) => {
    guard = setTimeout(() => resolve([`the case still runs after ${GUARD_MS} ms`]), GUARD_MS);
  });
  try {
    return await Promise.race([run(one, world, habits), hangs]);
  } finally {
    clearTimeout(guard);
    await world.stop();
  }
}

async function run(
  { operation, target, fault, duration }: Case,
  world: World,
  habits: Habits,
): Promise<string[]> {
  const engine = new Engine(world, { child: operation.inputs, ...operation.others }, habits);
  await operation.prepare(engine, world);
  const { simulator } = world;
  const before = {
    made: simulator.ledger.effects().flatMap(({ instanceIds = [] }) => instanceIds),
    requests: simulator.ledger.of("request").length,
  };
  const from = fault.isRefusal ? target.refusedFrom : target.from;
  let isStruck = false;
  world.startRun();
  from?.(world, engine, () => {
    isStruck = true;
    fault.strike(world, target.kind, duration);
  });
  const faulty = await operation.act(engine);
  engine.onIntentSaved = () => undefined;
  const violations = [
    ...(isStruck ? [] : ["the case is none: the moment of its fault never came"]),
    ...allocatedTwice(world, operation),
    ...nowhere(world, engine, faulty, before.made),
    ...(operation.name === "delete" || operation.isStateLost ? [] : withoutIntent(world, engine)),
    ...(operation.name === "refresh" ? forgotten(world, engine) : []),
    ...late(faulty),
    ...badErrors(world, operation, faulty),
  ];
  await world.repair();
  violations.push(...(await afterOperation(operation, engine, world, before)));
  return [...violations, ...leaks(world)];
}
