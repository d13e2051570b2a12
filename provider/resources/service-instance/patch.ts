import {
  BrokerError,
  ProvisorError,
  type SettledOperation,
  type UpdateRequest,
  type UpdateResult,
} from "../../../sdk/broker";
import { BusyError, whenFree } from "../broker/busy";
import { waitForOperation } from "../broker/operation";
import { asClause } from "../clause";
import { StopError } from "../contract";
import type { InstanceOutcome } from "./attempt";
import { withDetails } from "./details";
import type { Run } from "./run";
import type { ServiceInstanceState, Unfinished, Wanted } from "./schema";
import { defined } from "./state";
import { instanceWords, mayHaveActed, saidWords, timeoutWords, usableWords } from "./words";

/** The broker refused an update, and nothing has changed. */
export class UpdateRefused extends StopError {
  constructor(
    message: string,
    /** Why, without what it means for the resource. */
    readonly why: string,
  ) {
    super(message);
  }
}

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
    return refused(run, resourceId, state, wanted, error);
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
    return goesOn(run, resourceId, state, `could not be waited for: ${asClause(error.message)}`);
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
      return failed(run, resourceId, state, why, { description, instanceUsable, updateRepeatable });
    }
    case "deadline":
      return goesOn(run, resourceId, state, timeoutWords(run.timeoutMs));
    case "overdue":
      return failed(
        run,
        resourceId,
        state,
        "the update took longer than the plan allows (maximum_polling_duration)",
        {
          unsure: true,
        },
      );
    default:
      return failed(
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

/** Our own time ended the wait: the next run goes on with it. */
function goesOn(run: Run, resourceId: string, state: ServiceInstanceState, why: string): InstanceOutcome {
  return {
    id: resourceId,
    state: { ...state, state: "in progress" },
    unfinished: [
      run.clean(
        `${run.host.name}: the update of ${instanceWords(state)} is ${why}. The broker goes on with it` +
          `${state.operation === undefined ? "" : `, operation ${state.operation}`}, and the state keeps the values of ` +
          "before. Run the same command again: it goes on from here.",
      ),
    ],
  };
}

interface Failure {
  description?: string | undefined;
  instanceUsable?: boolean | undefined;
  updateRepeatable?: boolean | undefined;
  /** True where nobody knows what came of it. */
  unsure?: boolean;
}

async function failed(
  run: Run,
  resourceId: string,
  state: ServiceInstanceState,
  why: string,
  { description, instanceUsable, updateRepeatable, unsure }: Failure,
): Promise<InstanceOutcome> {
  const unfinished: Unfinished = defined({
    kind: "update" as const,
    wanted: state.unfinished?.wanted,
    repeatable: updateRepeatable === false ? false : undefined,
    unsure: unsure === true || instanceUsable === false ? true : undefined,
  });
  const now: ServiceInstanceState = defined({
    ...(await asTold(run, state)),
    state: "failed",
    description: description ?? why,
    usable: instanceUsable === false ? false : undefined,
    unfinished,
  });
  const next =
    updateRepeatable === false
      ? "The broker says that repeating this update is of no use (update_repeatable: false): change the inputs."
      : "Run the same command again: it tries once more.";
  return {
    id: resourceId,
    state: now,
    unfinished: [
      run.clean(
        `${run.host.name}: ${why}. ${instanceWords(now)} stays provisioned, and the state keeps what is known of it.` +
          `${usableWords(instanceUsable)} ${next}`,
      ),
    ],
  };
}

/** The state with what the broker tells of the instance, where it can be fetched. */
async function asTold(run: Run, state: ServiceInstanceState): Promise<ServiceInstanceState> {
  const { instanceId, serviceId, planId } = state;
  if (!(await run.isRetrievable(state))) return state;
  try {
    const details = await run.broker.client.getInstance(
      instanceId,
      { serviceId, planId },
      run.call(state.context),
    );
    return withDetails(state, details, (id) => run.planName(state, id));
  } catch (error) {
    if (error instanceof ProvisorError) return state;
    throw error;
  }
}

/** The PATCH brought no success. */
async function refused(
  run: Run,
  resourceId: string,
  state: ServiceInstanceState,
  wanted: Wanted,
  error: unknown,
): Promise<InstanceOutcome> {
  const what = instanceWords(state);
  if (error instanceof BusyError)
    throw run.stop(
      `the broker was still busy with another operation on ${what} when the time-out of the update ended: ` +
        `${asClause(error.message)}. Nothing was changed. Run the same command again.`,
    );
  if (!(error instanceof ProvisorError)) throw error;
  const { instanceUsable, updateRepeatable, description } =
    error instanceof BrokerError ? error : ({} as Partial<BrokerError>);
  const unsure = mayHaveActed(error);
  if (unsure || instanceUsable === false || updateRepeatable === false)
    return failed(
      run,
      resourceId,
      { ...state, unfinished: { kind: "update", wanted } },
      `the update failed: ${asClause(error.message)}`,
      { description, instanceUsable, updateRepeatable, unsure },
    );
  const { message } = run.stop(
    `${asClause(error.message)}. Nothing was changed: ${what} stays as it was. ${adviceFor(error)}`,
  );
  if (error instanceof BrokerError) throw new UpdateRefused(message, error.message);
  throw new StopError(message);
}

function adviceFor(error: ProvisorError): string {
  switch (error instanceof BrokerError ? error.code : undefined) {
    case "AsyncRequired":
      return "Leave acceptsIncomplete out, or set it to true: this plan can be updated asynchronously only.";
    case "MaintenanceInfoConflict":
      return 'The catalog has changed since it was read: run the same command again, with maintenanceInfo: "latest" or the new version.';
    case "NotFound":
    case "Gone":
      return "If the broker has lost it, `pulumi refresh` takes it out of the state.";
    default:
      return "Change the inputs, or run the same command again.";
  }
}
