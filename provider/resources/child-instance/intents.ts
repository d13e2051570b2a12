import type { Session } from "../session";
import type { IntentValue } from "./schema";

/** What this run knows of intents and replacements. */
export class Intents {
  private readonly made = new Set<string>();
  private readonly replaced = new Map<string, string[]>();
  private readonly leftBehind = new Set<string>();

  /** This very run has just made the intent for this app: nothing can have been sent for it before. */
  markFresh(key: string, appId: string): void {
    this.made.add(`${key}/${appId}`);
  }

  /** False for an intent that an earlier run made, and may have acted on. */
  isFresh(intent: IntentValue | undefined, apps: readonly string[]): boolean {
    return intent !== undefined && apps.every((app) => this.made.has(`${intent.key}/${app}`));
  }

  /** The resource at `address` is being replaced for a change of its inputs; it holds these instances. */
  markReplaced(address: string, instanceIds: string[]): void {
    this.replaced.set(address, instanceIds);
    this.markLeftBehind(instanceIds);
  }

  /**
   * A replacement leaves these behind, as its inputs say. The delete of the original is shown the saved policy only,
   * which may still be another one.
   */
  markLeftBehind(instanceIds: readonly string[]): void {
    for (const id of instanceIds) this.leftBehind.add(id);
  }

  isLeftBehind(instanceIds: readonly string[]): boolean {
    return instanceIds.length > 0 && instanceIds.every((id) => this.leftBehind.has(id));
  }

  isReplaced(address: string): boolean {
    return this.replaced.has(address);
  }

  /** Instances that the resource at `address` holds and that a replacement leaves behind. */
  replacedBy(address: string): readonly string[] {
    return this.replaced.get(address) ?? [];
  }
}

export const intentsOf = (session: Session): Intents => session.one("intents", () => new Intents());
