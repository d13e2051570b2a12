import { ApiError, AuthenticationError, ConnectionError, RequestError } from "../http/errors";
import type { Clock } from "../wait/clock";
import { askedLook, nextLook, type PollSchedule } from "../wait/schedule";
import type { BrokerCallOptions } from "./call-options";
import { BrokerError } from "./errors";
import type { LastOperation } from "./types";
import type { WaitForOperation, SettledOperation } from "./interface";

/** What {@link waitForOperation} works with. */
export interface WaitContext {
  clock: Clock;
  schedule: PollSchedule;
  /** Looks once, without repeating anything. */
  poll: (options: BrokerCallOptions) => Promise<LastOperation>;
  /** When the broker asked for the first poll, in milliseconds since the epoch, if it did. */
  firstLook: number | undefined;
}

/** For how long a broker must have given the same bad answer until it is believed, and how often; of a deletion only that. */
const BELIEVED_AFTER_MS = 60_000;
const BELIEVED_AFTER_POLLS = 3;

/**
 * Polls until the operation is settled: when Retry-After asked for it, else after a pause of the client's own. Where that
 * would pass the deadline, the wait ends then; where it would pass the maximum, the last poll is made then.
 */
export async function waitForOperation(
  { clock, schedule, poll, firstLook }: WaitContext,
  wait: WaitForOperation,
): Promise<SettledOperation> {
  const { purpose, signal, deadline = Infinity } = wait;
  const since = wait.since ?? clock.now();
  const overdue = since + (wait.maximumPollingMs ?? Infinity);
  const missing = new Streak();
  const refused = new Streak();
  const untold = new Streak();
  let lastLook = 0;
  let lastError: RequestError | undefined;
  let askedFor = firstLook;
  for (;;) {
    const next = Math.min(askedFor ?? nextLook(schedule, [since], lastLook), overdue);
    await clock.sleep(Math.max(0, Math.min(next, deadline) - clock.now()), signal);
    signal?.throwIfAborted();
    const late = {
      outcome: "deadline" as const,
      ...(missing.count > 0 && { isUnknown: true as const }),
      ...failedWith(lastError),
    };
    if (next >= deadline || clock.now() >= deadline) return late;
    await wait.beforePoll?.();
    const isLast = clock.now() >= overdue;
    const seen = await look(poll, { signal, deadline, originatingIdentity: wait.originatingIdentity });
    if ("error" in seen && seen.error instanceof ConnectionError && seen.error.isByDeadline) return late;
    lastLook = clock.now();
    tell(wait, seen);
    lastError = "error" in seen ? seen.error : undefined;
    if (!isUnknown(seen)) missing.end();
    if (!(lastError instanceof AuthenticationError)) refused.end();
    if (!isUntold(lastError)) untold.end();
    if (isUnknown(seen)) {
      missing.note(lastLook);
      // The specification's own word for it needs no second one.
      if (purpose === "delete" && !("error" in seen)) return { outcome: "gone" };
      if (purpose === "delete" && (isLast || missing.count >= BELIEVED_AFTER_POLLS))
        return { outcome: "gone", isUnknown: true };
      if (purpose !== "delete" && missing.isLasting(lastLook))
        return { outcome: "lost", ...failedWith(lastError) };
    } else if (isUntold(lastError)) {
      untold.note(lastLook);
      if (purpose === "delete" && untold.count >= BELIEVED_AFTER_POLLS)
        return { outcome: "untold", ...failedWith(lastError) };
    } else if (!("error" in seen)) {
      const settled = settledBy(seen);
      if (settled) return settled;
    } else if (seen.error instanceof AuthenticationError) {
      refused.note(lastLook);
      if (refused.isLasting(lastLook)) throw seen.error;
    }
    if (isLast) return { outcome: "overdue", ...failedWith(lastError) };
    askedFor = askedLook(lastLook, retryAfterOf(seen));
  }
}

const failedWith = (lastError: RequestError | undefined): { lastError?: RequestError } =>
  lastError ? { lastError } : {};

type Seen = LastOperation | { error: RequestError };

/** One poll. Throws what no further poll can mend: errors of this side. */
async function look(poll: WaitContext["poll"], options: BrokerCallOptions): Promise<Seen> {
  try {
    return await poll(options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof RequestError)) throw error;
    return { error };
  }
}

/**
 * Whether the broker does not know what it was asked for. Of a create or update 410 is an invalid answer, after which
 * the platform goes on polling; brokers give it all the same for an instance or binding that they never had.
 */
const isUnknown = (seen: Seen): boolean =>
  "error" in seen
    ? seen.error instanceof BrokerError && seen.error.code === "NotFound"
    : seen.state === "gone";

/** Statuses of a gateway, or of a broker that has no time: another poll is all that they ask for. */
const PASSING = [408, 429, 502, 503, 504];

/** Whether the broker itself refuses to tell of the operation, or fails to. */
const isUntold = (error: RequestError | undefined): boolean =>
  error instanceof BrokerError &&
  error.status >= 400 &&
  !PASSING.includes(error.status) &&
  !["NotFound", "ConcurrencyError"].includes(error.code);

function settledBy(seen: LastOperation): SettledOperation | undefined {
  const { state, retryAfterMs: _, ...rest } = seen;
  switch (state) {
    case "succeeded":
      return { outcome: state, ...(rest.description !== undefined && { description: rest.description }) };
    case "failed":
      return { outcome: state, ...rest };
    default:
      return undefined;
  }
}

/**
 * Bad answers of one kind without a good one in between. A single one may be that of a gateway, or of one of several
 * processes that is out of step.
 */
class Streak {
  count = 0;
  #since = 0;
  note(now: number): void {
    if (this.count++ === 0) this.#since = now;
  }
  isLasting(now: number): boolean {
    return this.count >= BELIEVED_AFTER_POLLS && now - this.#since >= BELIEVED_AFTER_MS;
  }
  end(): void {
    this.count = 0;
  }
}

function retryAfterOf(seen: Seen): number | undefined {
  if (!("error" in seen)) return seen.retryAfterMs;
  return seen.error instanceof ApiError ? seen.error.retryAfterMs : undefined;
}

function tell({ onPoll }: WaitForOperation, seen: Seen): void {
  try {
    onPoll?.(seen);
  } catch {
    // An observer's fault must not lose the operation.
  }
}
