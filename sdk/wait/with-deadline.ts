import type { Clock } from "./clock";
import { DeadlineError } from "./batch-waiter";

/** The outcome of `work`, or DeadlineError at `deadline` (milliseconds since the epoch); `work` itself goes on. */
export async function withDeadline<T>(work: Promise<T>, clock: Clock, deadline: number): Promise<T> {
  const timer = new AbortController();
  const late = clock.sleep(deadline - clock.now(), timer.signal).then(() => {
    throw new DeadlineError("The time for this is up.");
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}
