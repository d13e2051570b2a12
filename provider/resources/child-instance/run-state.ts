import type { RunState } from "../../host/run-state";
import type { IntentSpec } from "./allocation";
import type { IntentValue, InstanceOutput } from "./schema";

const keyOf = ({ tenant, apps }: IntentSpec): string =>
  JSON.stringify([tenant.tsgName, tenant.tsgId, Object.keys(apps).sort()]);

/** What this run knows of intents, and of instances that an intent which is alone need not look for. */
export class Intents {
  private readonly made = new Set<string>();
  private readonly ended = new Map<string, number>();
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

  /** A ChildInstance with this allocation and these instances leaves the state: its intent has nothing to say. */
  end(want: IntentSpec, instanceIds: readonly string[]): void {
    this.ended.set(keyOf(want), (this.ended.get(keyOf(want)) ?? 0) + 1);
    for (const id of instanceIds) this.left.add(id);
  }

  /** True once for each ChildInstance that left: several may be equal, and one of their intents be alone. */
  takeEnd(want: IntentSpec): boolean {
    const left = this.ended.get(keyOf(want)) ?? 0;
    if (left > 0) this.ended.set(keyOf(want), left - 1);
    return left > 0;
  }

  /** Instances of ChildInstances that the state holds, or that they have replaced and left behind. */
  keep(instanceIds: readonly string[]): void {
    for (const id of instanceIds) this.kept.add(id);
  }

  /** True for an instance that a ChildInstance holds, left behind, or took with it out of the state in this run. */
  isSpokenFor(instanceId: string): boolean {
    return [this.left, this.kept].some((ids) => ids.has(instanceId));
  }
}

export const intentsOf = (session: RunState): Intents => session.one("intents", () => new Intents());

/**
 * What a refresh found changed. An engine shows a refreshed resource as changed only where a diff, asked for right
 * after the read, says so; a diff otherwise speaks of inputs, which a refresh does not change.
 */
export class Drifts {
  private readonly found = new Set<string>();

  note(instances: readonly Pick<InstanceOutput, "instanceId">[]): void {
    this.found.add(idsOf(instances));
  }

  /** True once, for the instances that a read of this run found changed. */
  take(instances: readonly Pick<InstanceOutput, "instanceId">[]): boolean {
    return this.found.delete(idsOf(instances));
  }
}

/** No two resources hold the same instance. */
const idsOf = (instances: readonly Pick<InstanceOutput, "instanceId">[]): string =>
  instances.map((instance) => instance.instanceId).join(" ");

export const driftsOf = (session: RunState): Drifts => session.one("drifts", () => new Drifts());
