import { isDeepStrictEqual } from "node:util";
import { assertSameBroker } from "../broker/same-broker";
import { followingId } from "../broker/ids";
import {
  DoubtfulAbsence,
  type Phase,
  isAbsence,
  confirmAbsence,
  phaseOf,
} from "../../../sdk/broker/operations";
import { withoutFullStop } from "../../host/errors";
import type { Host } from "../../host/contract";
import { adopt } from "./adopt";
import type { CreateContext, InstanceOutcome } from "./create-outcome";
import { awaitCreate } from "./create-wait";
import { changeProblems, changesOf, givenId } from "./changes";
import { hasKilledUpdate, withKilledUpdate } from "./update-recovery";
import { cleaned, failedAgain } from "./orphan";
import { applyUpdate, awaitUpdate } from "./update-operation";
import { provision } from "./create";
import { InstanceOperation } from "./operation";
import type { ServiceInstanceInputs, ServiceInstanceState, Wanted } from "./schema";
import { exists, newPlace, policiesOf } from "./state";
import { omitUndefined } from "../../host/saved-state";
import { describeInstance, describeUsable } from "./messages";

/**
 * Goes on with what an earlier run left, then brings about what the program has changed since, and takes over policies.
 * Where nothing is to be sent, nothing is.
 */
export async function updateServiceInstance(
  host: Host,
  id: string,
  saved: ServiceInstanceState,
  inputs: ServiceInstanceInputs,
): Promise<InstanceOutcome> {
  const operation = new InstanceOperation(host, inputs, saved.unfinished?.kind ?? "update");
  operation.brokerRunState.hold(saved.instanceId);
  const attempt: CreateContext = {
    operation,
    // The ids that an earlier run used follow from the key that it knew.
    inputs:
      saved.intentKey === undefined
        ? inputs
        : { ...inputs, intent: { ...inputs.intent, key: saved.intentKey } },
    instanceId: saved.instanceId,
    resourceId: id,
    isReplacement: false,
    place: saved,
    response: saved.response,
    isGiven: givenId(inputs) !== undefined,
    isOwn: true,
  };
  const { keepsInstances } = operation.broker.client;
  if (!exists(saved) || saved.state === "in progress")
    assertSameBroker(host, operation.broker, saved, `${describeInstance(saved)} is not done`);
  if (!exists(saved)) return provisionAnew(attempt, saved);
  let state: ServiceInstanceState = saved;
  if (saved.state === "in progress" && keepsInstances) {
    const outcome = await resume(attempt, saved);
    if (outcome.unfinished) return outcome;
    state = outcome.state;
  }
  if (keepsInstances && hasKilledUpdate(operation.brokerRunState, saved, inputs)) {
    assertSameBroker(
      host,
      operation.broker,
      state,
      `what became of an update of ${describeInstance(state)} is not known`,
    );
    state = await withKilledUpdate(operation, state, inputs);
  }
  assertChangeable(operation, state, inputs);
  state = omitUndefined({
    ...state,
    ...newPlace(state, inputs),
    ...policiesOf(inputs),
    maintenance: inputs.maintenanceInfo,
    turn: inputs.intent?.turn,
    intentKey: inputs.intent?.key ?? state.intentKey,
  });
  const wanted = wantedOf(state, inputs);
  assertRepeatable(operation, state, wanted);
  if (Object.keys(wanted).length === 0) return { id, state: settled(state, inputs) };
  assertSameBroker(host, operation.broker, state, `an update of ${describeInstance(state)} is due`);
  return applyUpdate(operation, id, state, wanted);
}

/** Nothing is left to send: names are taken over as the program writes them now. */
function settled(state: ServiceInstanceState, inputs: ServiceInstanceInputs): ServiceInstanceState {
  const { unfinished: _unfinished, usable: _usable, ...rest } = state;
  // What the broker said of an update that failed is no news of one that is wanted no more.
  if (state.state === "failed") Object.assign(rest, { operation: undefined, description: undefined });
  return omitUndefined({ ...rest, state: "succeeded", service: inputs.service, plan: inputs.plan });
}

/** What only a replacement can change is refused by check; here where a refresh of this very run has shown it. */
function assertChangeable(
  operation: InstanceOperation,
  state: ServiceInstanceState,
  inputs: ServiceInstanceInputs,
): void {
  const [problem] = changeProblems(
    state,
    inputs,
    changesOf(state, inputs, () => false),
  );
  if (problem) throw operation.stop(`${problem.path} ${problem.message}.`);
}

