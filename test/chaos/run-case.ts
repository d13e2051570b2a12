import type { Case, Operation } from "./cases";
import { Engine, type Habits, type Kinds, type Program } from "./engine";
import type { Run } from "./provider-process";
import type { World } from "./world";

/** Real milliseconds after which a case hangs. */
const GUARD_MS = 30_000;

/** What a matrix is about, and who judges its cases. */
export interface Suite<W extends World, O extends Operation<W>> {
  kinds: Kinds;
  startWorld(operation: O): Promise<W>;
  program(operation: O): Program;
  /** Notes how things stand before the run that meets the fault. */
  judge(operation: O, engine: Engine, world: W): Judge;
}

/** What judges a case; each of its judgements is what breaks a promise, and empty where all is well. */
export interface Judge {
  /** After the run that met the fault. */
  afterFault(run: Run): string[];
  /** Everything works again: recovers, and judges what comes of it. */
  afterRepair(): Promise<string[]>;
}

/** Runs a case to its end, recovery included. Returns what breaks a promise: nothing, if all is well. */
export async function runCase<W extends World, O extends Operation<W>>(
  suite: Suite<W, O>,
  one: Case<O>,
  habits: Habits = {},
): Promise<string[]> {
  const world = await suite.startWorld(one.operation);
  const over = new AbortController();
  // While a request hangs, and nobody else sleeps, the clock would take it for a stall of the machine.
  world.clock.sleep(Infinity, over.signal).catch(() => undefined);
  let guard: NodeJS.Timeout | undefined;
  const hangs = new Promise<string[]>((resolve) => {
    guard = setTimeout(() => {
      resolve([`the case still runs after ${GUARD_MS} ms`]);
    }, GUARD_MS);
  });
  try {
    return await Promise.race([run(suite, one, world, habits), hangs]);
  } finally {
    clearTimeout(guard);
    over.abort();
    await world.stop();
  }
}

async function run<W extends World, O extends Operation<W>>(
  suite: Suite<W, O>,
  { operation, target, fault, duration }: Case<O>,
  world: W,
  habits: Habits,
): Promise<string[]> {
  const engine = new Engine(world, suite.kinds, suite.program(operation), habits);
  await operation.prepare(engine, world);
  const judge = suite.judge(operation, engine, world);
  const from = fault.isRefusal ? target.refusedFrom : target.from;
  let isStruck = false;
  let isOver = false;
  world.startRun();
  from?.(world, engine, () => {
    if (isOver) return;
    isStruck = true;
    fault.strike(world, target.kind, duration, (provider) => {
      if (!isOver) engine.crash(provider);
    });
  });
  const faulty = await operation.act(engine);
  isOver = true;
  engine.onIntentSaved = () => undefined;
  const violations = [
    ...(isStruck ? [] : ["the case is none: the moment of its fault never came"]),
    ...judge.afterFault(faulty),
  ];
  await world.repair();
  violations.push(...(await judge.afterRepair()));
  return [...violations, ...leaks(world)];
}

/** Promise 4: nothing that was written holds a secret. */
const leaks = ({ written, isLeak }: World): string[] =>
  written.filter(isLeak).map((text) => `a secret was written: ${text}`);
