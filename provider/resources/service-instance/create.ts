import { BrokerError, ProvisorError, type ProvisionResult, needsOrphanMitigation } from "../../../sdk/broker";
import { BusyError, retryWhileBusy } from "../../../sdk/broker/operations";
import { followingId, newKey } from "../broker/ids";
import type { Host } from "../../host/contract";
import { assertTold, ownOf, omitUndefined } from "../../host/saved-state";
import { adopt } from "./adopt";
import {
  type CreateContext,
  type InstanceOutcome,
  answered,
  attemptState,
  pending,
  requestOf,
  succeeded,
} from "./create-outcome";
import { givenId } from "./changes";
import { instanceDecision } from "./decision";
import { InstanceOperation } from "./operation";
import type { ServiceInstanceInputs, ServiceInstanceState } from "./schema";
import { say } from "../../words";
import { isRefusal } from "../broker/spent-id";
import { withoutFullStop, asSentence } from "../../host/errors";
import { carryOut } from "./action";
import { awaitCreate } from "./create-wait";
import { settleConflict } from "./create-conflict";
import { failCreate, unusedAfter } from "./orphan";
import { othersInstance, unclaimed } from "./unclaimed";
import { describeInstance, mayHaveActed, describeTimeout } from "./messages";

/**
 * Provisions an instance, or adopts one. The first has the id of its intent; what replaces another one has the id that
 * follows from it, which a run that died before has used too.
 */
export async function createServiceInstance(
  host: Host,
  inputs: ServiceInstanceInputs,
): Promise<InstanceOutcome> {
  const operation = new InstanceOperation(host, inputs, "create");
  const key = inputs.intent?.key ?? newKey();
  const decided = instanceDecision(host).follows;
  assertTold(host, decided !== undefined || operation.brokerRunState.hasBegun(key));
  const replaced = decided ?? savedId(host);
  const given = givenId(inputs);
  const instanceId = given ?? (replaced === undefined ? key : followingId(key, replaced));
  const attempt: CreateContext = {
    operation,
    inputs: { ...inputs, intent: { ...inputs.intent, key } },
    instanceId,
    resourceId: instanceId,
    follows: replaced,
    isReplacement: replaced !== undefined,
    isGiven: given !== undefined,
    isOwn: given === undefined && operation.brokerRunState.isFirstUse(key, replaced),
    isUnproven: inputs.intent?.isUnproven === true,
  };
  return inputs.adopt === undefined ? provision(attempt) : adopt(attempt);
}

function savedId(host: Host): string | undefined {
  const id = ownOf(host)?.["instanceId"];
  return typeof id === "string" ? id : undefined;
}

/**
 * Provisions an instance and waits for it. The PUT is the same for the same attempt, so that it may be repeated by any
 * later run; it is repeated once where the broker accepts it and then knows nothing of it.
 * @throws StopError where nothing is to be saved.
 */
export async function provision(attempt: CreateContext): Promise<InstanceOutcome> {
  const { operation, instanceId } = attempt;
  if (!operation.broker.client.keepsInstances) return carryOut(attempt);
  const state = attemptState(attempt);
  if (attempt.isUnproven) return provision(await unclaimed(attempt, state));
  const call = operation.call(state.context);
  let sent = 0;
  let result: ProvisionResult;
  try {
    result = await retryWhileBusy(operation.work, operation.deadline, "provisioning", () =>
      operation.broker.client.provision(instanceId, requestOf(state), {
        ...call,
        beforeSend: async () => {
          await call.beforeSend?.();
          operation.host.beforeAllocating?.();
          sent += 1;
        },
        acceptsIncomplete: attempt.inputs.acceptsIncomplete,
      }),
    );
  } catch (error) {
    return refused(attempt, state, error);
  }
  if (result.outcome === "exists" && sent === 1) {
    if (attempt.isUnclaimed) throw othersInstance(attempt, state);
    tellOfExisting(attempt, state);
  }
  const told = answered(attempt, state, result);
  if (result.outcome !== "accepted") return succeeded(attempt, told);
  const made = { ...attempt, isOwn: true, isUnclaimed: false, response: told.response };
  const accepted: ServiceInstanceState = omitUndefined({
    ...told,
    operation: result.operation,
    unfinished: { kind: "create" as const, since: operation.now },
  });
  operation.host.onAccepted?.({ id: attempt.resourceId, state: accepted });
  const outcome = await awaitCreate(made, accepted);
  if (outcome !== "lost") return outcome;
  if (!attempt.isAccepted) return provision({ ...made, isAccepted: true });
  return failCreate(made, accepted, "the broker took the request, and then did not know the instance");
}

