import type { Clock } from "./clock";
import { type PollSchedule, nextLook } from "./schedule";

/** The wait's own time was up before what it waited for came true. */
export class DeadlineError extends Error {
  override name = "DeadlineError";
}

export interface BatchWaiterOptions<S> {
  /** One look at the remote side, shared by everyone who waits. */
  fetch(signal: AbortSignal): Promise<S>;
  schedule: PollSchedule;
  clock: Clock;
  /** True for an error that no later look can mend; it ends every wait. Others are survived. Default: none is. */
  isFatal?(error: unknown): boolean;
  /** Milliseconds that the remote side asked to be left alone for, if this error says so. */
  retryAfterMs?(error: unknown): number | undefined;
}

export interface WaitOptions {
  /** When this wait fails with {@link DeadlineError}; milliseconds since the epoch. */
  deadline: number;
  signal?: AbortSignal | undefined;
  /** Told of each look that failed and was survived. */
  onPollError?: ((error: unknown) => void) | undefined;
}

/**
 * Judges one look: returns a value when the wait is over, undefined when it goes on, throws when it failed. What came
 * into being after `askedAt` (milliseconds since the epoch) may be missing from the snapshot, however late it arrived.
 */
export type Judge<S, T> = (snapshot: S, askedAt: number) => T | undefined;

interface Wait<S> {
  readonly since: number;
  look(snapshot: S, askedAt: number): void;
  fail(error: unknown): void;
  onPollError: ((error: unknown) => void) | undefined;
}

/**
 * Many callers, one poll. The loop starts with the first wait and ends with the last; each tick makes one fetch
 * and shows it to every wait. A wait settles alone: by its judge, its deadline or its signal.
 */
export class BatchWaiter<S> {
  private readonly waits = new Set<Wait<S>>();
  private loop: AbortController | undefined;
  private onJoin: () => void = () => undefined;

  constructor(private readonly options: BatchWaiterOptions<S>) {}

  wait<T>(judge: Judge<S, T>, options: WaitOptions): Promise<T> {
    const { clock } = this.options;
    return new Promise<T>((resolve, reject) => {
      if (options.signal?.aborted) {
        reject(options.signal.reason as Error);
        return;
      }
      const timer = new AbortController();
      const settle = (end: () => void): void => {
        if (!this.waits.delete(wait)) return;
        timer.abort();
        options.signal?.removeEventListener("abort", onAbort);
        end();
        if (this.waits.size === 0) this.stop();
      };
      const onAbort = (): void => {
        settle(() => {
          reject(options.signal?.reason as Error);
        });
      };
      const wait: Wait<S> = {
        since: clock.now(),
        onPollError: options.onPollError,
        fail: (error) => {
          settle(() => {
            reject(error as Error);
          });
        },
        look: (snapshot, askedAt) => {
          try {
            const value = judge(snapshot, askedAt);
            if (value !== undefined)
              settle(() => {
                resolve(value);
              });
          } catch (error) {
            wait.fail(error);
          }
        },
      };
      this.waits.add(wait);
      options.signal?.addEventListener("abort", onAbort, { once: true });
      clock.sleep(options.deadline - clock.now(), timer.signal).then(
        () => {
          wait.fail(new DeadlineError("The time for this wait is up."));
        },
        () => undefined, // settled before its deadline
      );
      this.start();
    });
  }

  private start(): void {
    if (this.loop) {
      this.onJoin();
      return;
    }
    const loop = new AbortController();
    this.loop = loop;
    this.run(loop.signal).catch((error: unknown) => {
      // An abort is the loop's ordinary end: the last wait has gone.
      if (!loop.signal.aborted) for (const wait of [...this.waits]) wait.fail(error);
    });
  }

  private stop(): void {
    this.loop?.abort(new Error("nobody waits any more"));
    this.loop = undefined;
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.options;
    let lastTick = 0;
    let notBefore = 0;
    for (;;) {
      await this.sleepUntilDue(() => Math.max(notBefore, this.nextLook(lastTick)), signal);
      const askedToWait = await this.tick(signal);
      signal.throwIfAborted();
      lastTick = clock.now();
      notBefore = lastTick + askedToWait;
    }
  }

  private nextLook(lastTick: number): number {
    const since = [...this.waits].map((wait) => wait.since);
    return nextLook(this.options.schedule, since, lastTick);
  }

  /** Sleeps until `due`, which is asked again whenever a wait joins: a young wait must not sleep as an old one does. */
  private async sleepUntilDue(due: () => number, signal: AbortSignal): Promise<void> {
    const { clock } = this.options;
    for (;;) {
      const nap = new AbortController();
      this.onJoin = () => {
        nap.abort();
      };
      const at = due();
      if (at <= clock.now()) return;
      await clock.sleep(at - clock.now(), AbortSignal.any([signal, nap.signal])).catch(() => undefined);
      signal.throwIfAborted();
      if (!nap.signal.aborted) return;
    }
  }

  /** One look. Returns how long the remote side asked to be left alone. */
  private async tick(signal: AbortSignal): Promise<number> {
    const askedAt = this.options.clock.now();
    let snapshot: S;
    try {
      snapshot = await this.options.fetch(signal);
    } catch (error) {
      signal.throwIfAborted();
      if (this.options.isFatal?.(error)) throw error;
      for (const wait of this.waits) wait.onPollError?.(error);
      return this.options.retryAfterMs?.(error) ?? 0;
    }
    for (const wait of [...this.waits]) wait.look(snapshot, askedAt);
    return 0;
  }
}
