import { isDeepStrictEqual } from "node:util";
import {
  type Binding,
  type PlanRef,
  AuthenticationError,
  ProvisorError,
  SettingsError,
} from "../../../sdk/broker";
import { type Broker, CATALOG_MAX_AGE_MS, openBroker, workOf } from "../broker/account";
import { addressAfterLook } from "../broker/same-broker";
import { findPlan } from "../broker/catalog";
import { confirmAbsence } from "../../../sdk/broker/operations";
import { say } from "../../words";
import { brokerRunStateOf } from "../broker/run-state";
import { asSentence } from "../../host/errors";
import { type Host, StopError } from "../../host/contract";
import { describeAnothers, isSameBroker, mayBeAnothers, describeOtherBroker } from "./same-broker";
import { hideCredentials } from "./credentials";
import { type BindingRef, isUnknownThere } from "./fetch";
import type { ServiceBindingState } from "./schema";
import { givenBy, knownOf } from "./state";
import { omitUndefined } from "../../host/saved-state";
import { replacementsOf } from "./replacements";

/**
 * The state with what the broker gives now, where bindings can be fetched; undefined when the broker does not know it any
 * more. What is not done is left for the next update.
 * @throws StopError where the broker cannot be asked; the state stays as it was.
 */
export async function readServiceBinding(
  host: Host,
  state: ServiceBindingState,
): Promise<ServiceBindingState | undefined> {
  if (state.unfinished) return state;
  let broker: Broker | undefined;
  try {
    broker = openBroker(host.session, host.settings, state.profile);
    if (mayBeAnothers(broker, state)) {
      host.log.warn(
        `${host.name}: could not be looked at, and its state is as it was. ${asSentence(describeAnothers(broker, state, "binding"))}`,
      );
      return state;
    }
    const catalog = await broker.catalog.get(CATALOG_MAX_AGE_MS);
    const found = findPlan(catalog, state.serviceId, state.planId);
    const offering = "problem" in found ? undefined : found.offering;
    const plan = { serviceId: state.serviceId, planId: state.planId };
    const { instanceId } = state.instance;
    if (!offering?.bindingsRetrievable) return atItsAddress(host, broker, state, plan);
    const binding = await look(host, broker, { instanceId, bindingId: state.bindingId, plan });
    return withGiven(host, { ...state, broker: broker.client.baseUrl }, binding);
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    const isForeign = broker !== undefined && !isSameBroker(broker, state);
    if (isUnknownThere(error) && !isForeign) return gone(host, state);
    if (broker && isForeign && isUnknownThere(error))
      throw new StopError(
        `${host.name}: could not be refreshed, and its state is as it was. ${asSentence(describeOtherBroker(broker, state))}`,
      );
    const configured = error instanceof SettingsError || error instanceof AuthenticationError;
    throw new StopError(
      `${host.name}: service binding ${state.bindingId} could not be refreshed, and its state is as it was. ${asSentence(error.message)}` +
        (configured ? say.refreshSettings : " Run the same command again."),
    );
  }
}

/** All that can be learned of what cannot be fetched: whether its broker, which has its instance, has moved. */
async function atItsAddress(
  host: Host,
  broker: Broker,
  state: ServiceBindingState,
  plan: PlanRef,
): Promise<ServiceBindingState> {
  const address = await addressAfterLook(broker, state, state.instance.instanceId, (instanceId) =>
    broker.client.getLastOperation(instanceId, plan),
  );
  if (address !== broker.client.baseUrl)
    host.log.warn(
      `${host.name}: could not be looked at, and its state is as it was. ${asSentence(describeOtherBroker(broker, state))}`,
    );
  return { ...state, broker: address };
}

/** One answer that the broker does not know it may be wrong: what is judged gone by it is bound anew. */
async function look(
  host: Host,
  broker: Broker,
  { instanceId, bindingId, plan }: BindingRef,
): Promise<Binding> {
  const fetch = (): Promise<Binding> =>
    broker.client.getBinding(instanceId, bindingId, plan, { signal: host.signal });
  try {
    return await fetch();
  } catch (error) {
    if (!isUnknownThere(error)) throw error;
    return confirmAbsence(workOf(host, broker), plan.serviceId, undefined, fetch);
  }
}

/** Without predecessors it leaves the state; else they would be forgotten, and it is to be bound anew in place. */
function gone(host: Host, state: ServiceBindingState): ServiceBindingState | undefined {
  const what = `service binding ${state.bindingId} of instance ${state.instance.instanceId}`;
  const then = `the next ${say.apply} binds anew`;
  replacementsOf(host.session).end(state.bindingId);
  if (state.predecessors === undefined) {
    host.log.warn(`${host.name}: the broker does not know ${what} any more. It leaves the state; ${then}.`);
    return undefined;
  }
  host.log.warn(`${host.name}: the broker does not know ${what} any more; ${then}.`);
  brokerRunStateOf(host.session).drifted(state.bindingId);
  const description = "the broker does not know it any more";
  return { ...state, state: "failed", description, mitigated: true, unfinished: { kind: "bind" } };
}

/** The fields that a broker may change, with their new values; a note of which ones, and no value. */
function withGiven(host: Host, state: ServiceBindingState, binding: Binding): ServiceBindingState {
  const given = givenBy(binding, knownOf(state));
  hideCredentials(host.session, { ...state, ...given });
  const changed = Object.entries(given)
    .filter(([name, value]) => !isDeepStrictEqual(value, state[name as keyof ServiceBindingState]))
    .map(([name]) => name);
  if (changed.length === 0) return state;
  host.log.info(`${host.name} has changed at the broker: ${changed.map(say.path).join(", ")}.`);
  brokerRunStateOf(host.session).drifted(state.bindingId);
  return omitUndefined({ ...state, ...given });
}
