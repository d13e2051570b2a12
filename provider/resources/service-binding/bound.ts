import type { Binding } from "../../../sdk/broker";

/** How an attempt to bind ended. `why` is a clause for the user. */
export type Bound =
  /** It is bound, and this is what it gives. */
  | { kind: "bound"; binding: Binding }
  /** The user's time was up while the broker was at work on it, since `since` (milliseconds since 1970). */
  | { kind: "accepted"; operation: string | undefined; since: number; why: string }
  /** It is bound, and what it gives could not be fetched. */
  | { kind: "unread"; why: string }
  /** Nobody knows whether it is bound; the same request, sent again, will tell. */
  | { kind: "uncertain"; why: string }
  /**
   * It failed; `mitigated` when nothing of it is left at the broker for sure. `isIdSpent` where nothing has the id, and the
   * broker does not take it: brokers may remember the ids that they have seen.
   */
  | { kind: "failed"; why: string; mitigated: boolean; isIdSpent?: boolean };
