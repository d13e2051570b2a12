import { say } from "../../words";
/** That what a binding gives cannot be had, as a clause: neither a 202 nor a last operation tells it. */
export const unfetchableWords = (service: string): string =>
  `service ${service} binds asynchronously, and its catalog does not say that bindings can be fetched ` +
  "(bindings_retrievable), which the specification demands then: what the binding gives cannot be had";

/** What helps against it. */
export const UNFETCHABLE_ADVICE =
  `Set ${say.set("acceptsIncomplete", false)} if the broker can bind at once; if it cannot, its operator has to declare ` +
  "bindings_retrievable in the catalog";
