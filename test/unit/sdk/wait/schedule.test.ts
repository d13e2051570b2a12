import fc from "fast-check";
import { nextLook } from "../../../../sdk/wait";

const defaults = { firstMs: 800, maxMs: 30_000 };
const withoutJitter = { ...defaults, random: () => 0 };
const withMostJitter = { ...defaults, random: () => 1 };

/** The moments of all looks until jobs that began at these times, of this duration, are all noticed as done. */
function looksOf(schedule: typeof withoutJitter, jobMs: number, began: number[] = [0]): number[] {
  const looks: number[] = [];
  let waiting = began;
  while (waiting.length > 0) {
    const now = looks.at(-1) ?? 0;
    // A wait is not known before it begins.
    const known = waiting.filter((since) => since <= now);
    const at = nextLook(schedule, known.length > 0 ? known : waiting.slice(0, 1), now);
    looks.push(at);
    waiting = waiting.filter((since) => since + jobMs > at);
  }
  return looks;
}

const lagOf = (schedule: typeof withoutJitter, jobMs: number): number =>
  (looksOf(schedule, jobMs).at(-1) ?? 0) - jobMs;

const both = [
  ["without jitter", withoutJitter],
  ["with the most jitter", withMostJitter],
] as const;

describe("the schedule of polls", () => {
  test.each(both)("notices a short job within a second of its end, %s", (_, schedule) => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 20_000 }), (jobMs) => lagOf(schedule, jobMs) <= 1_000));
  });

  test.each(both)("notices a long job within 5 % of its duration, %s", (_, schedule) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20_000, max: 4 * 3_600_000 }),
        (jobMs) => lagOf(schedule, jobMs) <= jobMs * 0.05,
      ),
    );
  });

  test.each(both)("looks at most 12 times at a job of 8 s, %s", (_, schedule) => {
    expect(looksOf(schedule, 8_000).length).toBeLessThanOrEqual(12);
  });

  test("looks at most 13 times at a wave of jobs of 8 s that begin within 2 s", () => {
    const began = Array.from({ length: 100 }, (_, index) => index * 20);
    expect(looksOf(withMostJitter, 8_000, began).length).toBeLessThanOrEqual(13);
  });

  test("never pauses for longer than the cap, but for jitter", () => {
    const waited = 10 * 3_600_000;
    expect(nextLook(withoutJitter, [0], waited) - waited).toBe(30_000);
  });

  test("looks first one pause after the youngest wait began", () => {
    expect(nextLook(withoutJitter, [1_000, 1_100], 0)).toBe(1_900);
  });

  test("does not put off a look for long, however many waits join", () => {
    expect(nextLook(withoutJitter, [1_000, 1_700, 1_750], 0)).toBe(1_960);
  });

  test("looks at whole steps after the youngest wait began", () => {
    expect(nextLook(withoutJitter, [1_000, 1_300], 1_900)).toBe(2_100);
  });

  test("lengthens a pause by its jitter, by 5 % at most", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4 * 3_600_000 }),
        fc.float({ min: 0, max: 1, noNaN: true }),
        (waited, x) => {
          const plain = nextLook(withoutJitter, [0], waited) - waited;
          const jittered = nextLook({ ...defaults, random: () => x }, [0], waited) - waited;
          return jittered >= plain && jittered <= plain + Math.max(800, plain) * 0.05 + 1e-6;
        },
      ),
    );
  });
});
