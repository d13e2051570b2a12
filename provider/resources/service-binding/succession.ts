import type { Session } from "../../host/run-state";
import type { ServiceBindingState } from "./schema";

/** A binding that a create of this run makes the successor of. */
export interface Succession {
  predecessor: Pick<ServiceBindingState, "bindingId" | "instance" | "state"> & {
    metadata?: ServiceBindingState["metadata"];
    predecessors?: ServiceBindingState["predecessors"];
    broker?: string | undefined;
    given?: boolean | undefined;
  };
  /** True where nothing but a rotation was asked for, so that the broker may derive the successor from it. */
  isRotation: boolean;
  /** Why, for people: what makes the rotation due. */
  reasons: readonly string[];
  /** True where the program names the binding that is to follow, which is taken over. */
  adopts: boolean;
}

/** A binding, what it holds, what it is the successor of, and the key of its intent. */
type Holder = Pick<ServiceBindingState, "bindingId" | "predecessors" | "follows" | "intentKey">;

/** How the program wants bindings of a resource to end: the one that it has now, and those that this one replaced. */
export interface Ending {
  /** Name of the resource. */
  name: string;
  deletionPolicy: ServiceBindingState["deletionPolicy"];
  acceptsIncomplete: boolean;
  timeouts: ServiceBindingState["timeouts"];
}

/**
 * What this run knows of bindings and their successors: a diff decides, the create that follows is shown inputs only, and
 * the delete of the predecessor only what is saved.
 */
export class Successions {
  private readonly planned = new Map<string, Succession>();
  private readonly gone = new Set<string>();
  /** Bindings that resources have, with all ids that each answers for. */
  private readonly holdings = new Map<string, readonly string[]>();
  /** Bindings that have a successor, and whether by a rotation. */
  private readonly followed = new Map<string, boolean>();
  /** By the key of the intent: the binding that the resource has, and what the program says. */
  private readonly present = new Map<string, string>();
  private readonly endings = new Map<string, Ending>();

  /** What a diff of the resource of the intent with `key` has decided. */
  plan(key: string, succession: Succession | undefined): void {
    if (succession) this.planned.set(key, succession);
    else this.planned.delete(key);
  }

  plannedFor(key: string): Succession | undefined {
    return this.planned.get(key);
  }

  /** True where it has a successor by a rotation: its delete is a part of what was asked for, whatever protects the resource. */
  isRotatedAway(bindingId: string): boolean {
    return this.followed.get(bindingId) === true;
  }

  /** A resource has this binding in the state: it answers for it, and for the predecessors that it holds. */
  hold({ bindingId, predecessors = [], follows, intentKey }: Holder): void {
    if (intentKey !== undefined) this.present.set(intentKey, bindingId);
    this.holdings.set(bindingId, [bindingId, ...predecessors.map((one) => one.bindingId)]);
    if (follows) this.followed.set(follows.bindingId, follows.isRotation);
  }

  /** The program says so in this run of the resource of the intent with `key`. A refresh asks no program. */
  want(key: string, ending: Ending): void {
    this.endings.set(key, ending);
  }

  /**
   * How a binding that was replaced is to end. What was saved with it would hold for good, since the program reaches its
   * successor only. Undefined for one that its resource has, and where no program is asked.
   */
  endingOf({ intentKey = "", bindingId }: Holder): Ending | undefined {
    const present = this.present.get(intentKey);
    return present === undefined || present === bindingId ? undefined : this.endings.get(intentKey);
  }

  /** This run makes it. Whatever had its id before and has a successor is another one: programs may give ids again. */
  make(binding: Holder): void {
    this.hold(binding);
    this.followed.delete(binding.bindingId);
  }

  /**
   * True where another binding than `holder` answers for this one: no delete of `holder` removes it then. One that has a
   * successor answers for nothing: it is there until it is deleted, and what it held moved to the successor, or ends with it.
   */
  isHeldBeside(holder: string, bindingId: string): boolean {
    return [...this.holdings].some(
      ([other, ids]) => other !== holder && !this.followed.has(other) && ids.includes(bindingId),
    );
  }

  /** This run has unbound it, or found that the broker does not know it. */
  end(bindingId: string): void {
    this.gone.add(bindingId);
  }

  hasEnded(bindingId: string): boolean {
    return this.gone.has(bindingId);
  }
}

export const successionsOf = (session: Session): Successions =>
  session.one("binding-successions", () => new Successions());
