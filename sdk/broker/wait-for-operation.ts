import type { CallOptions } from "../http/caller";
import { ApiError, AuthenticationError, RequestError } from "../http/errors";
import type { Clock } from "../wait/clock";
import { nextLook, type PollSchedule } from "../wait/schedule";
import type { BrokerCallOptions } from "./call-options";
import { BrokerError } from "./errors";
import type { LastOperation, OperationQuery } from "./types";

/** How an operation is waited for. The signal ends the wait with its reason, the deadline with `deadline`. */
export interface WaitForOperation
  extends OperationQuery, CallOptions, Pick<BrokerCallOptions, "originatingIdentity"> {
  purpose: "create" | "update" | "delete";
  /**
   * The plan's `maximum_polling_duration`, in milliseconds, counted from `since`. Default: no maximum. One poll is
   * always made, since an operation may have ended long before anyone looked.
   */
  maximumPollingMs?: number | undefined;
  /** When the operation began, in milliseconds since the epoch by the clock. Default: now. */
  since?: number | undefined;
  /** Called before each poll; a rejection ends the wait with it. */
  beforePoll?: (() => Promise<void>) | undefined;
  /** Told of each poll: what it saw, or why it saw nothing. For progress. */
  onPoll?: ((seen: LastOperation | { error: Error }) => void) | undefined;
}

/**
 * How an operation ended (spec: "Polling Last Operation …", "Polling Interval and Duration").
 * - `succeeded`, `failed`: the broker said so.
 * - `gone`: only for purpose `delete`: 410, or 404.
 * - `deadline`: the caller's deadline passed first.
 * - `overdue`: `maximumPollingMs` passed first, which the specification counts as failed.
 * - `lost`: for purpose `create` and `update`: nothing but 404 for 60 s and at least three polls; the broker does
 *   not know it.
 */
export type SettledOperation =
  | { outcome: "succeeded"; description?: string | undefined }
  | {
      outcome: "failed";
      description?: string | undefined;
      instanceUsable?: boolean | undefined;
      updateRepeatable?: boolean | undefined;
    }
  | { outcome: "gone" }
  | { outcome: "deadline" }
  | { outcome: "overdue" }
  | { outcome: "lost" };

/** What {@link waitForOperation} works with. */
export interface WaitContext {
  clock: Clock;
  schedule: PollSchedule;
  /** Looks once, without repeating anything. */
  poll: (options: BrokerCallOptions) => Promise<LastOperation>;
  /** When the first poll may be, in milliseconds since the epoch. */
  firstLook: number;
}

/** How long a broker may not know of an operation that it accepted, and how often it must have said so. */
const LOST_AFTER_MS = 60_000;
const LOST_AFTER_POLLS = 3;

/**
 * Polls until the operation is settled. No poll is made before what Retry-After asked for; where that or the pause
 * would pass the deadline or the maximum, the wait ends at that moment.
 */
export async function waitForOperation(
  { clock, schedule, poll, firstLook }: WaitContext,
  wait: WaitForOperation,
): Promise<SettledOperation> {
  const { purpose, signal, deadline = Infinity } = wait;
  const since = wait.since ?? clock.now();
  const overdue = since + (wait.maximumPollingMs ?? Infinity);
  const missing = new Missing();
  let polls = 0;
  let lastLook = 0;
  let notBefore = firstLook;
  for (;;) {
    const limit = polls === 0 ? deadline : Math.min(deadline, overdue);
    const planned = Math.max(nextLook(schedule, [since], lastLook), notBefore);
    const next = polls === 0 ? Math.min(planned, overdue) : planned;
    await clock.sleep(Math.max(0, Math.min(next, limit) - clock.now()), signal);
    signal?.throwIfAborted();
    if (next >= limit || clock.now() >= limit)
      return { outcome: limit === deadline ? "deadline" : "overdue" };
    await wait.beforePoll?.();
    const seen = await look(poll, { signal, deadline: limit, originatingIdentity: wait.originatingIdentity });
    polls++;
    lastLook = clock.now();
    tell(wait, seen);
    const settled = "error" in seen ? undefined : settledBy(seen, purpose);
    if (settled) return settled;
    if (!("error" in seen)) missing.end();
    else if (seen.error instanceof BrokerError && seen.error.code === "NotFound") {
      if (purpose === "delete") return { outcome: "gone" };
      if (missing.isLost(clock.now())) return { outcome: "lost" };
    }
    notBefore = lastLook + (retryAfterOf(seen) ?? 0);
  }
}

type Seen = LastOperation | { error: RequestError };

/** One poll. Throws what no further poll can mend: refused credentials, and errors of this side. */
async function look(poll: WaitContext["poll"], options: BrokerCallOptions): Promise<Seen> {
  try {
    return await poll(options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof AuthenticationError || !(error instanceof RequestError)) throw error;
    return { error };
  }
}

function settledBy(seen: LastOperation, purpose: WaitForOperation["purpose"]): SettledOperation | undefined {
  const { state, retryAfterMs: _, ...rest } = seen;
  switch (state) {
    case "succeeded":
      return { outcome: state, ...(rest.description !== undefined && { description: rest.description }) };
    case "failed":
      return { outcome: state, ...rest };
    case "gone":
      // For anything else an invalid response, after which the platform goes on polling.
      return purpose === "delete" ? { outcome: "gone" } : undefined;
    case "in progress":
      return undefined;
  }
}

/** Counts answers by which the broker does not know what it accepted. */
class Missing {
  #count = 0;
  #since = 0;
  isLost(now: number): boolean {
    if (this.#count++ === 0) this.#since = now;
    return this.#count >= LOST_AFTER_POLLS && now - this.#since >= LOST_AFTER_MS;
  }
  end(): void {
    this.#count = 0;
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
