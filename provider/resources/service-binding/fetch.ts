import { type Binding, BrokerError, type PlanRef, ProvisorError } from "../../../sdk/broker";
import { withoutFullStop } from "../../host/errors";
import type { Host } from "../../host/contract";
import { type Broker, workOf } from "../broker/account";
import { nextTry } from "../../../sdk/broker/operations";

/** For how long a binding that is made may not show yet, in milliseconds: brokers are eventually consistent. */
const APPEAR_MS = 60_000;

/** Where a binding is, and which plan to name in requests about it. */
export interface BindingRef {
  instanceId: string;
  bindingId: string;
  plan: PlanRef;
}

/** Why a binding could not be had, as a clause, and whether that is since the broker does not know it. */
interface Unfetched {
  why: string;
  isUnknown: boolean;
}

/** True where the broker does not know the binding, or what it belongs to. */
export const isUnknownThere = (error: unknown): boolean =>
  error instanceof BrokerError && (error.status === 404 || error.status === 410);

/**
 * Fetches a binding that is made (spec: "Fetching a Service Binding"). Answers 404 are followed by another look for a
 * while, unless `once`.
 */
export async function fetchMade(
  host: Host,
  broker: Broker,
  { instanceId, bindingId, plan }: BindingRef,
  deadline: number,
  once = false,
): Promise<Binding | Unfetched> {
  const { clock } = host.session;
  const since = clock.now();
  // Whoever binds anew what is not known needs time for that too.
  const until = since + Math.min(APPEAR_MS, (deadline - since) / 2);
  for (;;) {
    try {
      return await broker.client.getBinding(instanceId, bindingId, plan, {
        signal: host.signal,
        deadline,
        beforeSend: () => host.session.assertEngineAlive(),
      });
    } catch (error) {
      if (!(error instanceof ProvisorError)) throw error;
      const why = withoutFullStop(error.message);
      if (!isUnknownThere(error)) return { why, isUnknown: false };
      const at = nextTry(workOf(host, broker), since);
      if (once || at >= until) return { why, isUnknown: true };
      host.log.progress("binding: waiting until it can be fetched", since);
      await clock.sleep(at - clock.now(), host.signal);
    }
  }
}
