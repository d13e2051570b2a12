import { BrokerError, type PlanRef, type ProvisorError, ResponseFormatError } from "../../../sdk/broker";
import { cleanUp } from "../../../sdk/broker/work";
import type { Attempt, InstanceOutcome } from "./attempt";
import type { Run } from "./run";
import type { ServiceInstanceState } from "./schema";
import { instanceWords } from "./words";

/** What is known of a create that failed. */
interface Failure {
  /** What its request ended with. */
  error?: ProvisorError;
  /** What it may be there as, where that may be something else than was asked for. */
  present?: readonly PlanRef[];
}

/**
 * A create failed, and something may be left of it (spec: "Orphan Mitigation"). It is cleaned up, or reported, as the
 * setting says; the state that is saved lets the next run provision under another id.
 */
export async function giveUp(
  attempt: Attempt,
  state: ServiceInstanceState,
  why: string,
  { error, present = [state] }: Failure = {},
): Promise<InstanceOutcome> {
  const { run } = attempt;
  const what = instanceWords(state);
  if (attempt.isGiven && (await mayBeForeign(run, state, error)))
    throw run.stop(
      `${why}. There is an instance with the id ${state.instanceId}, which the program gave, and it may be someone else's: it ` +
        "was not cleaned up. Run the same command again, which repeats the request, or take it over with adopt.",
    );
  const left = await cleaned(run, state, present);
  if (left === undefined && attempt.isReplacement)
    throw run.stop(
      `${why}. The new ${what} was cleaned up, and nothing of it is left. The present instance stays as it is. Run the same ` +
        "command again to try once more.",
    );
  const failed: ServiceInstanceState = {
    ...state,
    state: "failed",
    unfinished: { kind: "create" },
    mitigated: left === undefined,
    description: state.description ?? why,
  };
  return failedAgain(attempt, failed, why, left);
}

/** The outcome of a create that failed, with what is left of it, if anything. */
export function failedAgain(
  { run, resourceId }: Pick<Attempt, "run" | "resourceId">,
  state: ServiceInstanceState,
  why: string,
  left: string | undefined,
): InstanceOutcome {
  const what = instanceWords(state);
  const standing =
    left === undefined
      ? `${what} was cleaned up, and nothing of it is left. Run the same command again: it provisions under another id.`
      : `${what} may exist at the broker: ${left}.`;
  return { id: resourceId, state, unfinished: [run.clean(`${run.host.name}: ${why}. ${standing}`)] };
}

/** Cleans up what a create may have left; undefined once nothing is, else why something may be, and what to do. */
export async function cleaned(
  run: Run,
  { instanceId }: ServiceInstanceState,
  present: readonly PlanRef[],
): Promise<string | undefined> {
  if (run.broker.client.orphanMitigation === "report")
    return (
      'orphanMitigation is "report", so that nothing was deleted. Look into it, and deprovision it, or set ' +
      'provisor:orphanMitigation to "auto" for that; ' +
      "then run the same command again, which provisions under another id"
    );
  let why: string | undefined;
  for (const { serviceId, planId } of present) {
    const done = await cleanUp(run.work, { instanceId, serviceId, planId }, run);
    if (done.confirmed) return undefined;
    why = done.why;
  }
  return `it could not be cleaned up (${why ?? "the broker did not confirm it"}). Run the same command again: it tries that first`;
}

/**
 * Whether something complete has the id that the program gave, and this request cannot be known to have made it. A 201
 * says that it did.
 */
async function mayBeForeign(
  run: Run,
  state: ServiceInstanceState,
  error: ProvisorError | undefined,
): Promise<boolean> {
  if (error === undefined || (error instanceof ResponseFormatError && error.status === 201)) return false;
  const { instanceId, serviceId, planId } = state;
  try {
    const call = { ...run.call(state.context), deadline: Math.max(run.deadline, run.now + LOOK_MS) };
    const last = await run.broker.client.getLastOperation(instanceId, { serviceId, planId }, call);
    return last.state === "succeeded";
  } catch (failure) {
    return !(failure instanceof BrokerError);
  }
}

/** How long a look may take that comes after the time was up. */
const LOOK_MS = 30_000;
