import { EventLog, type ExchangeEventKind, type LoggedEvent } from "./event-log";
import { requestKinds, type RequestKind } from "./protocol";

/**
 * What happened: `request` arrived; its `effect` took place; a `fault` struck; an `answer` was given, or
 * `no-answer` (reset, hang). An instance appeared, went on working, was done, failed, or was gone.
 */
export type LedgerEventKind =
  | ExchangeEventKind
  | "instance-appeared"
  | "instance-working"
  | "instance-done"
  | "instance-failed"
  | "instance-gone";

/** One thing that happened. It never holds a token or a secret. */
export interface LedgerEvent extends LoggedEvent<LedgerEventKind, RequestKind> {
  /** The client's id, when the simulator knows that client. */
  client?: string | undefined;
  /** The TSG of the request's token, or of the instance. */
  tsgId?: string | undefined;
  /** The job that an effect started or that an instance belongs to. */
  jobId?: string | undefined;
  /** The instances that an effect created, or the one that this is about. */
  instanceIds?: string[] | undefined;
}

/** All that happened, in order, for assertions and for accounts. */
export class Ledger extends EventLog<LedgerEventKind, RequestKind, LedgerEvent> {
  constructor() {
    super(requestKinds);
  }

  /** The POSTs that arrived. */
  posts(): LedgerEvent[] {
    return this.of("request", "post");
  }

  /** The POSTs that were carried out: each started a job. */
  effects(): LedgerEvent[] {
    return this.of("effect", "post");
  }
}
