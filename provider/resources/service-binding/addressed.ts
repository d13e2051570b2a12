import type { Broker } from "../broker/account";
import { assertSameBroker as assertSame } from "../broker/addressed";
import type { Host } from "../contract";
import type { ServiceBindingState } from "./schema";

export { isSameBroker, otherBrokerWords } from "../broker/addressed";

/** What is not done can be brought to its end by the broker that began it only. @throws StopError */
export const assertSameBroker = (host: Host, broker: Broker, state: ServiceBindingState): void => {
  assertSame(host, broker, state, `service binding ${state.bindingId} is not done`);
};
