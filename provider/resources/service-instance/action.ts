import { CancelledError, type ProvisionResult, ProvisorError } from "../../../sdk/broker";
import { say } from "../../words";
import { followingId } from "../broker/ids";
import { ASKED_MAX } from "../broker/intent";
import { marksOf } from "../broker/run-state";
import { digestOf } from "../../host/digest";
import { asClause } from "../../host/errors";
import type { Host, Problem } from "../../host/contract";
import {
  type Attempt,
  type InstanceOutcome,
  answered,
  attemptState,
  requestOf,
  succeeded,
} from "./create-outcome";
import { givenId } from "./changes";
import type { Run } from "./operation";
import type { ServiceInstanceInputs, ServiceInstanceState } from "./schema";
import { type Named, instanceWords, mayHaveActed } from "./messages";

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
  if (mayHaveBeenAsked(attempt)) throw inDoubt(run, state, attempt, EARLIER_RUN);
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
 * made, or moved on to this id, says that none did. What was refused before anything was sent is not among what was asked.
 */
function mayHaveBeenAsked({ run, inputs, instanceId, follows, isGiven }: Attempt): boolean {
  const { key = "", asked = [] } = inputs.intent ?? {};
  if (run.marks.hasBegun(follows === undefined ? key : followingId(key, follows))) return false;
  const earlier = run.marks.isAsking(key) ? asked.slice(0, -1) : asked;
  return isAmong(
    earlier.map(({ id }) => id),
    isGiven ? instanceId : undefined,
  );
}

/** Whether an id is one of those that were asked for; where some may be forgotten, it may be. */
const isAmong = <T>(asked: readonly T[], id: T): boolean =>
  asked.includes(id) || asked.length + 1 >= ASKED_MAX;

/** In a preview: that an up will stop, since nobody knows what came of an earlier request. */
export function doubtProblems(
  host: Host,
  saved: Partial<ServiceInstanceState> | undefined,
  inputs: ServiceInstanceInputs,
): Problem[] {
  const earlier = marksOf(host.session).earlierFor(host.of);
  if (!host.preview || earlier === undefined || inputs.adopt !== undefined) return [];
  const { key, asked } = earlier;
  const given = givenId(inputs);
  if (!isAmong(asked, digestOf(given) ?? "")) return [];
  const { service, plan } = inputs;
  const follows = saved?.instanceId;
  const instanceId = given ?? (follows === undefined ? key : followingId(key, follows));
  return [
    {
      path: "",
      message: `an ${say.applyNoun} stops here: ${doubtWords({ instanceId, service, plan }, key, EARLIER_RUN)}`,
    },
  ];
}

const EARLIER_RUN = "an earlier run, of which nothing is saved, may have asked for it";

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
  // The present instance stays as it is saved, so that nothing can be saved of its successor.
  if (isReplacement)
    throw run.stop(
      `${why}. Nothing was carried out by this run. The next one cannot know that, and stops with the lines for going on.`,
    );
  const stop = run.stop(
    `${why}. Nothing was carried out by this run. Change the inputs, or run the same command again.`,
  );
  // Saved, so that the next run knows that nothing came of it, and that nobody need look for anything.
  const failed: ServiceInstanceState = {
    ...state,
    state: "failed",
    unfinished: { kind: "create" },
    mitigated: true,
    description: why,
  };
  return { id: resourceId, state: failed, unfinished: [stop.message] };
}

const inDoubt = (run: Run, state: ServiceInstanceState, { inputs }: Attempt, why: string): Error =>
  run.stop(doubtWords(state, inputs.intent?.key, why));

/** What may exist, and the two ways on. */
function doubtWords(named: Named, key: string | undefined, why: string): string {
  const { instanceId } = named;
  const another = followingId(key ?? instanceId, `again ${instanceId}`);
  return (
    `${why}. The action of ${instanceWords(named)} may have been carried out, and this broker keeps nothing that would tell. It is ` +
    "neither repeated nor taken back. Look whether what it makes is there. " +
    `To take that over, add to the resource: ${say.set("adopt", instanceId)}. ` +
    `To try again, add to the resource: ${say.set("instanceId", another)}.`
  );
}
