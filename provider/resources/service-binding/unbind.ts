import {
  BrokerError,
  type DeleteResult,
  ProvisorError,
  needsOrphanMitigation,
  type ServicePlan,
} from "../../../sdk/broker";
import {
  BusyError,
  type CleanedUp,
  type Repeated,
  cleanUp,
  lastLookWords,
  awaitOperation,
  retryWhileBusy,
  confirmAbsence,
} from "../../../sdk/broker/operations";
import { type Broker, identityFor, workOf } from "../broker/account";
import { say } from "../../words";
import { withoutFullStop } from "../../host/errors";
import type { Host } from "../../host/contract";
import { describeAnothers, isSameBroker, type Made, mayBeAnothers, describeOtherBroker } from "./same-broker";
import { type BindingRef, isUnknownThere } from "./fetch";
import { describeOverdue } from "./messages";
import { planIfKnown } from "../broker/catalog";
import { replacementsOf } from "./replacements";
import type { ServiceBindingState } from "./schema";

/** How a binding is to be unbound. */
export interface Unbinding extends BindingRef {
  acceptsIncomplete: boolean;
  context: Record<string, unknown> | undefined;
  /** Which broker it is of. */
  madeBy: Made;
  /** For its longest polling duration. */
  servicePlan?: ServicePlan | undefined;
  deadline: number;
}

/**
 * Unbinds on behalf of the user (spec: "Unbinding"), and cleans up after a failure where the specification wants that.
 * What the broker does not know any more is unbound.
 */
export async function unbind(host: Host, broker: Broker, unbinding: Unbinding): Promise<CleanedUp> {
  const { bindingId, instanceId, plan, deadline } = unbinding;
  const done = await asked(host, broker, unbinding);
  const isMitigated = done.mitigate === true && broker.client.orphanMitigation === "auto";
  const isLate = host.session.clock.now() >= deadline;
  const result =
    !isLate && (isMitigated || done.isUnknown === true)
      ? await cleanUp(workOf(host, broker), { instanceId, bindingId, ...plan }, { deadline, graceMs: 0 })
      : done;
  if (result.confirmed) replacementsOf(host.session).end(bindingId);
  return result;
}

interface Asked extends CleanedUp {
  /** The specification wants it cleaned up. */
  mitigate?: boolean;
  /** A 404, which may mean that it is gone: the clean-up finds out. */
  isUnknown?: boolean;
}

async function asked(host: Host, broker: Broker, unbinding: Unbinding): Promise<Asked> {
  const { instanceId, bindingId, plan, acceptsIncomplete, context, deadline, madeBy } = unbinding;
  const originatingIdentity = identityFor(broker, context);
  if (mayBeAnothers(broker, madeBy))
    return { confirmed: false, why: describeAnothers(broker, madeBy, "binding") };
  const isTrusted = isSameBroker(broker, madeBy);
  const gone = isTrusted
    ? { confirmed: true }
    : { confirmed: false, why: describeOtherBroker(broker, madeBy) };
  const options = {
    acceptsIncomplete,
    originatingIdentity,
    deadline,
    beforeSend: () => host.session.assertEngineAlive(),
  };
  const send = (): Promise<DeleteResult> =>
    retryWhileBusy(workOf(host, broker), deadline, "unbinding", () =>
      broker.client.unbind(instanceId, bindingId, plan, options),
    );
  try {
    const result = await send();
    if (result.outcome !== "accepted") return result.outcome === "gone" ? gone : { confirmed: true };
    const settled = await awaitOperation(workOf(host, broker), {
      instanceId,
      bindingId,
      query: { ...plan, operation: result.operation },
      purpose: "delete",
      doing: "unbinding",
      plan: unbinding.servicePlan,
      since: host.session.clock.now(),
      deadline,
      originatingIdentity,
      repeat: () => repeated(host, broker, unbinding, send),
    });
    if (settled.outcome === "succeeded" || settled.outcome === "gone") return { confirmed: true };
    if (settled.outcome === "deadline")
      return {
        confirmed: false,
        why:
          `${settled.lastError ? "not finished" : "still in progress"} when its time-out (${say.timeouts}) passed` +
          lastLookWords(settled),
      };
    if (settled.outcome === "overdue")
      return { confirmed: false, why: describeOverdue(unbinding.servicePlan, settled), mitigate: true };
    const said = settled.outcome === "failed" ? settled.description : undefined;
    return {
      confirmed: false,
      why: `the broker failed to unbind it: ${withoutFullStop(said ?? settled.outcome)}`,
      mitigate: true,
    };
  } catch (error) {
    if (error instanceof BusyError)
      return {
        confirmed: false,
        why: "another operation was in progress at the broker until its time-out passed",
      };
    if (!(error instanceof ProvisorError)) throw error;
    const why = withoutFullStop(error.message);
    return {
      confirmed: false,
      why,
      mitigate: isTrusted && needsOrphanMitigation("unbind", error),
      isUnknown: isTrusted && error instanceof BrokerError && error.code === "NotFound",
    };
  }
}

