import type { Broker } from "../broker/account";
import { assertSameBroker as assertSame, isSameBroker, REMEDY } from "../broker/addressed";
import type { Host } from "../contract";
import type { ServiceBindingState } from "./schema";

export { isSameBroker, otherBrokerWords } from "../broker/addressed";

/** Which broker made a binding, and whether its id is one that the program gave. */
export type Made = Pick<ServiceBindingState, "broker" | "given">;

/** Who made a binding that the one in `state` answers for: itself, a predecessor, or one with an id that follows its own. */
export function makerOf(state: ServiceBindingState, bindingId: string): Made {
  if (bindingId === state.bindingId) return state;
  const { broker = state.broker, given } =
    state.predecessors?.find((one) => one.bindingId === bindingId) ?? {};
  return { broker, given };
}

/** An id that the program gave may be another binding's at another broker. */
export const mayBeAnothers = (broker: Broker, made: Made): boolean =>
  made.given === true && !isSameBroker(broker, made);

/** Why nothing is asked of that broker about such an id, as a clause. */
export const anothersWords = (broker: Broker, { broker: madeBy }: Made): string =>
  `the broker addressed now (${broker.client.baseUrl}, by the settings from ${broker.settings.source}) is not the one that ` +
  `made it (${madeBy}), and its id is the program's own, so that another binding may have it there. ${REMEDY}`;

/** What is not done can be brought to its end by the broker that began it only. @throws StopError */
export const assertSameBroker = (host: Host, broker: Broker, state: ServiceBindingState): void => {
  assertSame(host, broker, state, `service binding ${state.bindingId} is not done`);
};
