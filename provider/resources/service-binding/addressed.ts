import type { Broker } from "../broker/account";
import { type Host, StopError } from "../contract";
import type { ServiceBindingState } from "./schema";

/** What another broker does not know need not be gone. */
export const isSameBroker = (
  broker: Broker,
  { broker: madeBy }: Pick<ServiceBindingState, "broker">,
): boolean => broker.client.baseUrl === madeBy;

/** Why what the broker says of a binding that it does not know counts for nothing, as a clause. */
export const otherBrokerWords = (
  broker: Broker,
  { broker: madeBy }: Pick<ServiceBindingState, "broker">,
): string =>
  `the broker addressed now (${broker.client.baseUrl}, by the settings from ${broker.settings.source}) is not the one that ` +
  `made it (${madeBy}), and does not know it. Use settings for that broker, or the profile that has them`;

/** What is not done can be brought to its end by the broker that began it only. @throws StopError */
export function assertSameBroker(host: Host, broker: Broker, state: ServiceBindingState): void {
  if (isSameBroker(broker, state)) return;
  throw new StopError(
    `${host.name}: service binding ${state.bindingId} is not done, and the settings (from ${broker.settings.source}) address ` +
      `the broker at ${broker.client.baseUrl}, not the one that began it, at ${state.broker}. Nothing was done and the state ` +
      "is as it was. Use settings for that broker, or the profile that has them.",
  );
}
