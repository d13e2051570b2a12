import { isDeepStrictEqual } from "node:util";
import {
  AuthenticationError,
  BrokerError,
  ProvisorError,
  type ServiceInstanceDetails,
  type ServiceOffering,
  SettingsError,
} from "../../../sdk/broker";
import { confirmAbsence } from "../../../sdk/broker/operations";
import { CATALOG_MAX_AGE_MS } from "../broker/account";
import { addressAfterLook, isSameBroker, mayBeAnothers } from "../broker/same-broker";
import { say } from "../../words";
import { asSentence } from "../../host/errors";
import { type Host, StopError } from "../../host/contract";
import { describeMoved, serviceAdvice } from "./catalog-entry";
import { differencesOf, withDetails, policyFields } from "./state";
import { fetchInstance } from "./fetch";
import { InstanceOperation } from "./operation";
import type { ServiceInstanceState } from "./schema";
import { describeInstance } from "./messages";
import { omitUndefined } from "../../host/saved-state";

/** The state with what the broker tells now; where that cannot be had, an error, and the state stays as it was. */
export async function readServiceInstance(
  host: Host,
  state: ServiceInstanceState,
): Promise<ServiceInstanceState | undefined> {
  try {
    return await refreshed(host, new InstanceOperation(host, state, "update"), state);
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    const configured = error instanceof SettingsError || error instanceof AuthenticationError;
    throw new StopError(
      `${host.name}: ${describeInstance(state, host)} could not be refreshed, and its state is as it was. ${asSentence(error.message)}` +
        (configured ? say.refreshSettings : " Run the same command again."),
    );
  }
}

/** What a fetch saw. */
type Seen = { details: ServiceInstanceDetails } | "missing" | "busy";

async function refreshed(
  host: Host,
  operation: InstanceOperation,
  state: ServiceInstanceState,
): Promise<ServiceInstanceState | undefined> {
  operation.brokerRunState.hold(state.instanceId);
  operation.brokerRunState.read(state.instanceId);
  if (!operation.broker.client.keepsInstances) return state;
  if (mayBeAnothers(operation.broker, state)) {
    warnOfAnother(host, operation, state);
    return state;
  }
  // A fetch knows nothing of an instance that is being made: the next update goes on with it.
  if (state.unfinished?.kind === "create") return state;
  const { services } = await operation.broker.catalog.get(CATALOG_MAX_AGE_MS);
  const offering = services.find(({ id }) => id === state.serviceId);
  if (!offering) {
    const other = services.find(({ name }) => name === state.service);
    host.log.warn(
      `${host.name}: ` +
        (other
          ? `${describeMoved(state, other.id)} It could not be looked at, and its state is as it was. ${serviceAdvice}.`
          : `the broker's catalog no longer has service ${state.service}, so that ${describeInstance(state, host)} could not be looked ` +
            "at. Its state is as it was."),
    );
    return state;
  }
  if (!offering.instancesRetrievable) return atItsAddress(host, operation, state);
  const first = await look(operation, state);
  // One answer may be wrong; what is judged gone by it is provisioned anew.
  const seen =
    first === "missing"
      ? await confirmAbsence(operation.work, state.serviceId, operation.deadline, () =>
          look(operation, state),
        )
      : first;
  if (seen === "missing") return missing(host, operation, state);
  if (seen === "busy") {
    host.log.info(
      `${host.name}: is being changed at the broker, and could not be looked at. Its state is as it was.`,
    );
    return state;
  }
  return withDrift(host, operation, state, offering, seen.details);
}

async function look(operation: InstanceOperation, state: ServiceInstanceState): Promise<Seen> {
  try {
    return { details: await fetchInstance(operation, state) };
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error;
    if (error.code === "NotFound" || error.code === "Gone") return "missing";
    if (error.code === "ConcurrencyError") return "busy";
    throw error;
  }
}

/** All that can be learned of what cannot be fetched: whether its broker has moved to the address that is used now. */
async function atItsAddress(
  host: Host,
  operation: InstanceOperation,
  state: ServiceInstanceState,
): Promise<ServiceInstanceState> {
  const { serviceId, planId } = state;
  const broker = await addressAfterLook(operation.broker, state, state.instanceId, (instanceId) =>
    operation.broker.client.getLastOperation(
      instanceId,
      { serviceId, planId },
      operation.call(state.context),
    ),
  );
  if (broker !== operation.broker.client.baseUrl) warnOfAnother(host, operation, state);
  return { ...state, broker };
}

