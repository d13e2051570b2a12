import { BrokerError, CancelledError, RequestError } from "../../../sdk/broker";
import { nextLook } from "../../../sdk/wait";
import type { Host } from "../contract";
import type { Broker } from "./account";

/** The broker's own pauses between polls, where the settings say nothing. */
const FIRST_MS = 2_000;
const MAX_MS = 30_000;

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

/** When to try again, as polling goes about it; never earlier than the broker asked for. */
export function nextTry(host: Host, broker: Broker, since: number, retryAfterMs: number | undefined): number {
  const now = host.session.clock.now();
  const { pollInterval = FIRST_MS, pollIntervalMax = MAX_MS } = broker.settings;
  const due = nextLook(
    { firstMs: pollInterval, maxMs: Math.max(pollInterval, pollIntervalMax) },
    [since],
    now,
  );
  return Math.max(due, now + (retryAfterMs ?? 0));
}

/**
 * Repeats `operation` while the broker refuses it with `ConcurrencyError`, until `deadline` (spec: "Blocking
 * Operations"). `what` is the operation in progress words: `the update`.
 * @throws BusyError when the time is up; anything else that `operation` throws at once.
 */
export async function whenFree<T>(
  host: Host,
  broker: Broker,
  deadline: number,
  what: string,
  operation: () => Promise<T>,
): Promise<T> {
  const { clock } = host.session;
  const since = clock.now();
  let doubt: RequestError | undefined;
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
      if (!(error instanceof BrokerError) || error.code !== "ConcurrencyError") throw error;
      const at = nextTry(host, broker, since, error.retryAfterMs);
      if (at >= deadline) throw new BusyError(error);
      host.log.progress(`${what} waits: another operation is in progress at the broker`, since);
      await clock.sleep(at - clock.now(), host.signal);
      // Awake later than planned: the refusal says more than a request that is not sent any more.
      if (clock.now() >= deadline) throw new BusyError(error);
      await host.session.assertEngineAlive();
    }
  }
}
