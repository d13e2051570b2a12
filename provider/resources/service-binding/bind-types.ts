import type { Binding, BrokerError } from "../../../sdk/broker";
import type { FoundPlan } from "../broker/catalog";
import type { BindingRef } from "./fetch";
import type { ServiceBindingInputs } from "./schema";

/** What an attempt is to make. */
export interface BindTarget {
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
  /** True where nothing shows that an earlier run of this resource has used the id: what has it is left alone. */
  isUnproven?: boolean;
  /** An id that the program gave to an earlier run. */
  wasGiven?: string | undefined;
  /** Milliseconds since 1970. */
  deadline: number;
  timeoutMs: number;
}

/** Where the binding is to be. */
export const refOf = ({ inputs, bindingId, found }: BindTarget): BindingRef => ({
  instanceId: inputs.instance.instanceId,
  bindingId,
  plan: { serviceId: found.offering.id, planId: found.plan.id },
});

/** How an attempt to bind ended. `why` is a clause for the user. */
export type BindOutcome =
  /** It is bound, and this is what it gives. */
  | { kind: "bound"; binding: Binding }
  /**
   * The user's time was up while the broker was at work on it, since `since` (milliseconds since 1970). `isUnseen` where
   * the last look at that failed.
   */
  | { kind: "accepted"; operation: string | undefined; since: number; why: string; isUnseen?: boolean }
  /** It is bound, and what it gives could not be fetched. */
  | { kind: "unread"; why: string }
  /** Nobody knows whether it is bound; the same request, sent again, will tell. */
  | { kind: "uncertain"; why: string }
  /**
   * It failed; `mitigated` when nothing of it is left at the broker for sure, or, with `isLeft`, what is there may be in use
   * elsewhere, was told of, and is not to be unbound. `isIdSpent` where nothing has the id, and the
   * broker does not take it, as `refusal` says if it does: brokers may remember the ids that they have seen. `wasNothing`
   * where nothing of it ever was there, as far as that is known. `remedy` where the same command alone would
   * end in the same way, and `isUnfetchable` where that is since nothing tells what it gives.
   */
  | {
      kind: "failed";
      why: string;
      mitigated: boolean;
      isIdSpent?: boolean;
      refusal?: BrokerError;
      wasNothing?: boolean;
      isLeft?: boolean;
      remedy?: string;
      isUnfetchable?: boolean;
    };
