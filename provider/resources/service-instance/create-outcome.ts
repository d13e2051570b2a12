import type { ProvisionRequest, ProvisionResult } from "../../../sdk/broker";
import type { Outcome } from "../../host/contract";
import { hideResponse } from "./response";
import type { InstanceOperation } from "./operation";
import { STATE_VERSION, type ServiceInstanceInputs, type ServiceInstanceState } from "./schema";
import { type Place, placeOf, policiesOf } from "./state";
import { omitUndefined } from "../../host/saved-state";
import { describeInstance } from "./messages";

/** One instance that is to come into being. */
export interface CreateContext {
  operation: InstanceOperation;
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
  operation,
  inputs,
  instanceId,
  isGiven,
  place,
  response,
}: CreateContext): ServiceInstanceState {
  const { service, plan, parameters, serviceId = "", planId = "", maintenanceVersion } = inputs;
  return omitUndefined<ServiceInstanceState>({
    ...policiesOf(inputs),
    ...(operation.broker.client.sendsPlatform ? placeOf(inputs, place) : {}),
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
        : operation.maintenanceInfo({ serviceId, planId }, maintenanceVersion),
    broker: operation.broker.client.baseUrl,
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
  { operation }: CreateContext,
  state: ServiceInstanceState,
  result: ProvisionResult,
): ServiceInstanceState {
  const { dashboardUrl, metadata, response = state.response } = result;
  const told = omitUndefined<ServiceInstanceState>({ ...state, dashboardUrl, metadata, response });
  hideResponse(operation.host, told);
  return told;
}

/** The body of the PUT. */
export function requestOf(state: ServiceInstanceState): ProvisionRequest {
  const { serviceId, planId, organizationGuid, spaceGuid, context, parameters, maintenanceInfo } = state;
  return omitUndefined<ProvisionRequest>({
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
export function succeeded(
  { operation, resourceId }: CreateContext,
  state: ServiceInstanceState,
): InstanceOutcome {
  const { unfinished: _unfinished, mitigated: _mitigated, ...rest } = state;
  operation.brokerRunState.created(state.instanceId);
  operation.brokerRunState.hold(state.instanceId);
  return { id: resourceId, state: { ...rest, state: "succeeded" } };
}

/**
 * Our own time ended the wait, not the broker: what is known is kept, and the next run goes on from it.
 * @throws StopError where what has the id may be another's: then nothing is saved.
 */
export function pending(
  { operation, resourceId, isAccepted, isOwn }: CreateContext,
  state: ServiceInstanceState,
  why: string,
): InstanceOutcome {
  operation.brokerRunState.created(state.instanceId);
  operation.brokerRunState.hold(state.instanceId);
  const { since, lost: isLost = isAccepted } = state.unfinished ?? {};
  const what = describeInstance(state);
  const named = state.operation === undefined ? "" : `, operation ${state.operation}`;
  const known =
    since === undefined
      ? `It is not known whether ${what} exists`
      : `The broker goes on with ${what}${named}`;
  // What is saved is this resource's to delete.
  if (!isOwn)
    throw operation.stop(
      `${why}. ${known}. Run the same command again: it repeats the request for the same id.`,
    );
  return {
    id: resourceId,
    state: {
      ...state,
      state: "in progress",
      unfinished: omitUndefined({ kind: "create" as const, since, lost: isLost ? true : undefined }),
    },
    unfinished: [
      operation.clean(
        `${operation.host.name}: ${why}. ${known}. Run the same command again: it goes on from here and provisions nothing a ` +
          "second time.",
      ),
    ],
  };
}
