import type { ProvisionRequest, ProvisionResult } from "../../../sdk/broker";
import type { Outcome } from "../../host/contract";
import { hideResponse } from "./response";
import type { Run } from "./operation";
import { STATE_VERSION, type ServiceInstanceInputs, type ServiceInstanceState } from "./schema";
import { type Place, placeOf, policiesOf } from "./state";
import { defined } from "../../host/saved-state";
import { instanceWords } from "./messages";

/** One instance that is to come into being. */
export interface Attempt {
  run: Run;
  inputs: ServiceInstanceInputs;
  instanceId: string;
  /** Id of the resource, which an engine keeps for its life. */
  resourceId: string;
  /** The id that this one comes after, where there was one: that of what is replaced, or of a create that failed. */
  follows?: string | undefined;
  /** True where the present instance stays until this one is done. */
  isReplacement: boolean;
  /** Where an earlier run said that it is, which holds unless the program says otherwise. */
  place?: Place | undefined;
  /** What an earlier answer to the PUT of this id held beyond what is specified. */
  response?: Record<string, unknown> | undefined;
  /** True for an id that the program gave: what has it may be someone else's. */
  isGiven: boolean;
  /**
   * True where what has the id is surely this attempt's: no run before can have used it, the state has it, or the broker
   * has said that a request of this run made it. Nothing else is ever deleted.
   */
  isOwn: boolean;
  /** True for an id that the broker did not know just before: where it refuses that, it is about something else. */
  isUnused?: boolean;
  /** True where nothing shows that an earlier run of this resource has used the id: what has it is left alone. */
  isUnproven?: boolean;
  /** True for such an id that nothing seemed to have just before: what has it all the same is somebody else's. */
  isUnclaimed?: boolean;
  /** True once the broker has accepted a request for this id, and then knew nothing of it. */
  isAccepted?: boolean;
}

export type InstanceOutcome = Outcome<ServiceInstanceState>;

/** The state of an attempt before anything is known of it. */
export function attemptState({
  run,
  inputs,
  instanceId,
  isGiven,
  place,
  response,
}: Attempt): ServiceInstanceState {
  const { service, plan, parameters, serviceId = "", planId = "", maintenanceVersion } = inputs;
  return defined<ServiceInstanceState>({
    ...policiesOf(inputs),
    ...(run.broker.client.sendsPlatform ? placeOf(inputs, place) : {}),
    service,
    plan,
    parameters,
    instanceId,
    serviceId,
    planId,
    maintenance: inputs.maintenanceInfo,
    maintenanceInfo:
      maintenanceVersion === undefined
        ? undefined
        : run.maintenanceInfo({ serviceId, planId }, maintenanceVersion),
    broker: run.broker.client.baseUrl,
    given: isGiven || undefined,
    turn: inputs.intent?.turn,
    intentKey: inputs.intent?.key,
    response,
    state: "in progress",
    version: STATE_VERSION,
  });
}

/** The state with what the answer to the PUT tells of the instance. */
export function answered(
  { run }: Attempt,
  state: ServiceInstanceState,
  result: ProvisionResult,
): ServiceInstanceState {
  const { dashboardUrl, metadata, response = state.response } = result;
  const told = defined<ServiceInstanceState>({ ...state, dashboardUrl, metadata, response });
  hideResponse(run.host, told);
  return told;
}

/** The body of the PUT. */
export function requestOf(state: ServiceInstanceState): ProvisionRequest {
  const { serviceId, planId, organizationGuid, spaceGuid, context, parameters, maintenanceInfo } = state;
  return defined<ProvisionRequest>({
    serviceId,
    planId,
    organizationGuid,
    spaceGuid,
    context,
    parameters,
    maintenanceInfo: maintenanceInfo && { version: maintenanceInfo.version },
  });
}

/** The instance is there. */
export function succeeded({ run, resourceId }: Attempt, state: ServiceInstanceState): InstanceOutcome {
  const { unfinished: _unfinished, mitigated: _mitigated, ...rest } = state;
  run.marks.created(state.instanceId);
  run.marks.hold(state.instanceId);
  return { id: resourceId, state: { ...rest, state: "succeeded" } };
}

/**
 * Our own time ended the wait, not the broker: what is known is kept, and the next run goes on from it.
 * @throws StopError where what has the id may be another's: then nothing is saved.
 */
export function goesOn(
  { run, resourceId, isAccepted, isOwn }: Attempt,
  state: ServiceInstanceState,
  why: string,
): InstanceOutcome {
  run.marks.created(state.instanceId);
  run.marks.hold(state.instanceId);
  const { since, lost: isLost = isAccepted } = state.unfinished ?? {};
  const what = instanceWords(state);
  const operation = state.operation === undefined ? "" : `, operation ${state.operation}`;
  const standing =
    since === undefined
      ? `It is not known whether ${what} exists`
      : `The broker goes on with ${what}${operation}`;
  // What is saved is this resource's to delete.
  if (!isOwn)
    throw run.stop(
      `${why}. ${standing}. Run the same command again: it repeats the request for the same id.`,
    );
  return {
    id: resourceId,
    state: {
      ...state,
      state: "in progress",
      unfinished: defined({ kind: "create" as const, since, lost: isLost ? true : undefined }),
    },
    unfinished: [
      run.clean(
        `${run.host.name}: ${why}. ${standing}. Run the same command again: it goes on from here and provisions nothing a ` +
          "second time.",
      ),
    ],
  };
}
