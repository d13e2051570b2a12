import { BrokerError, ProvisorError, type ProvisionResult, needsOrphanMitigation } from "../../../sdk/broker";
import { BusyError, whenFree } from "../broker/busy";
import { followingId } from "../broker/ids";
import { asClause } from "../clause";
import { type Attempt, type InstanceOutcome, attemptState, goesOn, requestOf, succeeded } from "./attempt";
import { awaitCreate } from "./await-create";
import { settleConflict } from "./conflict";
import { giveUp } from "./mitigate";
import type { Run } from "./run";
import type { ServiceInstanceState } from "./schema";
import { defined } from "./state";
import { instanceWords, isRefusal, mayHaveActed, timeoutWords } from "./words";

/** How often a PUT is sent that a broker took and then knew nothing of. */
const MAX_PUTS = 2;

/**
 * Provisions an instance and waits for it. The PUT is the same for the same attempt, so that it may be repeated by any
 * later run.
 * @throws StopError where nothing is to be saved.
 */
export async function provision(attempt: Attempt, puts = 1): Promise<InstanceOutcome> {
  const { run, instanceId } = attempt;
  const state = attemptState(attempt);
  let result: ProvisionResult;
  try {
    result = await whenFree(run.host, run.broker, run.deadline, "provisioning", () =>
      run.broker.client.provision(instanceId, requestOf(state), {
        ...run.call(state.context),
        acceptsIncomplete: attempt.inputs.acceptsIncomplete,
      }),
    );
  } catch (error) {
    return refused(attempt, state, error);
  }
  const answered: ServiceInstanceState = defined({
    ...state,
    dashboardUrl: result.dashboardUrl,
    metadata: result.metadata,
  });
  if (result.outcome !== "accepted") return succeeded(attempt, answered);
  const accepted: ServiceInstanceState = defined({
    ...answered,
    operation: result.operation,
    unfinished: { kind: "create" as const, since: run.now },
  });
  const outcome = await awaitCreate(attempt, accepted);
  if (outcome !== "lost") return outcome;
  if (puts < MAX_PUTS) return provision(attempt, puts + 1);
  return giveUp(attempt, accepted, "the broker took the request, and then did not know the instance");
}

/** The PUT brought no success. */
async function refused(
  attempt: Attempt,
  state: ServiceInstanceState,
  error: unknown,
): Promise<InstanceOutcome> {
  const { run } = attempt;
  const what = instanceWords(state);
  if (error instanceof BusyError)
    throw run.stop(
      `the broker was still busy with another operation on ${what} when its time-out ended: ${asClause(error.message)}. ` +
        "This run changed nothing. Run the same command again.",
    );
  if (!(error instanceof ProvisorError)) throw error;
  if (error instanceof BrokerError && error.code === "Conflict") return settleConflict(attempt, state, error);
  if (!attempt.isGiven && isRefusal(error) && (await isUsedUp(run, state)))
    return provision(following(attempt));
  if (run.isLate && mayHaveActed(error))
    return goesOn(attempt, state, `${timeoutWords(run.timeoutMs)}; the broker has not answered`);
  if (needsOrphanMitigation("provision", error))
    return giveUp(attempt, state, asClause(error.message), { error });
  throw run.stop(
    `${asClause(error.message)}. ${adviceFor(error)}` +
      (mayHaveActed(error)
        ? `It is not known whether ${what} exists. Run the same command again: it repeats the request for the same id.`
        : "Nothing was provisioned."),
  );
}

/**
 * Whether the broker knows the id of something that was there once, and so may never take it again: the specification
 * lets it. That happens to an id of ours where the instance was lost, or a replacement was cleaned up.
 */
async function isUsedUp(run: Run, { instanceId, ...state }: ServiceInstanceState): Promise<boolean> {
  const { serviceId, planId } = state;
  try {
    const last = await run.broker.client.getLastOperation(
      instanceId,
      { serviceId, planId },
      run.call(state.context),
    );
    return last.state !== "in progress";
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    return error instanceof BrokerError && error.code === "Gone";
  }
}

/** The same under the id that follows. */
function following(attempt: Attempt): Attempt {
  const { instanceId, resourceId, inputs } = attempt;
  const next = followingId(inputs.intent?.key ?? instanceId, instanceId);
  return { ...attempt, instanceId: next, resourceId: resourceId === instanceId ? next : resourceId };
}

function adviceFor(error: ProvisorError): string {
  if (!(error instanceof BrokerError)) return "";
  switch (error.code) {
    case "AsyncRequired":
      return "Leave acceptsIncomplete out, or set it to true: this plan can be provisioned asynchronously only. ";
    case "MaintenanceInfoConflict":
      return 'The catalog has changed since it was read: run the same command again, with maintenanceInfo: "latest" or the new version. ';
    default:
      return "";
  }
}
