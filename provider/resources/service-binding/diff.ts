import { outOfReach } from "../broker/same-broker";
import { brokerRunStateOf } from "../broker/run-state";
import { hasAnotherIntent } from "../broker/own-intent";
import { type Change, type Host, StopError } from "../../host/contract";
import { hasUnknown } from "../../schema/unknown";
import { namesAnother } from "./state";
import {
  changedInputs,
  changesInPlace,
  dueRotation,
  duePredecessors,
  hasFailed,
  isUnfinished,
} from "./changes";
import { bindingDecision, decided } from "./decision";
import type { ServiceBindingInputs, ServiceBindingState } from "./schema";

/**
 * What an up would do: a successor where something that is bound changes or a rotation is due, an update for all else.
 * What it decides is for the create that follows, and for the deletes of what is replaced.
 */
export function diffServiceBinding(
  host: Host,
  state: ServiceBindingState,
  inputs: ServiceBindingInputs,
): Change {
  const { session, isUnknown } = host;
  const noted = { ...bindingDecision(host), present: state, successor: undefined };
  const isInstanceUnknown = isUnknown(inputs.instance) || isUnknown(inputs.instance.instanceId);
  // Outside of a preview the engine asks so for one reason: the instance is deleted before its successor is made.
  if (isInstanceUnknown && !host.preview)
    return { changes: true, replaces: ["instance"], decision: decided(noted) };
  const { instance, bindResource, parameters, context, rotationTrigger } = inputs;
  const isOpen = hasUnknown({ instance, bindResource, parameters, context, rotationTrigger }, isUnknown);
  const changed = changedInputs(state, inputs, isUnknown);
  const rotation = hasUnknown(rotationTrigger, isUnknown)
    ? []
    : dueRotation(inputs, state, session.clock.now());
  const replaces = hasFailed(state) ? [] : [...new Set([...changed, ...rotation.map(({ input }) => input)])];
  const brokerRunState = brokerRunStateOf(session);
  if (replaces.length > 0) {
    const why = outOfReach(host, { ...state, deletionPolicy: inputs.deletionPolicy });
    if (why !== undefined) throw new StopError(`${host.name}: ${why}.`);
    const isRotation = changed.length === 0;
    const reasons = rotation.map(({ words }) => words);
    const successor = { predecessor: state, isRotation, reasons, adopts: namesAnother(state, inputs) };
    return { changes: true, replaces, decision: decided({ ...noted, successor }) };
  }
  brokerRunState.hold(state.bindingId, ...(state.predecessors ?? []).map(({ bindingId }) => bindingId));
  return {
    changes:
      isOpen ||
      changed.length > 0 ||
      isUnfinished(state) ||
      hasAnotherIntent(host, state, inputs) ||
      changesInPlace(state, inputs).length > 0 ||
      duePredecessors(state, inputs, session.clock.now()).length > 0 ||
      brokerRunState.takeDrift(state.bindingId),
    replaces: [],
    decision: decided(noted),
  };
}
