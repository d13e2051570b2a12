import { BatchWaiter, type Clock, DeadlineError, type PollSchedule } from "../wait";
import { ApiError, AuthenticationError, ProvisorError } from "../http/errors";
import { type StatusSets, defaultStatusSets, phaseOf } from "./status";
import type { Instance } from "./types";

/** An instance that was waited for failed, vanished or was not ready in time. `instances` is what was seen last. */
export class InstanceWaitError extends ProvisorError {
  override name = "InstanceWaitError";
  constructor(
    message: string,
    readonly reason: "failed" | "deadline",
    readonly instances: Instance[],
  ) {
    super(message);
  }
}

export interface WaitForInstancesOptions {
  /** How long to wait, in milliseconds; 60 minutes by default. */
  timeoutMs?: number | undefined;
  statuses?: StatusSets | undefined;
  signal?: AbortSignal | undefined;
  /** Shown every look at those of the instances that the list holds. */
  onProgress?: ((instances: Instance[]) => void) | undefined;
}

/** So many polls in a row that are refused end a wait: one may be a gateway's mistake. */
const REFUSALS = 3;

/** What a server asked to be left alone for. */
const retryAfterOf = (error: unknown): number | undefined =>
  error instanceof ApiError ? error.retryAfterMs : undefined;

/** One poll for all who wait for instances of one list. */
export type InstanceWaiter = BatchWaiter<Instance[]>;

/** Milliseconds between polls where nothing else is set; a pause grows with the time waited. */
export const defaultPollSchedule = { firstMs: 800, maxMs: 30_000 };

/** A waiter over one list of instances; every wait of a client shares it. */
export function createInstanceWaiter(
  list: (signal: AbortSignal) => Promise<Instance[]>,
  schedule: PollSchedule,
  clock: Clock,
): InstanceWaiter {
  let refusals = 0;
  return new BatchWaiter({
    fetch: async (signal) => {
      const instances = await list(signal);
      refusals = 0;
      return instances;
    },
    schedule,
    clock,
    isFatal: (error) => {
      const refused = error instanceof ApiError && error.effect === "none" && error.status !== 429;
      refusals = refused ? refusals + 1 : 0;
      return error instanceof AuthenticationError || refusals >= REFUSALS;
    },
    retryAfterMs: retryAfterOf,
  });
}

/** Waits until every one of `instanceIds` is done; they are returned in that order. */
export async function waitForInstances(
  waiter: InstanceWaiter,
  clock: Clock,
  instanceIds: readonly string[],
  options: WaitForInstancesOptions = {},
): Promise<Instance[]> {
  const statuses = options.statuses ?? defaultStatusSets;
  let seen: Instance[] = [];
  const judge = (list: Instance[]): Instance[] | undefined => {
    seen = list.filter((instance) => instanceIds.includes(instance.instanceId));
    options.onProgress?.(seen);
    const failed = seen.filter((instance) => phaseOf(instance, statuses) === "failed");
    if (failed.length > 0) {
      const what = failed
        .map(
          (i) =>
            `${i.instanceId} (${i.appId}): ${i.provisioningMessage ?? i.provisioningStatus ?? i.status ?? ""}`,
        )
        .join("; ");
      throw new InstanceWaitError(`Provisioning failed: ${what}`, "failed", seen);
    }
    const done = instanceIds.map((id) =>
      seen.find((instance) => instance.instanceId === id && phaseOf(instance, statuses) === "done"),
    );
    return done.every((instance) => instance !== undefined) ? done : undefined;
  };
  try {
    return await waiter.wait(judge, {
      deadline: clock.now() + (options.timeoutMs ?? 60 * 60_000),
      signal: options.signal,
    });
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    const waiting = instanceIds.filter(
      (id) => !seen.some((i) => i.instanceId === id && phaseOf(i, statuses) === "done"),
    );
    throw new InstanceWaitError(`Not ready in time: ${waiting.join(", ")}`, "deadline", seen);
  }
}
