import type { FoundPlan } from "../broker/catalog";
import type { BindingRef } from "./fetch";
import type { ServiceBindingInputs } from "./schema";

/** What an attempt is to make. */
export interface Goal {
  bindingId: string;
  inputs: ServiceBindingInputs;
  context: Record<string, unknown>;
  found: FoundPlan;
  /** The binding that the broker is to derive it from, where the plan allows that. */
  rotates?: string | undefined;
  /** True where nobody else can have chosen the id: it is random, or an earlier run of this resource has sent it. */
  isOurs: boolean;
  /**
   * True where what has the id is surely this resource's: no run before can have used it, or the state has it. Nothing else
   * is ever unbound, but for what the broker says that a request of this run made.
   */
  isOwn: boolean;
  /** An id that the program gave to an earlier run. */
  wasGiven?: string | undefined;
  /** Milliseconds since 1970. */
  deadline: number;
  timeoutMs: number;
}

/** Where the binding is to be. */
export const refOf = ({ inputs, bindingId, found }: Goal): BindingRef => ({
  instanceId: inputs.instance.instanceId,
  bindingId,
  plan: { serviceId: found.offering.id, planId: found.plan.id },
});
