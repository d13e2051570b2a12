import {
  ProvisorError,
  type SettledOperation,
  type UpdateRequest,
  type UpdateResult,
} from "../../../sdk/broker";
import { lastLookWords, awaitOperation, retryWhileBusy } from "../../../sdk/broker/operations";
import { withoutFullStop } from "../../host/errors";
import type { InstanceOutcome } from "./create-outcome";
import { asLost, hasTakenPlace, isRepeat, warnOfTrust } from "./update-recovery";
import type { InstanceOperation } from "./operation";
import type { ServiceInstanceState, Wanted } from "./schema";
import { omitUndefined } from "../../host/saved-state";
import { sentParameters } from "./sent-parameters";
import { failedUpdate, refusedUpdate, updatePending } from "./update-failures";
import { isUntold, mayHaveActed, describeSaid, describeTimeout } from "./messages";

/** The body of the PATCH: what changed, and what was before as far as that is known. */
async function requestOf(
  operation: InstanceOperation,
  state: ServiceInstanceState,
  wanted: Wanted,
): Promise<UpdateRequest> {
  const { serviceId, planId, organizationGuid, spaceGuid, unfinished } = state;
  const { context, maintenanceVersion } = wanted;
  const isSure = unfinished?.unsure !== true;
  const version = isSure ? state.maintenanceInfo?.version : undefined;
  return omitUndefined<UpdateRequest>({
    serviceId,
    planId: wanted.planId,
    parameters: await parametersOf(operation, state, wanted),
    context,
    maintenanceInfo: maintenanceVersion === undefined ? undefined : { version: maintenanceVersion },
    previousValues: omitUndefined({
      serviceId,
      planId: isSure ? planId : undefined,
      organizationId: organizationGuid,
      spaceId: spaceGuid,
      maintenanceInfo: version === undefined ? undefined : { version },
    }),
  });
}

async function parametersOf(
  operation: InstanceOperation,
  { serviceId, planId, parameters = {}, unfinished }: ServiceInstanceState,
  wanted: Wanted,
): Promise<UpdateRequest["parameters"]> {
  if (wanted.parameters === undefined) return undefined;
  const plan = await operation.plan({ serviceId, planId: wanted.planId ?? planId });
  const doubtful = unfinished?.unsure === true ? unfinished.wanted?.parameters : undefined;
  const befores = doubtful === undefined ? [parameters] : [parameters, doubtful];
  return sentParameters(plan, wanted.parameters, befores, () => false);
}

/**
 * Updates an instance in place and waits for it. What failed is never taken for done: the state keeps the values of
 * before, or what the broker tells.
 * @throws StopError where nothing has changed and nothing is to be saved.
 */
export async function applyUpdate(
  operation: InstanceOperation,
  resourceId: string,
  state: ServiceInstanceState,
  wanted: Wanted,
): Promise<InstanceOutcome> {
  const request = await requestOf(operation, state, wanted);
  let result: UpdateResult;
  try {
    result = await sendUpdate(operation, state, wanted, request);
  } catch (error) {
    return refusedUpdate(operation, resourceId, state, wanted, error);
  }
  const answered: ServiceInstanceState = omitUndefined({
    ...state,
    dashboardUrl: result.dashboardUrl ?? state.dashboardUrl,
    metadata: result.metadata ?? state.metadata,
    operation: result.outcome === "accepted" ? result.operation : undefined,
    description: undefined,
    unfinished: omitUndefined({
      kind: "update" as const,
      since: operation.now,
      wanted,
      unsure: state.unfinished?.unsure,
      lost: isRepeat(state, wanted) ? true : undefined,
    }),
  });
  if (result.outcome !== "accepted") return { id: resourceId, state: withWanted(operation, answered) };
  return awaitUpdate(operation, resourceId, answered);
}

/**
 * Sends the PATCH once the broker is free. What it was busy with may have been this very update, which an earlier run or a
 * request without an answer began: where a fetch shows that it is done, it is not done a second time.
 */