/** Only what changed, or what an earlier update may have changed without anyone knowing. */
function wantedOf(state: ServiceInstanceState, inputs: ServiceInstanceInputs): Wanted {
  const { updates } = changesOf(state, inputs, () => false);
  const unsure = state.unfinished?.unsure === true ? (state.unfinished.wanted ?? {}) : {};
  const wants = (name: (typeof updates)[number], earlier: unknown): boolean =>
    updates.includes(name) || earlier !== undefined;
  const isPlanWanted = wants("plan", unsure.planId);
  return omitUndefined<Wanted>({
    ...(isPlanWanted ? { planId: inputs.planId, plan: inputs.plan } : {}),
    ...(wants("parameters", unsure.parameters) ? { parameters: inputs.parameters ?? {} } : {}),
    ...(wants("context", unsure.context) ? { context: inputs.context ?? state.context } : {}),
    // Each plan has a version of its own, also where it is called as that of the plan before.
    ...(isPlanWanted || wants("maintenanceInfo", unsure.maintenanceVersion)
      ? { maintenanceVersion: inputs.maintenanceVersion }
      : {}),
  });
}

/** An update of which the broker said that it will fail again is not sent again. */
function assertRepeatable(operation: InstanceOperation, state: ServiceInstanceState, wanted: Wanted): void {
  const { unfinished } = state;
  if (unfinished?.repeatable !== false || !isDeepStrictEqual(unfinished.wanted, wanted)) return;
  throw operation.stop(
    `the update is not sent again: the broker said that repeating it is of no use (update_repeatable: false)` +
      `${state.description === undefined ? "" : `: ${withoutFullStop(state.description)}`}. ${describeInstance(state)} stays ` +
      `as it is.${describeUsable(state.usable)} Change the inputs.`,
  );
}

/** Waits for what an earlier run began. */
async function resume(attempt: CreateContext, state: ServiceInstanceState): Promise<InstanceOutcome> {
  const { operation, resourceId } = attempt;
  if (state.unfinished?.kind !== "create") return awaitUpdate(operation, resourceId, state);
  // Without an answer to the PUT nobody knows of an operation, and the PUT itself asks best.
  const { since, lost } = state.unfinished;
  if (since === undefined) return provision({ ...attempt, isAccepted: lost === true });
  const outcome = await awaitCreate(attempt, state);
  return outcome === "lost" ? provision({ ...attempt, isAccepted: true }) : outcome;
}

/**
 * A create failed: what is left of it is cleaned up first, unless the program takes over just that, then the next id gets
 * its instance.
 */
async function provisionAnew(attempt: CreateContext, state: ServiceInstanceState): Promise<InstanceOutcome> {
  const { operation, inputs, resourceId } = attempt;
  const isAdopted = inputs.adopt !== undefined;
  const { keepsInstances } = operation.broker.client;
  if (keepsInstances && state.mitigated !== true && !(isAdopted && givenId(inputs) === state.instanceId)) {
    const left = (await isUnknownThere(operation, state))
      ? undefined
      : await cleaned(operation, state, [state]);
    if (left !== undefined) {
      const why = `an earlier create failed: ${withoutFullStop(state.description ?? "the broker did not say why")}`;
      return failedAgain({ operation, resourceId }, state, why, left);
    }
  }
  const key = inputs.intent?.key ?? state.instanceId;
  const instanceId = givenId(inputs) ?? followingId(key, state.instanceId);
  // A run that was killed may have used it, of which the state knows nothing.
  const next = { ...attempt, instanceId, isOwn: false, follows: state.instanceId, response: undefined };
  return isAdopted ? adopt(next) : provision(next);
}

/** Whether the broker knows nothing of it, where nothing is deleted without the user: then it was cleaned up. */
async function isUnknownThere(operation: InstanceOperation, state: ServiceInstanceState): Promise<boolean> {
  if (operation.broker.client.orphanMitigation !== "report") return false;
  const { instanceId, serviceId, planId } = state;
  const { originatingIdentity } = operation.call(state.context);
  // Without the operation that failed: whoever cleaned up did so by a later one.
  const query = { serviceId, planId };
  const about = { instanceId, query, deadline: operation.deadline, originatingIdentity };
  const look = (): Promise<Phase> => phaseOf(operation.work, about);
  const told = await look();
  if (told !== "unknown") return told === "gone";
  try {
    return isAbsence(await confirmAbsence(operation.work, serviceId, operation.deadline, look));
  } catch (error) {
    if (error instanceof DoubtfulAbsence) return false;
    throw error;
  }
}
