import type { Host } from "../../host/contract";
import type { Session } from "../../host/run-state";
import { ownOf } from "../untold";
import type { Want } from "./allocation";
import type { IntentValue } from "./schema";

const keyOf = ({ tenant, apps }: Want): string =>
  JSON.stringify([tenant.tsgName, tenant.tsgId, Object.keys(apps).sort()]);

/** What this run knows of intents and replacements. */
export class Intents {
  private readonly made = new Set<string>();
  private readonly leftBehind = new Set<string>();
  private readonly ended = new Map<string, number>();
  private readonly renewed = new Set<string>();
  private readonly kept = new Set<string>();
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
  leftBehindOf(host: Host): string[] {
    const instances = (ownOf(host)?.["instances"] ?? []) as { instanceId: string }[];
    return instances.map((instance) => instance.instanceId).filter((id) => this.leftBehind.has(id));
  }

  /** A ChildInstance with this allocation and these instances leaves the state: its intent has nothing to say. */
  end(want: Want, instanceIds: readonly string[]): void {
    this.ended.set(keyOf(want), (this.ended.get(keyOf(want)) ?? 0) + 1);
    for (const id of instanceIds) this.left.add(id);
  }

  /** True once for each ChildInstance that left: several may be equal, and one of their intents be alone. */
  takeEnd(want: Want): boolean {
    const left = this.ended.get(keyOf(want)) ?? 0;
    if (left > 0) this.ended.set(keyOf(want), left - 1);
    return left > 0;
  }

  /** A change of what is wanted replaces the intent. The engine checks it again then, without its old inputs. */
  markRenewed(want: Want): void {
    this.renewed.add(JSON.stringify(want));
  }

  isRenewed(want: Want): boolean {
    return this.renewed.has(JSON.stringify(want));
  }

  /** Instances of ChildInstances that the state holds. */
  keep(instanceIds: readonly string[]): void {
    for (const id of instanceIds) this.kept.add(id);
  }

  /** True for an instance that a ChildInstance holds, left behind, or took with it out of the state in this run. */
  isSpokenFor(instanceId: string): boolean {
    return [this.left, this.kept, this.leftBehind].some((ids) => ids.has(instanceId));
  }

  isLeftBehind(instanceIds: readonly string[]): boolean {
    return instanceIds.length > 0 && instanceIds.every((id) => this.leftBehind.has(id));
  }
}

export const intentsOf = (session: Session): Intents => session.one("intents", () => new Intents());
