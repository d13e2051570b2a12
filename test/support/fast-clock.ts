import { type Clock, systemClock } from "../../sdk/wait/clock";

/** Whoever sleeps looks at the machine's clock as often as this, in its milliseconds. */
const BEAT_MS = 20;

/** What passes between two looks beyond this, in the machine's milliseconds, is a stall of the machine. */
const MOST_MS = 100;

/**
 * The machine's clock, running faster: for tests with real sockets, where a delay of seconds should be the same to
 * everything in it (client, waiting, simulator) and pass in milliseconds. It can also be set forward. While the machine
 * stalls it stands still: a busy second would be nearly a minute to everything in a test, and the end of its time-outs.
 */
export class FastClock implements Clock {
  private readonly start = Date.now();
  private looked = this.start;
  private passed = 0;
  private skipped = 0;

  constructor(private readonly factor = 20) {}

  now(): number {
    return this.start + this.run() + this.skipped;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const end = this.run() + ms;
    let left = ms;
    // A timer may fire a millisecond early; whoever slept must not find that its time has not come.
    do {
      await systemClock.sleep(Math.min(left / this.factor + 1, BEAT_MS), signal);
      left = end - this.run();
    } while (left > 0);
  }

  /** Sets the clock forward. Whoever is asleep sleeps on. */
  skip(ms: number): void {
    this.skipped += ms;
  }

  /** What has passed but for what was skipped, in milliseconds of this clock. */
  private run(): number {
    const at = Date.now();
    this.passed += Math.min(Math.max(at - this.looked, 0), MOST_MS) * this.factor;
    this.looked = at;
    return this.passed;
  }
}
