import { BrokerError, CancelledError, type ProvisionResult, ProvisorError } from "../../../sdk/broker";
import { followingId } from "../broker/ids";
import { asClause } from "../clause";
import { type Attempt, type InstanceOutcome, answered, attemptState, requestOf, succeeded } from "./attempt";
import type { Run } from "./run";
import type { ServiceInstanceState } from "./schema";
import { instanceWords, mayHaveActed } from "./words";

/*
 * A broker that keeps no instances (`brokerKeepsInstances: false`): a PUT carries out an action, each time anew, a DELETE removes
 * nothing, and there is nothing to ask. So a PUT is sent at most once for an id, over all runs, and what may have come of one
 * that got no answer is for people to look at.
 */

/**
 * Carries out the action of the plan and waits for its answer.
 * @throws StopError where an earlier run may have asked for it, or nobody knows what came of it
 */
export async function carryOut(attempt: Attempt): Promise<InstanceOutcome> {
  const { run, instanceId } = attempt;
  const state = attemptState(attempt);
  if (mayHaveBeenAsked(attempt))
    throw inDoubt(run, state, attempt, "an earlier run, of which nothing is saved, may have asked for it");
  run.host.log.progress("the action of the plan is carried out", run.now);
  let result: ProvisionResult;
  try {
    result = await run.broker.client.provision(instanceId, requestOf(state), run.call(state.context));
  } catch (error) {
    return refused(attempt, state, error);
  }
  return succeeded(attempt, answered(attempt, state, result));
}

/**
 * Whether an earlier run may have sent a PUT for this id. The intent was saved before that, so that one which this run has
 * made, or moved on to this id, says that none did. An id that the program gives now, and did not before, is a new one.
 */
function mayHaveBeenAsked({ run, inputs, instanceId, follows, isGiven }: Attempt): boolean {
  const { key = "", asked = [] } = inputs.intent ?? {};
  if (run.marks.hasBegun(follows === undefined ? key : followingId(key, follows))) return false;
  if (!isGiven) return true;
  const earlier = run.marks.isAsking(key) ? asked.slice(0, -1) : asked;
  return earlier.some(({ id }) => id === instanceId);
}

async function refused(
  attempt: Attempt,
  state: ServiceInstanceState,
  error: unknown,
): Promise<InstanceOutcome> {
  const { run, resourceId, isReplacement } = attempt;
  // The run ends, and what it leaves is for the next one.
  if (error instanceof CancelledError) throw error.cause;
  if (!(error instanceof ProvisorError)) throw error;
  const why = asClause(error.message);
  if (mayHaveActed(error)) throw inDoubt(run, state, attempt, why);
  const stop = run.stop(
    `${why}. Nothing was carried out by this run. Change the inputs, or run the same command again.`,
  );
  // Saved, so that the next run knows that it was refused, and that nobody need look for anything.
  if (isReplacement || !(error instanceof BrokerError)) throw stop;
  const failed: ServiceInstanceState = {
    ...state,
    state: "failed",
    unfinished: { kind: "create" },
    mitigated: true,
    description: why,
  };
  return { id: resourceId, state: failed, unfinished: [stop.message] };
}

/** What may exist, and the two ways on. */
function inDoubt(run: Run, state: ServiceInstanceState, { inputs }: Attempt, why: string): Error {
  const { instanceId } = state;
  const another = followingId(inputs.intent?.key ?? instanceId, `again ${instanceId}`);
  return run.stop(
    `${why}. The action of ${instanceWords(state)} may have been carried out, and this broker keeps nothing that would tell. It is ` +
      "neither repeated nor taken back. Look whether what it makes is there. " +
      `To take that over, add to the resource: adopt: ${JSON.stringify(instanceId)}. ` +
      `To try again, add to the resource: instanceId: ${JSON.stringify(another)}.`,
  );
}
