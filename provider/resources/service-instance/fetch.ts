import {
  BrokerError,
  type ServiceInstanceDetails,
  type LastOperation,
  ProvisorError,
} from "../../../sdk/broker";
import { nextTry } from "../../../sdk/broker/operations";
import type { InstanceOperation } from "./operation";
import type { ServiceInstanceState } from "./schema";

/**
 * Fetches an instance. Brokers may want to be told its plan; where they find fault with that, it may have another one by
 * now, and it is asked for without.
 */
export async function fetchInstance(
  operation: InstanceOperation,
  {
    instanceId,
    serviceId,
    planId,
    context,
  }: Pick<ServiceInstanceState, "instanceId" | "serviceId" | "planId" | "context">,
): Promise<ServiceInstanceDetails> {
  const { client } = operation.broker;
  const call = operation.call(context);
  try {
    return await client.getInstance(instanceId, { serviceId, planId }, call);
  } catch (error) {
    if (!(error instanceof BrokerError) || error.code !== "BadRequest") throw error;
    return client.getInstance(instanceId, { serviceId }, call);
  }
}

/** How an instance stands that an earlier request of ours made. */
export type Observation =
  | { kind: "in progress" }
  | { kind: "failed"; description?: string | undefined }
  /** It is there; `details` where they can be fetched. */
  | { kind: "there"; details?: ServiceInstanceDetails }
  /** The broker does not tell. */
  | { kind: "untold" }
  /** The time was up before it could be told. */
  | { kind: "late" };

/**
 * Looks how an instance stands whose operation is not known by its name: by fetching it, where that is possible, and by
 * its last operation. While it is being made, a broker may tell neither; then it is looked at until it does.
 */
export async function observe(
  operation: InstanceOperation,
  state: ServiceInstanceState,
): Promise<Observation> {
  const isRetrievable = await operation.isRetrievable(state);
  const since = operation.now;
  for (;;) {
    const fetched = isRetrievable ? await attempted(() => fetchInstance(operation, state)) : undefined;
    if (fetched && !(fetched instanceof ProvisorError)) return { kind: "there", details: fetched };
    const last = await attempted(() => lastOperation(operation, state));
    if (!(last instanceof ProvisorError)) {
      if (last.state === "in progress") return { kind: "in progress" };
      if (last.state === "failed") return { kind: "failed", description: last.description };
      if (last.state === "succeeded" && !isRetrievable) return { kind: "there" };
    }
    const isUnknown = last instanceof ProvisorError ? isNotFound(last) : last.state === "gone";
    if (!isRetrievable || isUnknown) return { kind: "untold" };
    const at = nextTry(operation.work, since);
    if (at >= operation.deadline) return { kind: "late" };
    operation.host.log.progress("provisioning (begun by an earlier request)", since);
    await operation.host.session.clock.sleep(at - operation.now, operation.host.signal);
    await operation.host.session.assertEngineAlive();
  }
}

const lastOperation = (
  operation: InstanceOperation,
  { instanceId, serviceId, planId, context }: ServiceInstanceState,
): Promise<LastOperation> =>
  operation.broker.client.getLastOperation(instanceId, { serviceId, planId }, operation.call(context));

const isNotFound = (error: ProvisorError): boolean =>
  error instanceof BrokerError && error.code === "NotFound";

/** What was asked for, or why it was not to be had. */
async function attempted<T>(ask: () => Promise<T>): Promise<T | ProvisorError> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ProvisorError) return error;
    throw error;
  }
}
