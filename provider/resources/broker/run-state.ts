import type { RunState } from "../../host/run-state";

/** What runs before this one may have asked for under the id that is next. */
export interface Earlier {
  /** Key of the intent. */
  key: string;
  /** Digests of the ids that the program gave; an empty text where it gave none. */
  asked: readonly string[];
}

/**
 * What this run knows of ids. A delete is shown what is saved and nothing of what the same run has done, and an intent
 * does not see the resource that it belongs to: here they tell each other.
 */
export class BrokerRunState {
  private readonly made = new Set<string>();
  private readonly held = new Set<string>();
  private readonly ends = new Map<string, string>();
  private readonly drifts = new Set<string>();
  private readonly claims = new Map<string, string>();
  private readonly keys = new Set<string>();
  private readonly noted = new Map<string, string>();
  private readonly asking = new Set<string>();
  private readonly reads = new Set<string>();
  private readonly earlier = new Map<string, Earlier>();

  /** This run has made, or taken up, what has this id. */
  created(id: string): void {
    this.made.add(id);
  }

  /** True for an id that this run has made: no delete of its predecessor may remove it. */
  wasCreated(id: string): boolean {
    return this.made.has(id);
  }

  /** A resource that stays has this id, as its own or that of a predecessor that it keeps. */
  hold(...ids: readonly string[]): void {
    for (const id of ids) this.held.add(id);
  }

  /** True for an id that a resource of this run answers for. */
  isHeld(id: string): boolean {
    return this.held.has(id);
  }

  /** The resource of `owner` (the key of its intent) wants the id at this broker; false where another one does. */
  claim(owner: string, broker: string, id: string): boolean {
    const place = placeOf(broker, id);
    const first = this.claims.get(place) ?? owner;
    this.claims.set(place, first);
    return first === owner;
  }

  /** True where the program gives the id at this broker to another resource than that of `owner`. */
  isClaimedBeside(owner: string | undefined, broker: string, id: string): boolean {
    const claimedBy = this.claims.get(placeOf(broker, id));
    return owner !== undefined && claimedBy !== undefined && claimedBy !== owner;
  }

  /**
   * This run has made the intent with `key`, or moved an intent on to this id: no earlier one has sent anything for it.
   */
  began(key: string): void {
    this.keys.add(key);
  }

  hasBegun(key: string): boolean {
    return this.keys.has(key);
  }

  /** This run is the first to note that what has `id` is to have a successor, of the intent with `key`. */
  note(key: string, id: string): void {
    this.noted.set(key, id);
  }

  /**
   * True where no run before this one can have asked for the first id of the intent with `key`, or for the one that
   * follows `replaced`: then nobody else has what this run makes under it.
   */
  isFirstUse(key: string, replaced: string | undefined): boolean {
    return this.keys.has(key) || (replaced !== undefined && this.noted.get(key) === replaced);
  }

  /** This run asks for something else than the one before, for the intent with `key`. */
  asked(key: string): void {
    this.asking.add(key);
  }

  isAsking(key: string): boolean {
    return this.asking.has(key);
  }

  /** What runs before this one may have asked for, for the resource at this address. */
  noteEarlier(address: string, earlier: Earlier): void {
    this.earlier.set(address, earlier);
  }

  earlierFor(address: string): Earlier | undefined {
    return this.earlier.get(address);
  }

  /** This run has looked at what has this id, before anything that it changes. */
  read(id: string): void {
    this.reads.add(id);
  }

  wasRead(id: string): boolean {
    return this.reads.has(id);
  }

  /** The resource of the intent with `key` has left the state, with this id. */
  ended(key: string, id: string): void {
    this.ends.set(key, id);
    this.held.add(id);
  }

  /** The id with which the resource of the intent with `key` left in this run. */
  endOf(key: string): string | undefined {
    return this.ends.get(key);
  }

  /**
   * A read of this run found something changed that no input is about. An engine shows a refreshed resource as changed
   * only where the diff that comes after the read says so.
   */
  drifted(id: string): void {
    this.drifts.add(id);
  }

  /** True once for each drift that was noted. */
  takeDrift(id: string): boolean {
    return this.drifts.delete(id);
  }
}

const placeOf = (broker: string, id: string): string => JSON.stringify([broker, id]);

export const brokerRunStateOf = (session: RunState): BrokerRunState =>
  session.one("broker-run-state", () => new BrokerRunState());
