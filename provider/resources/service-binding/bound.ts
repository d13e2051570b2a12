import type { Binding, BrokerError } from "../../../sdk/broker";

/** How an attempt to bind ended. `why` is a clause for the user. */
export type Bound =
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
