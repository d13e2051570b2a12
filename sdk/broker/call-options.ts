import type { CallOptions } from "../http/caller";
import type { OriginatingIdentity } from "./headers";

/** What every call accepts from its caller. See CancelledError for a signal that ends a request that changes something. */
export interface BrokerCallOptions extends CallOptions {
  /** Instead of the client's; null: none, as for orphan mitigation, which no user asked for. */
  originatingIdentity?: OriginatingIdentity | null | undefined;
  /**
   * Called before each transmission; a rejection stops it with nothing sent and ends the call with it. An earlier
   * transmission of the same call may have arrived.
   */
  beforeSend?: (() => Promise<void>) | undefined;
}

/** What a call that a broker may carry out later accepts. */
export interface AsyncCallOptions extends BrokerCallOptions {
  /** Whether the broker may answer 202 and go on by itself (`accepts_incomplete`). Default true. */
  acceptsIncomplete?: boolean | undefined;
}
