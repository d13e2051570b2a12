import { CancelledError, ConnectionError, RequestError } from "../../http/errors";
import { askedLook, nextLook } from "../../wait/schedule";
import { BrokerError } from "../errors";
import type { OperationContext } from "./context";

/**
 * Another operation was still under way at the broker when the time was up. Nothing was done, unless the `effect` of the
 * refusal says that an earlier transmission may have been carried out: then the operation may be that one.
 */
export class BusyError extends Error {
  override name = "BusyError";
  constructor(readonly refusal: BrokerError) {
    super(refusal.message, { cause: refusal });
  }
}

/** When to try again, as polling goes about it: when the broker asked for it, else after a pause of our own. */
export function nextTry({ client, clock }: OperationContext, since: number, retryAfterMs?: number): number {
  const now = clock.now();
  return askedLook(now, retryAfterMs) ?? nextLook(client.pollSchedule, [since], now);
}

/** Whether the time was up before it could be sent. */
const isUnsent = (error: unknown): boolean =>
  error instanceof ConnectionError && error.isByDeadline && error.ownEffect === "none";

/**
 * Repeats `operation` while the broker refuses it with `ConcurrencyError`, until `deadline` (spec: "Blocking
 * Operations"). `what` is the operation in progress words: `the update`.
 * @throws BusyError when the time is up; anything else that `operation` throws at once.
 */
export async function retryWhileBusy<T>(
  work: OperationContext,
  deadline: number,
  what: string,
  operation: () => Promise<T>,
): Promise<T> {
  const { clock } = work;
  const since = clock.now();
  let doubt: RequestError | undefined;
  let refusal: BrokerError | undefined;
  for (;;) {
    try {
      return await operation();
    } catch (error) {
      // The run ends, and what it leaves is for the next one.
      if (error instanceof CancelledError) throw error.cause;
      if (error instanceof RequestError) {
        error.earlier ??= doubt;
        if (error.effect === "unknown") doubt = error;
      }
      // Awake later than planned: the refusal says more than a request that is not sent any more.
      if (refusal && isUnsent(error)) throw new BusyError(refusal);
      if (!(error instanceof BrokerError) || error.code !== "ConcurrencyError") throw error;
      refusal = error;
      const at = nextTry(work, since, error.retryAfterMs);
      if (at >= deadline) throw new BusyError(error);
      work.onWait(`${what} waits: another operation is in progress at the broker`, since);
      await clock.sleep(at - clock.now(), work.signal);
      await work.beforeSend();
    }
  }
}
