import { BrokerError, type ServiceInstanceDetails } from "../../../sdk/broker";
import type { Run } from "./run";
import type { ServiceInstanceState } from "./schema";

/**
 * Fetches an instance. Brokers may want to be told its plan; where they find fault with that, it may have another one by
 * now, and it is asked for without.
 */
export async function fetchInstance(
  run: Run,
  {
    instanceId,
    serviceId,
    planId,
    context,
  }: Pick<ServiceInstanceState, "instanceId" | "serviceId" | "planId" | "context">,
): Promise<ServiceInstanceDetails> {
  const { client } = run.broker;
  const call = run.call(context);
  try {
    return await client.getInstance(instanceId, { serviceId, planId }, call);
  } catch (error) {
    if (!(error instanceof BrokerError) || error.code !== "BadRequest") throw error;
    return client.getInstance(instanceId, { serviceId }, call);
  }
}