/**
 * The same request once more. By an id that the program gave, somebody else may have bound anew once this one was gone:
 * where a fetch tells, that is asked instead.
 */
async function repeated(
  host: Host,
  broker: Broker,
  { instanceId, bindingId, plan, madeBy, deadline }: Unbinding,
  send: () => Promise<Repeated>,
): Promise<Repeated> {
  const isRetrievable = async (): Promise<boolean> =>
    (await planIfKnown(broker, plan))?.offering.bindingsRetrievable === true;
  if (madeBy.given !== true || !(await isRetrievable())) return send();
  try {
    await broker.client.getBinding(instanceId, bindingId, plan, { deadline, signal: host.signal });
    return { outcome: "accepted" };
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error;
    return isUnknownThere(error) ? { outcome: "gone" } : send();
  }
}

/**
 * Makes sure that nothing is left of a binding that failed: removes it, or, with `orphanMitigation: "report"`, looks
 * whether somebody has. Why that is not sure, as a clause, if it is not.
 */
export async function leftBehind(
  host: Host,
  broker: Broker,
  { bindingId, serviceId, planId, instance }: ServiceBindingState,
  deadline: number,
): Promise<string | undefined> {
  const ref = { instanceId: instance.instanceId, bindingId, plan: { serviceId, planId } };
  if (broker.client.orphanMitigation === "auto") {
    const done = await cleanUp(
      workOf(host, broker),
      { instanceId: ref.instanceId, bindingId, ...ref.plan },
      { deadline },
    );
    return done.confirmed ? undefined : (done.why ?? "the broker did not confirm it");
  }
  try {
    const look = (): Promise<boolean> => isThere(host, broker, ref, deadline);
    const isLeft = (await look()) || (await confirmAbsence(workOf(host, broker), serviceId, deadline, look));
    return isLeft ? "the broker still knows it" : undefined;
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    return withoutFullStop(error.message);
  }
}

/** One that failed cannot be fetched, and one that was bound at once has no operation: both are asked for. */
async function isThere(host: Host, broker: Broker, ref: BindingRef, deadline: number): Promise<boolean> {
  const { instanceId, bindingId, plan } = ref;
  const options = { signal: host.signal, deadline };
  const state = await known(async () => {
    const last = await broker.client.getLastBindingOperation(instanceId, bindingId, plan, options);
    return last.state;
  });
  if (state === "failed" || state === "in progress") return true;
  if ((await planIfKnown(broker, plan))?.offering.bindingsRetrievable !== true) return state === "succeeded";
  return (await known(() => broker.client.getBinding(instanceId, bindingId, plan, options))) !== undefined;
}

/** What the broker tells; undefined where it does not know the binding. */
async function known<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isUnknownThere(error)) return undefined;
    throw error;
  }
}
