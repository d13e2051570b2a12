import { type Clock, LONGEST_TIMER_MS } from "../wait/clock";

/** What every call accepts from its caller. */
export interface CallOptions {
  /** Ends the call; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Total deadline in milliseconds since the epoch by the clock; nothing is sent after it. */
  deadline?: number | undefined;
}

/**
 * Waits for `shared`, which goes on for others, no longer than this caller wants to: rejects with the reason of
 * the caller's signal, or with `late()` at the caller's deadline.
 */
export async function waitAsCaller<T>(
  shared: Promise<T>,
  { signal, deadline }: CallOptions,
  clock: Clock,
  late: () => Error,
): Promise<T> {
  signal?.throwIfAborted();
  const left = (deadline ?? Infinity) - clock.now();
  if (left <= 0) throw late();
  const done = new AbortController();
  const limits: Promise<never>[] = [];
  if (signal) {
    limits.push(
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error), {
          once: true,
          signal: done.signal,
        });
      }),
    );
  }
  if (left < LONGEST_TIMER_MS) {
    limits.push(
      clock.sleep(left, done.signal).then(() => {
        throw late();
      }),
    );
  }
  try {
    return await Promise.race([shared, ...limits]);
  } finally {
    done.abort();
  }
}
