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
import { waitForOperation } from "./operation";

/** What became of a clean-up. */
export interface CleanedUp {
  /** True when the broker confirmed that nothing is left: 200, 410, or a delete operation that succeeded. */
  confirmed: boolean;
  /** Why it is not confirmed, as a clause. */
  why?: string;
}

/**
 * For how long attempts that fail are repeated, in milliseconds: whoever runs a program waits for it, and the next run
 * goes on with it. A delete that the broker accepted is waited for until the deadline.
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
 * user asked for it, repeated until the broker confirms. At least one is sent, however late it is.
 */
export function cleanUpInstance(
  host: Host,
  broker: Broker,
  instanceId: string,
  plan: PlanRef,
  deadline: number,
): Promise<CleanedUp> {
  return cleanUp(host, broker, deadline, {
    instanceId,
    plan,
    remove: (options) => broker.client.deprovision(instanceId, plan, options),
  });
}

/** The same for a binding. */
export function cleanUpBinding(
  host: Host,
  broker: Broker,
  instanceId: string,
  bindingId: string,
  plan: PlanRef,
  deadline: number,
): Promise<CleanedUp> {
  return cleanUp(host, broker, deadline, {
    instanceId,
    bindingId,
    plan,
    remove: (options) => broker.client.unbind(instanceId, bindingId, plan, options),
  });
}

async function cleanUp(host: Host, broker: Broker, deadline: number, doomed: Doomed): Promise<CleanedUp> {
  const { clock } = host.session;
  const since = clock.now();
  const failingUntil = since + FAILING_MS;
  const until = Math.max(deadline, failingUntil);
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
  try {
    const result = await whenFree(host, broker, deadline, "the clean-up", () =>
      doomed.remove({
        originatingIdentity: null,
        signal: host.signal,
        deadline,
        beforeSend: () => host.session.assertEngineAlive(),
      }),
    );
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
    const isUnknown = error instanceof BrokerError && error.code === "NotFound";
    if (isUnknown && (await hasNoOperation(host, broker, deadline, doomed))) return { confirmed: true };
    return afterError(error);
  }
}

/**
 * Brokers that do not answer 410 answer 404, which by itself may be a wrong address: it counts where the broker knows of
 * no operation either.
 */
async function hasNoOperation(
  host: Host,
  { client }: Broker,
  deadline: number,
  { instanceId, bindingId, plan }: Doomed,
): Promise<boolean> {
  const options = { signal: host.signal, deadline, originatingIdentity: null };
  try {
    const last =
      bindingId === undefined
        ? await client.getLastOperation(instanceId, plan, options)
        : await client.getLastBindingOperation(instanceId, bindingId, plan, options);
    return last.state === "gone";
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    return error instanceof BrokerError && error.code === "NotFound";
  }
}

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
