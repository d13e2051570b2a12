import type { Settled } from "../../../host/serve";

type State = Readonly<Record<string, unknown>>;

/** An object that left the state in this process, for the create that follows. */
export interface Left {
  /** Undefined where another process has planned the replacement, and only its decision is known. */
  readonly state?: State | undefined;
  readonly intent: unknown;
  readonly decision: unknown;
}

/** One that was finished there. */
export interface Handed {
  readonly id: string;
  readonly state: State;
  readonly intent: unknown;
  /** The arguments that it was made with. */
  readonly inputs: State;
}

/**
 * What the halves of one replacement tell each other: Terraform carries nothing from the delete to the create, and plans the
 * create once more in between. Both come in one process. What must outlive that is in the state, or on disk.
 */
export class RunMemory {
  /** Finished in the delete half, and now the create half's; by identity. */
  private readonly handed = new Map<string, Handed>();
  /** Deleted in this process, to be replaced. */
  private readonly replaced = new Map<string, Left>();
  /** Read in this process: what a plan without a prior state may be about. */
  private readonly reads = new Map<string, { state: State; wasUnfinished: boolean }>();
  /** What creates of this process hold, by the names that their resource gives it: no delete of a copy may end it. */
  private readonly held = new Set<string>();
  /** Intents that this process has made. */
  private readonly intents = new Set<string>();
  /** What goes on after it was saved as accepted; by the id of the object. */
  private readonly waits = new Map<string, Promise<Settled>>();
  private readonly takenUp = new Set<string>();
  /** Planned to be made in this process, by identity. */
  private readonly made = new Set<string>();
  /** States that were planned for, by the private data of that plan: a plan of a replacement is shown no more. */
  private readonly planned = new Map<string, { state: State; intent: unknown }>();

  handOver(identity: string, handed: Handed): void {
    this.handed.set(identity, handed);
  }

  takeHanded(identity: string): Handed | undefined {
    const handed = this.handed.get(identity);
    this.handed.delete(identity);
    return handed;
  }

  isHanded(identity: string): boolean {
    return this.handed.has(identity);
  }

  noteReplaced(identity: string, left: Left): void {
    this.replaced.set(identity, left);
  }

  replacedBy(identity: string): Left | undefined {
    return this.replaced.get(identity);
  }

  noteRead(identity: string, state: State, wasUnfinished: boolean): void {
    this.reads.set(identity, { state, wasUnfinished });
  }

  readOf(identity: string): { state: State; wasUnfinished: boolean } | undefined {
    return this.reads.get(identity);
  }

  takeUp(identity: string): void {
    this.takenUp.add(identity);
  }

  /** True for an object of which a create of this process has taken up what was begun. */
  hasTakenUp(identity: string): boolean {
    return this.takenUp.has(identity);
  }

  hold(names: readonly string[]): void {
    for (const name of names) this.held.add(name);
  }

  holdsAll(names: readonly string[]): boolean {
    return names.length > 0 && names.every((name) => this.held.has(name));
  }

  /** False where another object of this plan is to be made with the same identity. */
  beganIntent(id: string): void {
    this.intents.add(id);
  }

  /** True for an intent that this process has made: nothing was sent for it before. */
  isFreshIntent(id: string): boolean {
    return this.intents.has(id);
  }

  waitFor(id: string, work: Promise<Settled>): void {
    // Whoever waits for it is told; nobody may.
    work.catch(() => undefined);
    this.waits.set(id, work);
  }

  waitOf(id: string): Promise<Settled> | undefined {
    return this.waits.get(id);
  }

  make(identity: string): boolean {
    if (this.made.has(identity)) return false;
    this.made.add(identity);
    return true;
  }

  notePlanned(privateData: string, of: { state: State; intent: unknown }): void {
    this.planned.set(privateData, of);
  }

  plannedFor(privateData: string): { state: State; intent: unknown } | undefined {
    return this.planned.get(privateData);
  }
}
