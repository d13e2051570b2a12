import type { RunState } from "../../host/run-state";
import type { ServiceBindingState } from "./schema";

/** A binding, what it holds, and what it is the successor of. */
type Holder = Pick<ServiceBindingState, "bindingId" | "predecessors" | "follows">;

/**
 * What this process has done to bindings. An engine shows the delete of a predecessor what is saved only, and not what the
 * same run has made before; a later run learns of that by what is saved.
 */
export class Replacements {
  private readonly gone = new Set<string>();
  /** Bindings that were made, with all ids that each answers for. */
  private readonly holdings = new Map<string, readonly string[]>();
  /** Bindings that got a successor, and whether by a rotation. */
  private readonly followed = new Map<string, boolean>();

  /** True where it got a successor by a rotation: its delete is a part of what was asked for, whatever protects the resource. */
  isRotatedAway(bindingId: string): boolean {
    return this.followed.get(bindingId) === true;
  }

  /** This run has made it. Whatever had its id before and has a successor is another one: programs may give ids again. */
  make({ bindingId, predecessors = [], follows }: Holder): void {
    this.holdings.set(bindingId, [bindingId, ...predecessors.map((one) => one.bindingId)]);
    if (follows) this.followed.set(follows.bindingId, follows.isRotation);
    this.followed.delete(bindingId);
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

export const replacementsOf = (session: RunState): Replacements =>
  session.one("binding-replacements", () => new Replacements());