function warnOfAnother(host: Host, operation: InstanceOperation, state: ServiceInstanceState): void {
  host.log.warn(
    `${host.name}: the broker addressed now (${operation.broker.client.baseUrl}) is not the one that made ${describeInstance(state, host)} ` +
      `(${state.broker})${
        state.given === true
          ? `. Its id is the ${say.program}'s own: another instance may have it there`
          : " and does not know it"
      }. Its state is as it was.`,
  );
}

/** Two fetches did not find it. It is gone unless the broker still speaks of its last operation, or is another one. */
async function missing(
  host: Host,
  operation: InstanceOperation,
  state: ServiceInstanceState,
): Promise<ServiceInstanceState | undefined> {
  if (!isSameBroker(operation.broker, state)) {
    warnOfAnother(host, operation, state);
    return state;
  }
  const what = describeInstance(state, host);
  const last = await lastState(operation, state);
  if (last === "in progress" || last === "succeeded") {
    host.log.warn(
      `${host.name}: the broker does not find ${what}, but says that its last operation is "${last}". It is not taken for ` +
        "gone, and its state is as it was.",
    );
    return state;
  }
  host.log.warn(
    `${host.name}: the broker no longer has ${what}, and it is out of the state. The next ${say.apply} provisions it anew.`,
  );
  return undefined;
}

async function lastState(operation: InstanceOperation, state: ServiceInstanceState): Promise<string> {
  const { instanceId, serviceId, planId } = state;
  try {
    const query = { serviceId, planId, operation: state.operation };
    return (await operation.broker.client.getLastOperation(instanceId, query, operation.call(state.context)))
      .state;
  } catch (error) {
    if (error instanceof BrokerError && error.status >= 400 && error.status < 500 && error.status !== 403)
      return "unknown";
    throw error;
  }
}

/** The state with what came back otherwise than it was asked for, so that the next diff shows it and an update mends it. */
function withDrift(
  host: Host,
  operation: InstanceOperation,
  state: ServiceInstanceState,
  offering: ServiceOffering,
  details: ServiceInstanceDetails,
): ServiceInstanceState {
  if (details.serviceId !== undefined && details.serviceId !== state.serviceId)
    host.log.warn(
      `${host.name}: the broker says that ${describeInstance(state, host)} is one of service ${details.serviceId}, not of ` +
        `${state.serviceId}. Its state is as it was.`,
    );
  const { serviceId: _serviceId, ...told } = details;
  const now = withDetails(
    state,
    told,
    (planId) => offering.plans.find(({ id }) => id === planId)?.name ?? planId,
  );
  const paths = [...differencesOf(state, told), ...changedOf(state, now)];
  if (paths.length > 0) {
    host.log.info(`${host.name}: has changed at the broker: ${paths.map(say.path).join(", ")}.`);
    operation.brokerRunState.drifted(state.instanceId);
  }
  // Whoever tells of it is the broker that has it.
  return { ...now, broker: operation.broker.client.baseUrl };
}

/**
 * What no input is about. What is learned of for the first time is no change; nor are labels and attributes, which follow
 * from updates without that a broker tells in its answer to them.
 */
const changedOf = (before: ServiceInstanceState, after: ServiceInstanceState): string[] =>
  (["dashboardUrl", "maintenanceInfo"] as const).filter(
    (field) => before[field] !== undefined && !isDeepStrictEqual(before[field], after[field]),
  );

/** The inputs of an instance whose plan or parameters were changed at the broker; undefined where they were not. */
export function inputsRead(
  before: ServiceInstanceState,
  after: ServiceInstanceState,
): Record<string, unknown> | undefined {
  if (before.planId === after.planId && isDeepStrictEqual(before.parameters, after.parameters))
    return undefined;
  const { service, plan, parameters, context, organizationGuid, spaceGuid } = after;
  const { adopt, given, instanceId, intentKey, maintenance, planId, serviceId, timeouts, turn } = after;
  return omitUndefined({
    ...Object.fromEntries(policyFields.map((field) => [field, after[field]])),
    service,
    plan,
    parameters,
    context,
    organizationGuid,
    spaceGuid,
    maintenanceInfo: maintenance,
    instanceId: given === true && typeof adopt !== "string" ? instanceId : undefined,
    timeouts,
    serviceId,
    planId,
    intent: intentKey === undefined ? undefined : omitUndefined({ key: intentKey, turn }),
  });
}
