import type { Broker } from "../broker/account";
import { assertSameBroker as assertSame } from "../broker/same-broker";
import type { Host } from "../../host/contract";
import type { ServiceBindingState } from "./schema";

export { describeAnothers, isSameBroker, mayBeAnothers, describeOtherBroker } from "../broker/same-broker";

/** Which broker made a binding, and whether its id is one that the program gave. */
export type Made = Pick<ServiceBindingState, "broker" | "given">;

/** Who made a binding that the one in `state` answers for: itself, a predecessor, or one with an id that follows its own. */
export function makerOf(state: ServiceBindingState, bindingId: string): Made {
  if (bindingId === state.bindingId) return state;
  const { broker = state.broker, given } =
    state.predecessors?.find((one) => one.bindingId === bindingId) ?? {};
  return { broker, given };
}

/** What is not done can be brought to its end by the broker that began it only. @throws StopError */
export const assertSameBroker = (host: Host, broker: Broker, state: ServiceBindingState): void => {
  assertSame(host, broker, state, `service binding ${state.bindingId} is not done`);
};
