import { randomFrom } from "../support/random";
import { afterEffects, beforeEffects, ends, type Moment, polls } from "./moments";

/** One up that is killed, and where the next one runs. */
export interface Case {
  n: number;
  moment: Moment;
  provider: "left alive" | "killed";
  home: "same" | "another";
}

const CASES = 25;

/** Chooses which events, and in which order. The same seed chooses the same. */
export const seed = Number(process.env["SEED"] ?? 1);

/**
 * The cases of a seed: every POST before and after its effect, every instance as it is done, and some of the polls.
 * The provider is left alive in one half of them, the next run is in another home in one half of each half.
 */
export function casesOf(ofSeed: number): Case[] {
  const random = randomFrom(ofSeed);
  const always = [...beforeEffects(() => random() < 0.5), ...afterEffects, ...ends];
  const some = shuffled(polls, random).slice(0, CASES - always.length);
  return shuffled([...always, ...some], random).map((moment, index) => ({
    n: index + 1,
    moment,
    provider: index % 4 < 2 ? "left alive" : "killed",
    home: index % 2 === 0 ? "same" : "another",
  }));
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  return list
    .map((value) => ({ value, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}
