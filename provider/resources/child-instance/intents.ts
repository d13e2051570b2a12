import type { SavedState } from "../contract";
import type { Session } from "../session";
import type { Want } from "./allocation";
import type { IntentValue } from "./schema";

const keyOf = ({ tenant, apps }: Want): string =>
  JSON.stringify([tenant.tsgName, tenant.tsgId, Object.keys(apps).sort()]);

/** What this run knows of intents and replacements. */
export class Intents {
  private readonly made = new Set<string>();
  private readonly leftBehind = new Set<string>();
  private readonly ended = new Set<string>();
  private readonly left = new Set<string>();

  /** This very run has just made the intent for this app: nothing can have been sent for it before. */
  markFresh(key: string, appId: string): void {
    this.made.add(`${key}/${appId}`);
  }

  /** False for an intent that an earlier run made, and may have acted on. */
  isFresh(intent: IntentValue | undefined, apps: readonly string[]): boolean {
    return intent !== undefined && apps.every((app) => this.made.has(`${intent.key}/${app}`));
  }

  /**
   * A replacement leaves these behind, as its inputs say. The delete of the original is shown the saved policy only,
   * which may still be another one.
   */
  markLeftBehind(instanceIds: readonly string[]): void {
    for (const id of instanceIds) this.leftBehind.add(id);
  }

  /** Instances of the saved state that a replacement leaves behind. */
  leftBehindOf(saved: SavedState): string[] {
    const instances = (saved.own?.["instances"] ?? []) as { instanceId: string }[];
    return instances.map((instance) => instance.instanceId).filter((id) => this.leftBehind.has(id));
  }

  /** A ChildInstance with this allocation and these instances leaves the state: its intent has nothing to say. */
  end(want: Want, instanceIds: readonly string[]): void {
    this.ended.add(keyOf(want));
    for (const id of instanceIds) this.left.add(id);
  }

  hasEnded(want: Want): boolean {
    return this.ended.has(keyOf(want));
  }

  /** True for an instance of a ChildInstance that left the state in this run. */
  hasLeft(instanceId: string): boolean {
    return this.left.has(instanceId);
  }

  isLeftBehind(instanceIds: readonly string[]): boolean {
    return instanceIds.length > 0 && instanceIds.every((id) => this.leftBehind.has(id));
  }
}

export const intentsOf = (session: Session): Intents => session.one("intents", () => new Intents());
