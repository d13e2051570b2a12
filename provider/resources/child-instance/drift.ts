import { isDeepStrictEqual } from "node:util";
import { say } from "../../words";
import type { Session } from "../../host/run-state";
import type { InstanceOutput } from "./schema";

/**
 * What a refresh found changed. An engine shows a refreshed resource as changed only where a diff, asked for right
 * after the read, says so; a diff otherwise speaks of inputs, which a refresh does not change.
 */
export class Drifts {
  private readonly found = new Set<string>();

  note(instances: readonly Pick<InstanceOutput, "instanceId">[]): void {
    this.found.add(keyOf(instances));
  }

  /** True once, for the instances that a read of this run found changed. */
  take(instances: readonly Pick<InstanceOutput, "instanceId">[]): boolean {
    return this.found.delete(keyOf(instances));
  }
}

/** No two resources hold the same instance. */
const keyOf = (instances: readonly Pick<InstanceOutput, "instanceId">[]): string =>
  instances.map((instance) => instance.instanceId).join(" ");

export const driftsOf = (session: Session): Drifts => session.one("drifts", () => new Drifts());

const isPlain = (value: unknown): boolean => typeof value !== "object";
const text = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));

/** `i1: status "running" => "suspended"`, for each instance that changed; of secrets and lists only that they did. */
export function driftWords(before: readonly InstanceOutput[], after: readonly InstanceOutput[]): string[] {
  return after.flatMap((now) => {
    const was = before.find((other) => other.instanceId === now.instanceId);
    if (!was) return [];
    const fields = [...new Set([...Object.keys(was), ...Object.keys(now)])] as (keyof InstanceOutput)[];
    const changed = fields
      .filter((field) => !isDeepStrictEqual(was[field], now[field]))
      .map((field) =>
        field !== "authCode" && isPlain(was[field]) && isPlain(now[field])
          ? `${say.path(field)} ${text(was[field])} => ${text(now[field])}`
          : say.path(field),
      );
    return changed.length > 0 ? [`${now.instanceId}: ${changed.join(", ")}`] : [];
  });
}
