import type { BrokerRequestKind } from "../../../sdk/simulator";
import { type Moment, atEvent } from "../moments";

/** When a request of this kind has had its effect, before its answer. */
export const atEffectOf = (request: BrokerRequestKind): Moment =>
  atEvent((event) => event.kind === "effect" && event.request === request);

/** When a request of this kind arrives. */
export const atRequest = (request: BrokerRequestKind): Moment =>
  atEvent((event) => event.kind === "request" && event.request === request);

/** Just as a poll would show for the first time that an operation is done. */
export const beforeDone: Moment = atEvent(({ kind }) => kind === "operation-succeeded");
