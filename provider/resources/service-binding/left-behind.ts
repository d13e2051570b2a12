import { ProvisorError } from "../../../sdk/broker";
import { type Broker, workOf } from "../broker/account";
import { cleanUp, confirmAbsence } from "../../../sdk/broker/operations";
import { asClause } from "../clause";
import type { Host } from "../../host/contract";
import { type BindingRef, isUnknownThere } from "./fetch";
import { planIfKnown } from "./plans";
import type { ServiceBindingState } from "./schema";

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
    return asClause(error.message);
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
