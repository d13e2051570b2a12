/** What the events of every simulator have. */
export interface LoggedEvent<Kind extends string, Request extends string> {
  /** Position in the ledger, from 1. */
  n: number;
  /** Milliseconds since the epoch, by the simulator's clock. */
  at: number;
  kind: Kind;
  /** In words, for people. */
  summary: string;
  /** What the request is about; absent for paths that the API does not have, and where no request is concerned. */
  request?: Request | undefined;
  /** The `n` of the request that this belongs to. */
  requestN?: number | undefined;
  /** The status of an answer. */
  status?: number | undefined;
}

/** The events that each request leaves behind: see `LedgerEventKind`. */
export type ExchangeEventKind = "request" | "effect" | "fault" | "answer" | "no-answer";

/** Events in their order, and those who want to be told of each. */
export class EventLog<
  Kind extends string,
  Request extends string,
  Event extends LoggedEvent<Kind | ExchangeEventKind, Request>,
> {
  readonly events: Event[] = [];
  private readonly listeners = new Set<(event: Event) => void>();
  constructor(private readonly requestKinds: readonly Request[]) {}

  /** Adds an event, tells the listeners and returns its `n`. */
  add(event: Omit<Event, "n">): number {
    const n = this.events.length + 1;
    const entry = { n, ...event } as Event;
    this.events.push(entry);
    for (const listener of [...this.listeners]) listener(entry);
    return n;
  }

  /** Calls `listener` at each event from now on, before the simulator goes on. Returns how to stop that. */
  on(listener: (event: Event) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** The events of one kind, optionally only those of one kind of request. */
  of(kind: Event["kind"], request?: Request): Event[] {
    return this.events.filter((e) => e.kind === kind && (request === undefined || e.request === request));
  }

  /** How many requests of each kind arrived, answered or not. */
  counts(): Record<Request, number> {
    const counts = Object.fromEntries(this.requestKinds.map((kind) => [kind, 0])) as Record<Request, number>;
    for (const event of this.of("request")) if (event.request) counts[event.request]++;
    return counts;
  }
}