/** It was there before this run's request: the broker says that somebody has made it. */
function tellOfExisting(
  { operation, inputs, isGiven, isOwn }: CreateContext,
  state: ServiceInstanceState,
): void {
  const { host, brokerRunState } = operation;
  const what = describeInstance(state);
  if (isGiven && brokerRunState.hasBegun(inputs.intent?.key ?? ""))
    host.log.warn(
      operation.clean(
        `${host.name}: ${what} existed already, as the broker says, with the same attributes, and is taken ` +
          `over: a delete deprovisions it. Where it is someone else's, set ${say.set("deletionPolicy", "abandon")}, and give another ${say.path("instanceId")}.`,
      ),
    );
  else if (!isOwn)
    host.log.info(
      operation.clean(
        `${host.name}: ${what} existed already and is taken up: a delete deprovisions it. An earlier run made it. If it was ` +
          `moved to another ${say.stack} since then, that one has it too.`,
      ),
    );
}

/** The PUT brought no success. */
async function refused(
  attempt: CreateContext,
  state: ServiceInstanceState,
  error: unknown,
): Promise<InstanceOutcome> {
  const { operation } = attempt;
  const what = describeInstance(state);
  if (error instanceof BusyError && mayHaveActed(error.refusal))
    return pending(
      attempt,
      state,
      `${describeTimeout(operation.timeoutMs)}; the broker has not answered the first request`,
    );
  if (error instanceof BusyError)
    throw operation.stop(
      `the broker was still busy with another operation on ${what} when its time-out ended. ${asSentence(error.message)} ` +
        "This run changed nothing. Run the same command again.",
    );
  if (!(error instanceof ProvisorError)) throw error;
  if (error instanceof BrokerError && error.code === "Conflict") {
    if (attempt.isUnclaimed) throw othersInstance(attempt, state);
    return settleConflict(attempt, state, error);
  }
  if (!attempt.isGiven && isRefusal(error)) {
    const unused = await unusedAfter(attempt, state);
    if (unused) return provision({ ...unused, isAccepted: false });
  }
  if (operation.isLate && mayHaveActed(error))
    return pending(attempt, state, `${describeTimeout(operation.timeoutMs)}; the broker has not answered`);
  if (needsOrphanMitigation("provision", error))
    return failCreate(attempt, state, withoutFullStop(error.message));
  throw operation.stop(
    `${withoutFullStop(error.message)}. ${adviceFor(attempt, error)}` +
      (mayHaveActed(error)
        ? `It is not known whether ${what} exists. Run the same command again: it repeats the request for the same id.`
        : "Nothing was provisioned by this run."),
  );
}

function adviceFor({ operation, inputs, isGiven }: CreateContext, error: ProvisorError): string {
  if (!(error instanceof BrokerError)) return "";
  const isOldId = !isGiven && !operation.brokerRunState.hasBegun(inputs.intent?.key ?? "");
  switch (error.code) {
    case "AsyncRequired":
      return `Leave ${say.path("acceptsIncomplete")} out, or set it to true: this plan can be provisioned asynchronously only. `;
    case "MaintenanceInfoConflict":
      return `The catalog has changed since it was read: run the same command again, with ${say.set("maintenanceInfo", "latest")} or the new version. `;
    case "Conflict":
    case "ConcurrencyError":
      return "";
    default:
      return isOldId && isRefusal(error)
        ? "Change the inputs, or run the same command again; where the broker takes no id that it has had before, give another " +
            `${say.path("instanceId")}. `
        : "Change the inputs, or run the same command again. ";
  }
}
