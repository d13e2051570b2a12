import {
  AuthenticationError,
  BrokerError,
  type DeleteResult,
  type PlanRef,
  ProvisorError,
  RequestError,
  type SettledOperation,
} from "../../../sdk/broker";
import { asClause } from "../clause";
import type { Host } from "../contract";
import type { Broker } from "./account";
import { BusyError, nextTry, whenFree } from "./busy";
import { DoubtfulAbsence, lookAgain } from "./look-again";
import { standingOf, waitForOperation } from "./operation";

/** What became of a clean-up. */
export interface CleanedUp {
  /** True when the broker confirmed that nothing is left: 200, 410, or a delete operation that succeeded. */
  confirmed: boolean;
  /** Why it is not confirmed, as a clause. */
  why?: string;
}

/**
 * For how long attempts that fail are repeated, in milliseconds: whoever runs a program waits for it, and the next run
 * goes on with it. A delete that the broker accepted is waited for until the deadline. A clean-up that no user has asked
 * for may go on for so long, however near the deadline is.
 */
const FAILING_MS = 60_000;

/** How one kind of thing is deleted. */
interface Doomed {
  instanceId: string;
  bindingId?: string;
  plan: PlanRef;
  remove: (options: {
    originatingIdentity: null;
    signal: AbortSignal;
    deadline: number;
    beforeSend: () => Promise<void>;
  }) => Promise<DeleteResult>;
}

/**
 * Removes what a failed request may have left (spec: "Orphan Mitigation"): DELETE without originating identity, since no
 * user asked for it, repeated until the broker confirms. At least one is sent, however late it is. With `graceMs` 0 all
 * ends at the deadline: for what a user is deleting.
 */
export function cleanUpInstance(
  host: Host,
  broker: Broker,
  instanceId: string,
  plan: PlanRef,
  deadline: number,
  graceMs = FAILING_MS,
): Promise<CleanedUp> {
  return cleanUp(
    host,
    broker,
    { deadline, graceMs },
    {
      instanceId,
      plan,
      remove: (options) => broker.client.deprovision(instanceId, plan, options),
    },
  );
}

/** The same for a binding. */
export function cleanUpBinding(
  host: Host,
  broker: Broker,
  instanceId: string,
  bindingId: string,
  plan: PlanRef,
  deadline: number,
  graceMs = FAILING_MS,
): Promise<CleanedUp> {
  return cleanUp(
    host,
    broker,
    { deadline, graceMs },
    {
      instanceId,
      bindingId,
      plan,
      remove: (options) => broker.client.unbind(instanceId, bindingId, plan, options),
    },
  );
}

async function cleanUp(
  host: Host,
  broker: Broker,
  { deadline, graceMs }: { deadline: number; graceMs: number },
  doomed: Doomed,
): Promise<CleanedUp> {
  const { clock } = host.session;
  const since = clock.now();
  const failingUntil = since + FAILING_MS;
  const until = Math.max(deadline, since + graceMs);
  for (;;) {
    const seen = await attempt(host, broker, until, doomed);
    if (seen.confirmed || seen.final) return seen;
    const at = nextTry(host, broker, since, seen.retryAfterMs);
    if (at >= Math.min(failingUntil, until)) return seen;
    host.log.progress("cleaning up (trying again)", since);
    await clock.sleep(at - clock.now(), host.signal);
  }
}

interface Attempt extends CleanedUp {
  /** True when another attempt would end in the same way. */
  final?: boolean;
  retryAfterMs?: number | undefined;
}

async function attempt(host: Host, broker: Broker, deadline: number, doomed: Doomed): Promise<Attempt> {
  const { instanceId, bindingId, plan } = doomed;
  const since = host.session.clock.now();
  const send = (): Promise<DeleteResult> =>
    whenFree(host, broker, deadline, "the clean-up", () =>
      doomed.remove({
        originatingIdentity: null,
        signal: host.signal,
        deadline,
        beforeSend: () => host.session.assertEngineAlive(),
      }),
    );
  try {
    const result = await send().catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
      return lookAgain(host, broker, plan.serviceId, deadline, send);
    });
    if (result.outcome !== "accepted") return { confirmed: true };
    const settled = await waitForOperation(host, broker, {
      instanceId,
      bindingId,
      query: { ...plan, operation: result.operation },
      purpose: "delete",
      doing: "cleaning up",
      since,
      deadline,
      originatingIdentity: null,
    });
    return afterOperation(settled);
  } catch (error) {
    // Brokers that do not answer 410 answer 404, which counts where they know of no operation either.
    const about = { instanceId, bindingId, query: plan, deadline, originatingIdentity: null };
    if (isNotFound(error) && (await standingOf(host, broker, about)) !== "other") return { confirmed: true };
    return afterError(error);
  }
}

const isNotFound = (error: unknown): boolean => error instanceof BrokerError && error.code === "NotFound";

function afterOperation(settled: SettledOperation): Attempt {
  switch (settled.outcome) {
    case "succeeded":
    case "gone":
      return { confirmed: true };
    case "failed":
      return {
        confirmed: false,
        why: `the delete failed: ${asClause(settled.description ?? "the broker does not say why")}`,
      };
    default:
      return { confirmed: false, why: "the delete was still in progress when the time was up", final: true };
  }
}

function afterError(error: unknown): Attempt {
  if (error instanceof BusyError)
    return {
      confirmed: false,
      why: "another operation was still in progress when the time was up",
      final: true,
    };
  if (!(error instanceof ProvisorError)) throw error;
  const why = asClause(error.message);
  // A broker that starts anew is there again before long.
  if (error instanceof DoubtfulAbsence) return { confirmed: false, why };
  if (error instanceof AuthenticationError || !(error instanceof RequestError))
    return { confirmed: false, why, final: true };
  const isRefused = error instanceof BrokerError && error.status >= 400 && error.status < 500;
  const retryAfterMs = error instanceof BrokerError ? error.retryAfterMs : undefined;
  return {
    confirmed: false,
    why,
    final: isRefused && error.status !== 408 && error.status !== 429,
    retryAfterMs,
  };
}
