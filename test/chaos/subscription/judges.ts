import type { Engine } from "../engine";
import type { Run } from "../provider-process";
import { requestTimeoutMs } from "../world";
import { childrenOf, idsOf } from "./kind";
import type { ChildOperation } from "./operations";
import { type SubscriptionWorld as World, timings } from "./world";

/** What a busy machine may add to an operation, in milliseconds of the fast clock. */
const SLACK_MS = 10_000;

/** By how much an operation may outlive its time-out: a poll, a request that is under way, and the machine. */
const OVERTIME_MS = timings.pollMs + requestTimeoutMs + SLACK_MS;

/** A read has no time-out of its own; its two lists end with the time that a request may be repeated for. */
const READ_MS = 2 * 120_000;

/** Ids of the instances that POSTs made. */
const madeBy = ({ simulator }: World): string[] =>
  simulator.ledger.effects().flatMap(({ instanceIds = [] }) => instanceIds);

const savedIn = (engine: Engine): string[] => childrenOf(engine).flatMap((state) => idsOf(state));

/** Promise 1: nothing twice. */
export function allocatedWrong({ simulator }: World, { units }: Pick<ChildOperation, "units">): string[] {
  const allocated = Object.fromEntries(
    simulator.account().unitsAllocated.map((sum) => [sum.licenseType, sum.units]),
  );
  return [...new Set([...Object.keys(units), ...Object.keys(allocated)])]
    .filter((type) => (allocated[type] ?? 0) !== (units[type] ?? 0))
    .map((type) => `${allocated[type] ?? 0} units of ${type} are allocated, ${units[type] ?? 0} are wanted`);
}

/** Promise 1, on the way: never more than is wanted. */
export function allocatedTwice({ simulator }: World, { units }: Pick<ChildOperation, "units">): string[] {
  return simulator
    .account()
    .unitsAllocated.filter((sum) => sum.units > (units[sum.licenseType] ?? 0))
    .map((sum) => `${sum.units} units of ${sum.licenseType} are allocated, which is too much`);
}

/** Promise 2, in the end: every instance is in the state, each once. */
export function lost(world: World, engine: Engine): string[] {
  const saved = savedIn(engine);
  return [
    ...madeBy(world)
      .filter((id) => !saved.includes(id))
      .map((id) => `${id} was allocated and is not in the state`),
    ...saved
      .filter((id, index) => saved.indexOf(id) !== index)
      .map((id) => `${id} is in the state twice, so that another one is not`),
  ];
}

/** Nothing of somebody else's is taken, but by `adopt`. */
export function takenOver(
  world: World,
  engine: Engine,
  { inputs, isStateLost }: Pick<ChildOperation, "inputs" | "isStateLost">,
): string[] {
  if (inputs.adopt !== undefined || isStateLost) return [];
  const made = madeBy(world);
  return savedIn(engine)
    .filter((id) => !made.includes(id))
    .map((id) => `${id} was made by somebody else and is in the state`);
}

/** Promise 2, on the way: what a run has allocated is in the state, awaited by it, or named in an error. */
export function nowhere(world: World, engine: Engine, run: Run, madeBefore: readonly string[]): string[] {
  const saved = savedIn(engine);
  const isAwaited = childrenOf(engine).some(
    ({ unfinished }) => (unfinished?.awaited ?? unfinished?.uncertain ?? []).length > 0,
  );
  if (isAwaited) return [];
  return madeBy(world)
    .filter((id) => !madeBefore.includes(id) && !saved.includes(id))
    .filter((id) => !run.errors.some((error) => error.includes(id)))
    .map((id) => `${id} was allocated by a run that leaves it neither in the state nor in an error`);
}

/** What an earlier run allocated that did not end is known by the intent that it left. */
export function withoutIntent(world: World, engine: Engine): string[] {
  const known = new Set(savedIn(engine));
  return madeBy(world).every((id) => known.has(id)) || engine.intents.size > 0
    ? []
    : ["something is allocated, and neither a resource nor an intent in the state knows of it"];
}

/** Promise 3: the same command run again is the whole recovery. */
export function notRecovered(engine: Engine, { errors }: Run): string[] {
  const open = [...engine.resources].filter(
    ([, { state }]) => state["unfinished"] !== undefined || state["missing"] !== undefined,
  );
  return [
    ...errors.map((error) => `the recovery run is not green: ${error}`),
    ...open.map(([name]) => `the recovery run leaves ${name} unfinished`),
    ...Object.keys(engine.program)
      .filter((name) => !engine.resources.has(name))
      .map((name) => `the recovery run leaves ${name} out of the state`),
  ];
}

/** Promise 2, after a refresh: what was known is known still, and nothing is missing by one bad list. */
export function forgotten(world: World, engine: Engine): string[] {
  const missing = childrenOf(engine).flatMap((state) => state.missing ?? []);
  return [...lost(world, engine), ...missing.map((id) => `the refresh takes ${id} for missing`)];
}

/** Promise 5: a deadline is a deadline. */
export function late({ took }: Run): string[] {
  return took
    .filter(({ ms, timeoutMs = READ_MS }) => ms > timeoutMs + OVERTIME_MS)
    .map(({ operation, ms, timeoutMs = READ_MS }) => `${operation} took ${ms} ms; it has ${timeoutMs} ms`);
}

/** Errors are for the user: never a crash of ours, never empty, never a wrong word on what is allocated. */
export function badErrors(
  world: World,
  { isStateLost }: Pick<ChildOperation, "isStateLost">,
  { errors, unexpected }: Run,
): string[] {
  const isAllocated = !isStateLost && madeBy(world).length > 0;
  return [
    ...unexpected.map((error) => `an error is none of ours: ${error}`),
    ...errors.filter((error) => error.trim() === "").map(() => "an error says nothing"),
    ...errors
      .filter((error) => isAllocated && error.includes("Nothing was allocated"))
      .map((error) => `an error says that nothing was allocated, and something was: ${error}`),
  ];
}
