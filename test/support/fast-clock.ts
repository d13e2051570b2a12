import { type Clock, systemClock } from "../../sdk/wait/clock";

/**
 * The machine's clock, running faster: for tests with real sockets, where a delay of seconds should be the same to
 * everything in it (client, waiting, simulator) and pass in milliseconds. It can also be set forward.
 */
export class FastClock implements Clock {
  private readonly start = Date.now();
  private skipped = 0;

  constructor(private readonly factor = 20) {}

  now(): number {
    return this.start + this.skipped + (Date.now() - this.start) * this.factor;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    // A timer may fire a millisecond early; whoever slept must not find that its time has not come.
    return systemClock.sleep(Math.min(ms / this.factor + 1, 2 ** 31 - 1), signal);
  }

  /** Sets the clock forward. Whoever is asleep sleeps on. */
  skip(ms: number): void {
    this.skipped += ms;
  }
}
