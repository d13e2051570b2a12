import fc from "fast-check";
import { nextPollDelay } from "../../../sdk/wait";

const defaults = { firstMs: 900, maxMs: 30_000 };
const withoutJitter = { ...defaults, random: () => 0 };
const withMostJitter = { ...defaults, random: () => 1 };

/** The moments of all looks until a job of this duration is noticed as done; the last one is that moment. */
function looksOf(schedule: typeof withoutJitter, jobMs: number): number[] {
  const looks: number[] = [];
  let at = 0;
  do {
    at += nextPollDelay(schedule, at);
    looks.push(at);
  } while (at < jobMs);
  return looks;
}

const lagOf = (schedule: typeof withoutJitter, jobMs: number): number =>
  (looksOf(schedule, jobMs).at(-1) ?? 0) - jobMs;

describe("the schedule of polls", () => {
  test("notices a short job within a second of its end", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), (jobMs) => lagOf(withoutJitter, jobMs) <= 1_000),
    );
  });

  test("notices a long job within 5 % of its duration", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20_000, max: 4 * 3_600_000 }),
        (jobMs) => lagOf(withoutJitter, jobMs) <= jobMs * 0.05,
      ),
    );
  });

  test.each([
    ["without jitter", withoutJitter],
    ["with the most jitter", withMostJitter],
  ])("looks at most 12 times at a job of 8 s, %s", (_, schedule) => {
    expect(looksOf(schedule, 8_000).length).toBeLessThanOrEqual(12);
  });

  test("never pauses for longer than the cap", () => {
    expect(nextPollDelay(withoutJitter, 10 * 3_600_000)).toBe(30_000);
  });

  test("begins with the first pause", () => {
    expect(nextPollDelay(withoutJitter, 0)).toBe(900);
  });

  test("only shortens a pause by its jitter, and by a tenth at most", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4 * 3_600_000 }),
        fc.float({ min: 0, max: 1, noNaN: true }),
        (waited, x) => {
          const plain = nextPollDelay(withoutJitter, waited);
          const jittered = nextPollDelay({ ...defaults, random: () => x }, waited);
          return jittered <= plain && jittered >= plain * 0.9 - 1e-6;
        },
      ),
    );
  });
});
