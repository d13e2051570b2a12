import {
  ProvisorError,
  type SettledOperation,
  type UpdateRequest,
  type UpdateResult,
} from "../../../sdk/broker";
import { whenFree } from "../broker/busy";
import { waitForOperation } from "../broker/operation";
import { asClause } from "../clause";
import type { InstanceOutcome } from "./attempt";
import type { Run } from "./run";
import type { ServiceInstanceState, Wanted } from "./schema";
import { defined } from "./state";
import { failedUpdate, refusedUpdate, updateGoesOn } from "./update-ends";
import { saidWords, timeoutWords } from "./words";

/** The body of the PATCH: what changed, and what was before as far as that is known. */
function requestOf(state: ServiceInstanceState, wanted: Wanted): UpdateRequest {
  const { serviceId, planId, organizationGuid, spaceGuid, unfinished } = state;
  const { parameters, context, maintenanceVersion } = wanted;
  const isSure = unfinished?.unsure !== true;
  const version = isSure ? state.maintenanceInfo?.version : undefined;
  return defined<UpdateRequest>({
    serviceId,
    planId: wanted.planId,
    parameters,
    context,
    maintenanceInfo: maintenanceVersion === undefined ? undefined : { version: maintenanceVersion },
    previousValues: defined({
      serviceId,
      planId: isSure ? planId : undefined,
      organizationId: organizationGuid,
      spaceId: spaceGuid,
      maintenanceInfo: version === undefined ? undefined : { version },
    }),
  });
}

/**
 * Updates an instance in place and waits for it. What failed is never taken for done: the state keeps the values of
 * before, or what the broker tells.
 * @throws StopError where nothing has changed and nothing is to be saved.
 */
export async function applyUpdate(
  run: Run,
  resourceId: string,
  state: ServiceInstanceState,
  wanted: Wanted,
): Promise<InstanceOutcome> {
  let result: UpdateResult;
  try {
    result = await whenFree(run.host, run.broker, run.deadline, "the update", () =>
      run.broker.client.updateInstance(state.instanceId, requestOf(state, wanted), {
        ...run.call(wanted.context ?? state.context),
        acceptsIncomplete: state.acceptsIncomplete,
      }),
    );
  } catch (error) {
    return refusedUpdate(run, resourceId, state, wanted, error);
  }
  const answered: ServiceInstanceState = defined({
    ...state,
    dashboardUrl: result.dashboardUrl ?? state.dashboardUrl,
    metadata: result.metadata ?? state.metadata,
    operation: result.outcome === "accepted" ? result.operation : undefined,
    description: undefined,
    unfinished: { kind: "update" as const, since: run.now, wanted },
  });
  if (result.outcome !== "accepted") return { id: resourceId, state: withWanted(run, answered) };
  return awaitUpdate(run, resourceId, answered);
}

/** Waits for an update that the broker has accepted, in this run or an earlier one. */
export async function awaitUpdate(
  run: Run,
  resourceId: string,
  state: ServiceInstanceState,
): Promise<InstanceOutcome> {
  const { instanceId, serviceId, planId, operation, unfinished } = state;
  let settled: SettledOperation;
  try {
    settled = await waitForOperation(run.host, run.broker, {
      instanceId,
      // Of a change of the plan: the one before (spec: "Polling Last Operation for Service Instances").
      query: { serviceId, planId, operation },
      purpose: "update",
      doing: "updating",
      plan: await run.plan(state),
      since: unfinished?.since ?? run.now,
      deadline: run.deadline,
      originatingIdentity: run.call(state.context).originatingIdentity,
    });
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    return updateGoesOn(run, resourceId, state, `could not be waited for: ${asClause(error.message)}`);
  }
  switch (settled.outcome) {
    case "succeeded":
      return {
        id: resourceId,
        state: withWanted(run, defined({ ...state, description: settled.description })),
      };
    case "failed": {
      const { description, instanceUsable, updateRepeatable } = settled;
      const why = `the update failed: ${saidWords(description)}`;
      return failedUpdate(run, resourceId, state, why, { description, instanceUsable, updateRepeatable });
    }
    case "deadline":
      return updateGoesOn(run, resourceId, state, timeoutWords(run.timeoutMs));
    case "overdue":
      return failedUpdate(
        run,
        resourceId,
        state,
        "the update took longer than the plan allows (maximum_polling_duration)",
        {
          unsure: true,
        },
      );
    default:
      return failedUpdate(
        run,
        resourceId,
        state,
        "the broker took the update, and then did not know the instance",
        {
          unsure: true,
        },
      );
  }
}

/** The state once what was wanted is so. */
function withWanted(run: Run, state: ServiceInstanceState): ServiceInstanceState {
  const { unfinished, usable: _usable, ...rest } = state;
  const { planId, plan, parameters, context, maintenanceVersion } = unfinished?.wanted ?? {};
  const done: ServiceInstanceState = { ...rest, state: "succeeded" };
  if (planId !== undefined) Object.assign(done, { planId, plan: plan ?? planId });
  if (parameters !== undefined) done.parameters = parameters;
  if (context !== undefined) done.context = context;
  if (maintenanceVersion !== undefined) done.maintenanceInfo = run.maintenanceInfo(done, maintenanceVersion);
  return done;
}
