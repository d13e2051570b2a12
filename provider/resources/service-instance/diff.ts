import { isDeepStrictEqual } from "node:util";
import { outOfReach } from "../broker/same-broker";
import { brokerRunStateOf } from "../broker/run-state";
import { hasAnotherIntent } from "../broker/own-intent";
import { type Change, type Host, StopError } from "../../host/contract";
import { hasUnknown } from "../../schema/unknown";
import { changeProblems, changesOf } from "./changes";
import type { ServiceInstanceDecision } from "./decision";
import type { ServiceInstanceInputs, ServiceInstanceState } from "./schema";
import { isUnanswered } from "./update-recovery";
import { newPlace, policyFields } from "./state";

/** Policies whose change is taken over in place; `adopt` matters at create only. */
const policies = policyFields.filter((field) => field !== "adopt");

/** What an update or a replacement is due for. Defaults, and another name for the same, are no change. */
export function diffServiceInstance(
  host: Host,
  state: ServiceInstanceState,
  inputs: ServiceInstanceInputs,
): Change {
  const brokerRunState = brokerRunStateOf(host.session);
  brokerRunState.hold(state.instanceId);
  const changes = changesOf(state, inputs, host.isUnknown);
  const [problem] = changeProblems(state, inputs, changes);
  // In a refresh it is the broker that has changed it, and nobody asks for anything: a check or an update will say so.
  if (problem && brokerRunState.wasRead(state.instanceId)) return { changes: true, replaces: [] };
  // Check says so where the engine shows it the saved state; else this is the first to see it.
  if (problem) throw new StopError(`${host.name}: ${problem.path} ${problem.message}.`);
  if (changes.replaces.length > 0) {
    const why = outOfReach(host, state);
    if (why !== undefined) throw new StopError(`${host.name}: ${why}.`);
    const decision: ServiceInstanceDecision = { follows: state.instanceId };
    return { changes: true, replaces: changes.replaces, decision };
  }
  const isUnknown = ([inputs.service, inputs.plan, inputs.parameters, inputs.context] as unknown[]).some(
    (value) => hasUnknown(value, host.isUnknown),
  );
  const isDue =
    isUnknown ||
    changes.updates.length > 0 ||
    state.unfinished !== undefined ||
    brokerRunState.takeDrift(state.instanceId) ||
    isUnanswered(state, inputs) ||
    hasAnotherIntent(host, state, inputs) ||
    Object.keys(newPlace(state, inputs)).length > 0 ||
    policies.some((field) => !isDeepStrictEqual(state[field], inputs[field]));
  return { changes: isDue, replaces: [] };
}
