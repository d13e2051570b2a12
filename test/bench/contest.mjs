import { medians } from "./figures.mjs";
import { openStack } from "./stack.mjs";

/** Who takes part: a dynamic provider as tutorials show it, and Provisor. */
export const contestants = ["plain", "provisor"];

/** What the engine runs at once unless it is told otherwise: 4 for each core. */
export const usualParallelism = (cores) => 4 * cores;

/** Both contestants, the first one of them last in every other round, so that neither always has a warmer machine. */
const inTurn = (round) => (round % 2 === 0 ? contestants : [...contestants].reverse());

const byContestant = (make) => Object.fromEntries(contestants.map((name) => [name, make(name)]));

/**
 * Allocates `count` instances with each contestant, `repeat` times, each time on a new stack.
 * @param subject  the API, see `subjects.mjs`
 * @param options  those of its simulator
 * @param onStacks gets the stacks of the last round before they are closed
 * @returns for each contestant the median of each figure
 */
export async function contestOfUp({ subject, options, count, flags, repeat, engine, onStacks }) {
  const results = byContestant(() => []);
  for (let round = 0; round < repeat; round += 1) {
    const stacks = {};
    try {
      for (const name of inTurn(round)) {
        stacks[name] = await openStack({ subject, options, contestant: name, count, engine });
        results[name].push(await stacks[name].up(flags));
      }
      if (round === repeat - 1) await onStacks(stacks);
    } finally {
      for (const stack of Object.values(stacks)) await stack.close();
    }
  }
  return byContestant((name) => medians(results[name]));
}

/** Runs an operation (`again`, `refresh`) on both stacks in turn, `repeat` times; the median of each figure. */
export async function contestOn(stacks, operation, repeat) {
  const results = byContestant(() => []);
  for (let round = 0; round < repeat; round += 1)
    for (const name of inTurn(round)) results[name].push(await stacks[name][operation]());
  return byContestant((name) => medians(results[name]));
}
