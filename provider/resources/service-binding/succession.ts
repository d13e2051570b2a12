import type { Session } from "../session";
import type { ServiceBindingState } from "./schema";

/** A binding that a create of this run makes the successor of. */
export interface Succession {
  predecessor: Pick<ServiceBindingState, "bindingId" | "instance" | "state"> & {
    metadata?: ServiceBindingState["metadata"];
    predecessors?: ServiceBindingState["predecessors"];
  };
  /** True where nothing but a rotation was asked for, so that the broker may derive the successor from it. */
  isRotation: boolean;
}

/**
 * What this run knows of bindings and their successors: a diff decides, the create that follows is shown inputs only, and
 * the delete of the predecessor only what is saved.
 */
export class Successions {
  private readonly planned = new Map<string, Succession>();
  private readonly rotatedAway = new Set<string>();
  private readonly gone = new Set<string>();
  private readonly kept = new Set<string>();

  /** What a diff of the resource of the intent with `key` has decided. */
  plan(key: string, succession: Succession | undefined): void {
    if (succession) this.planned.set(key, succession);
    else this.planned.delete(key);
  }

  plannedFor(key: string): Succession | undefined {
    return this.planned.get(key);
  }

  /** A rotation ends this one: its delete is a part of what was asked for, whatever protects the resource. */
  rotateAway(bindingId: string): void {
    this.rotatedAway.add(bindingId);
  }

  isRotatedAway(bindingId: string): boolean {
    return this.rotatedAway.has(bindingId);
  }

  /** A binding that stays holds these as its predecessors. */
  keep(bindingIds: readonly string[]): void {
    for (const id of bindingIds) this.kept.add(id);
  }

  /** What held these has got a successor, which does not. */
  release(bindingIds: readonly string[]): void {
    for (const id of bindingIds) this.kept.delete(id);
  }

  /** True for a predecessor that is held by a binding that stays: no delete of its own removes it. */
  isKept(bindingId: string): boolean {
    return this.kept.has(bindingId);
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
