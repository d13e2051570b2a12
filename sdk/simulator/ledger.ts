import { requestKinds, type RequestKind } from "./protocol";

/**
 * What happened: `request` arrived; its `effect` took place; a `fault` struck; an `answer` was given, or
 * `no-answer` (reset, hang). An instance appeared, went on working, was done, failed, or was gone.
 */
export type LedgerEventKind =
  | "request"
  | "effect"
  | "fault"
  | "answer"
  | "no-answer"
  | "instance-appeared"
  | "instance-working"
  | "instance-done"
  | "instance-failed"
  | "instance-gone";

/** One thing that happened. It never holds a token or a secret. */
export interface LedgerEvent {
  /** Position in the ledger, from 1. */
  n: number;
  /** Milliseconds since the epoch, by the simulator's clock. */
  at: number;
  kind: LedgerEventKind;
  /** In words, for people. */
  summary: string;
  /** What the request is about; absent for paths that the API does not have, and for instances. */
  request?: RequestKind | undefined;
  /** The `n` of the request that this belongs to. */
  requestN?: number | undefined;
  /** The client's id, when the simulator knows that client. */
  client?: string | undefined;
  /** The TSG of the request's token, or of the instance. */
  tsgId?: string | undefined;
  /** The status of an answer. */
  status?: number | undefined;
  /** The job that an effect started or that an instance belongs to. */
  jobId?: string | undefined;
  /** The instances that an effect created, or the one that this is about. */
  instanceIds?: string[] | undefined;
}

/** All that happened, in order, for assertions and for accounts. */
export class Ledger {
  readonly events: LedgerEvent[] = [];
  private readonly listeners = new Set<(event: LedgerEvent) => void>();

  /** Adds an event, tells the listeners and returns its `n`. */
  add(event: Omit<LedgerEvent, "n">): number {
    const n = this.events.length + 1;
    const entry = { n, ...event };
    this.events.push(entry);
    for (const listener of [...this.listeners]) listener(entry);
    return n;
  }

  /** Calls `listener` at each event from now on, before the simulator goes on. Returns how to stop that. */
  on(listener: (event: LedgerEvent) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** The events of one kind, optionally only those of one kind of request. */
  of(kind: LedgerEventKind, request?: RequestKind): LedgerEvent[] {
    return this.events.filter((e) => e.kind === kind && (request === undefined || e.request === request));
  }

  /** How many requests of each kind arrived, answered or not. */
  counts(): Record<RequestKind, number> {
    const counts = Object.fromEntries(requestKinds.map((kind) => [kind, 0])) as Record<RequestKind, number>;
    for (const event of this.of("request")) if (event.request) counts[event.request]++;
    return counts;
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
