import fc from "fast-check";
import { formatDuration, parseDuration } from "../../../provider/settings";
import { systemClock } from "../../../sdk/wait";

const DAY_MS = 24 * 3_600_000;

/** What remains of a span when it is shown: seconds below an hour, minutes above. */
const shown = (ms: number): number => ms - (ms % (ms < 3_600_000 ? 1_000 : 60_000));

describe("a duration", () => {
  test("that is shown is read as what was shown", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 90 * DAY_MS }),
        (ms) => parseDuration(formatDuration(ms).replaceAll(" ", "")) === shown(ms),
      ),
    );
  });

  test("is the sum of its parts", () => {
    const part = fc.integer({ min: 0, max: 1_000 });
    fc.assert(
      fc.property(part, part, part, fc.integer({ min: 1, max: 999 }), (h, m, s, ms) => {
        expect(parseDuration(`${h}h${m}m${s}s${ms}ms`)).toBe(h * 3_600_000 + m * 60_000 + s * 1_000 + ms);
      }),
    );
  });

  test("is a positive number or none, whatever the text is", () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^-?\d{0,400}\.?\d*(ms|h|m|s|)( \d+s)?$/));
    fc.assert(
      fc.property(text, (value) => {
        const ms = parseDuration(value);
        return ms === undefined || ms > 0;
      }),
    );
  });
});

describe("a sleep of more than 24 days", () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test("does not end at once", async () => {
    let over = false;
    const sleep = systemClock.sleep(60 * DAY_MS).then(() => (over = true));
    await jest.advanceTimersByTimeAsync(59 * DAY_MS);
    expect(over).toBe(false);
    await jest.advanceTimersByTimeAsync(DAY_MS);
    await sleep;
  });

  test("ends when its signal aborts", async () => {
    const controller = new AbortController();
    const sleep = systemClock.sleep(60 * DAY_MS, controller.signal);
    const ended = expect(sleep).rejects.toThrow("enough");
    await jest.advanceTimersByTimeAsync(30 * DAY_MS);
    controller.abort(new Error("enough"));
    await ended;
  });
});
