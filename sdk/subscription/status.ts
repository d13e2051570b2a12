import type { Instance } from "./types";

/** Which values of `status` and `provisioning_status` are final. Only `complete` and `running` are published. */
export interface StatusSets {
  /** Values that mean done. */
  done: readonly string[];
  /** Values that mean failed for good. */
  failed: readonly string[];
}

export const defaultStatusSets: StatusSets = {
  done: ["complete", "completed", "running", "active", "success", "succeeded"],
  failed: ["failed", "failure", "error", "errored", "rejected", "cancelled", "canceled", "aborted"],
};

export type Phase = "working" | "done" | "failed";

const has = (set: readonly string[], value: string): boolean =>
  set.some((known) => known.toLowerCase() === value.toLowerCase());

/**
 * Where an instance's provisioning is. It failed when either status says so, and is done when every status that is
 * shown says so: a job that is complete with an instance that does not run yet is not done. What nobody told us
 * about means still working.
 */
export function phaseOf(instance: Instance, sets: StatusSets = defaultStatusSets): Phase {
  const shown = [instance.provisioningStatus, instance.status].filter((value) => value !== undefined);
  if (shown.some((value) => has(sets.failed, value))) return "failed";
  if (shown.length > 0 && shown.every((value) => has(sets.done, value))) return "done";
  return "working";
}

/** The one value on the way that the published documents show; anything else is new to us. */
const working = ["initializing"];

/** The status values of an instance that are on no list: they mean still working, and the user should see them. */
export function unknownStatuses(instance: Instance, sets: StatusSets = defaultStatusSets): string[] {
  return [instance.provisioningStatus, instance.status]
    .filter((value) => value !== undefined)
    .filter((value) => ![sets.done, sets.failed, working].some((set) => has(set, value)));
}
