import type { Broker } from "../broker/account";
import { assertSameBroker as assertSame, isSameBroker, REMEDY } from "../broker/addressed";
import type { Host } from "../contract";
import type { ServiceBindingState } from "./schema";

/** An id that the program gave may be another binding's at another broker. */
export const mayBeAnothers = (
  broker: Broker,
  state: Pick<ServiceBindingState, "broker" | "given">,
): boolean => state.given === true && !isSameBroker(broker, state);

/** Why nothing is asked of that broker about such an id, as a clause. */
export const anothersWords = (
  broker: Broker,
  { broker: madeBy }: Pick<ServiceBindingState, "broker">,
): string =>
  `the broker addressed now (${broker.client.baseUrl}, by the settings from ${broker.settings.source}) is not the one that ` +
  `made it (${madeBy}), and its id is the program's own, so that another binding may have it there. ${REMEDY}`;

export { isSameBroker, otherBrokerWords } from "../broker/addressed";

/** What is not done can be brought to its end by the broker that began it only. @throws StopError */
export const assertSameBroker = (host: Host, broker: Broker, state: ServiceBindingState): void => {
  assertSame(host, broker, state, `service binding ${state.bindingId} is not done`);
};
