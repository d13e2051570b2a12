import { CancelledError, type ProvisionResult, ProvisorError } from "../../../sdk/broker";
import { say } from "../../words";
import { followingId } from "../broker/ids";
import { ASKED_MAX } from "../broker/intent";
import { brokerRunStateOf } from "../broker/run-state";
import { digestOf } from "../../host/digest";
import { withoutFullStop } from "../../host/errors";
import type { Host, Problem } from "../../host/contract";
import {
  type CreateContext,
  type InstanceOutcome,
  answered,
  attemptState,
  requestOf,
  succeeded,
} from "./create-outcome";
import { givenId } from "./changes";
import type { InstanceOperation } from "./operation";
import type { ServiceInstanceInputs, ServiceInstanceState } from "./schema";
import { type Named, describeInstance, mayHaveActed } from "./messages";

/*
 * A broker that keeps no instances (`brokerKeepsInstances: false`): a PUT carries out an action, each time anew, a DELETE removes
 * nothing, and there is nothing to ask. So a PUT is sent at most once for an id, over all runs, and what may have come of one
 * that got no answer is for people to look at.
 */

/**
 * Carries out the action of the plan and waits for its answer.
 * @throws StopError where an earlier run may have asked for it, or nobody knows what came of it
 */
export async function carryOut(attempt: CreateContext): Promise<InstanceOutcome> {
  const { operation, instanceId } = attempt;
  const state = attemptState(attempt);
  if (mayHaveBeenAsked(attempt)) throw inDoubt(operation, state, attempt, EARLIER_RUN);
  operation.host.log.progress("the action of the plan is carried out", operation.now);
  let result: ProvisionResult;
  try {
    result = await operation.broker.client.provision(
      instanceId,
      requestOf(state),
      operation.call(state.context),
    );
  } catch (error) {
    return refused(attempt, state, error);
  }
  return succeeded(attempt, answered(attempt, state, result));
}

/**
 * Whether an earlier run may have sent a PUT for this id. The intent was saved before that, so that one which this run has
 * made, or moved on to this id, says that none did. What was refused before anything was sent is not among what was asked.
 */
function mayHaveBeenAsked({ operation, inputs, instanceId, follows, isGiven }: CreateContext): boolean {
  const { key = "", asked = [] } = inputs.intent ?? {};
  if (operation.brokerRunState.hasBegun(follows === undefined ? key : followingId(key, follows)))
    return false;
  const earlier = operation.brokerRunState.isAsking(key) ? asked.slice(0, -1) : asked;
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
  const earlier = brokerRunStateOf(host.session).earlierFor(host.of);
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
      message: `an ${say.applyNoun} stops here: ${describeDoubt({ instanceId, service, plan }, key, EARLIER_RUN)}`,
    },
  ];
}

const EARLIER_RUN = "an earlier run, of which nothing is saved, may have asked for it";

async function refused(
  attempt: CreateContext,
  state: ServiceInstanceState,
  error: unknown,
): Promise<InstanceOutcome> {
  const { operation, resourceId, isReplacement } = attempt;
  // The run ends, and what it leaves is for the next one.
  if (error instanceof CancelledError) throw error.cause;
  if (!(error instanceof ProvisorError)) throw error;
  const why = withoutFullStop(error.message);
  if (mayHaveActed(error)) throw inDoubt(operation, state, attempt, why);
  // The present instance stays as it is saved, so that nothing can be saved of its successor.
  if (isReplacement)
    throw operation.stop(
      `${why}. Nothing was carried out by this run. The next one cannot know that, and stops with the lines for going on.`,
    );
  const stop = operation.stop(
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

const inDoubt = (
  operation: InstanceOperation,
  state: ServiceInstanceState,
  { inputs }: CreateContext,
  why: string,
): Error => operation.stop(describeDoubt(state, inputs.intent?.key, why));

/** What may exist, and the two ways on. */
function describeDoubt(named: Named, key: string | undefined, why: string): string {
  const { instanceId } = named;
  const another = followingId(key ?? instanceId, `again ${instanceId}`);
  return (
    `${why}. The action of ${describeInstance(named)} may have been carried out, and this broker keeps nothing that would tell. It is ` +
    "neither repeated nor taken back. Look whether what it makes is there. " +
    `To take that over, add to the resource: ${say.set("adopt", instanceId)}. ` +
    `To try again, add to the resource: ${say.set("instanceId", another)}.`
  );
}