function sendUpdate(
  operation: InstanceOperation,
  state: ServiceInstanceState,
  wanted: Wanted,
  request: UpdateRequest,
): Promise<UpdateResult> {
  const asked: ServiceInstanceState = { ...state, unfinished: { kind: "update", wanted } };
  let isDoubtful = state.unfinished?.unsure === true;
  let wasBusy = false;
  return retryWhileBusy(operation.work, operation.deadline, "the update", async () => {
    if (wasBusy && isDoubtful && (await hasTakenPlace(operation, asked)) === true)
      return { outcome: "updated" };
    try {
      return await operation.broker.client.updateInstance(state.instanceId, request, {
        ...operation.call(wanted.context ?? state.context),
        acceptsIncomplete: state.acceptsIncomplete,
      });
    } catch (error) {
      isDoubtful ||= error instanceof ProvisorError && mayHaveActed(error);
      wasBusy = true;
      throw error;
    }
  });
}

/** Waits for an update that the broker has accepted, in this run or an earlier one. */
export async function awaitUpdate(
  operation: InstanceOperation,
  resourceId: string,
  state: ServiceInstanceState,
): Promise<InstanceOutcome> {
  const { instanceId, serviceId, planId, unfinished } = state;
  let settled: SettledOperation;
  try {
    settled = await awaitOperation(operation.work, {
      instanceId,
      // Of a change of the plan: the one before (spec: "Polling Last Operation for Service Instances"), where that is known.
      query: {
        serviceId,
        planId: unfinished?.unsure === true ? undefined : planId,
        operation: state.operation,
      },
      purpose: "update",
      doing: "updating",
      plan: await operation.plan(state),
      since: unfinished?.since ?? operation.now,
      deadline: operation.deadline,
      originatingIdentity: operation.call(state.context).originatingIdentity,
    });
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    return updatePending(
      operation,
      resourceId,
      state,
      `not known to have ended: ${withoutFullStop(error.message)}`,
    );
  }
  if (settled.outcome === "deadline" && settled.isUnknown !== true && !isUntold(settled))
    return updatePending(
      operation,
      resourceId,
      state,
      `${describeTimeout(operation.timeoutMs)}${lastLookWords(settled)}`,
    );
  switch (settled.outcome) {
    case "succeeded":
      return {
        id: resourceId,
        state: withWanted(operation, omitUndefined({ ...state, description: settled.description })),
      };
    case "failed": {
      const { description, instanceUsable, updateRepeatable } = settled;
      const why = `the update failed: ${describeSaid(description)}`;
      return failedUpdate(operation, resourceId, state, why, {
        description,
        instanceUsable,
        updateRepeatable,
      });
    }
    case "overdue":
      return failedUpdate(
        operation,
        resourceId,
        state,
        "the update took longer than the plan allows (maximum_polling_duration)",
        {
          unsure: true,
        },
      );
    default:
      return lostUpdate(operation, resourceId, state);
  }
}

/**
 * The broker does not know what it accepted. Where nothing tells whether that has taken place, the same request is sent
 * once more: a broker that does not know the instance refuses it. If that is lost as well, there is nothing more to ask.
 */
async function lostUpdate(
  operation: InstanceOperation,
  resourceId: string,
  state: ServiceInstanceState,
): Promise<InstanceOutcome> {
  const isDone = await hasTakenPlace(operation, state);
  const wasLost = state.unfinished?.lost === true;
  if (isDone === undefined && wasLost) warnOfTrust(operation, state);
  if (isDone ?? wasLost) return { id: resourceId, state: withWanted(operation, state) };
  if (isDone === undefined && !operation.isLate)
    return applyUpdate(operation, resourceId, asLost(state), state.unfinished?.wanted ?? {});
  const why = "the broker took the update, and then did not know of it";
  return failedUpdate(operation, resourceId, asLost(state), why, { unsure: true });
}

/** The state once what was wanted is so. */
function withWanted(operation: InstanceOperation, state: ServiceInstanceState): ServiceInstanceState {
  const { unfinished, usable: _usable, ...rest } = state;
  const { planId, plan, parameters, context, maintenanceVersion } = unfinished?.wanted ?? {};
  const done: ServiceInstanceState = { ...rest, state: "succeeded" };
  if (planId !== undefined) {
    Object.assign(done, { planId, plan: plan ?? planId });
    // That of the plan before; what the new one has, nobody said, unless it was asked for.
    delete done.maintenanceInfo;
  }
  if (parameters !== undefined) done.parameters = parameters;
  if (context !== undefined) done.context = context;
  if (maintenanceVersion !== undefined)
    done.maintenanceInfo = operation.maintenanceInfo(done, maintenanceVersion);
  return done;
}
