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
import { asClause } from "../../host/errors";
import type { Host } from "../../host/contract";
import { adopt } from "./adopt";
import type { Attempt, InstanceOutcome } from "./create-outcome";
import { awaitCreate } from "./create-wait";
import { changeProblems, changesOf, givenId } from "./changes";
import { hasKilledUpdate, withKilledUpdate } from "./update-recovery";
import { cleaned, failedAgain } from "./orphan";
import { applyUpdate, awaitUpdate } from "./update-operation";
import { provision } from "./create";
import { Run } from "./operation";
import type { ServiceInstanceInputs, ServiceInstanceState, Wanted } from "./schema";
import { isStanding, newPlace, policiesOf } from "./state";
import { defined } from "../../host/saved-state";
import { instanceWords, usableWords } from "./messages";

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
  const run = new Run(host, inputs, saved.unfinished?.kind ?? "update");
  run.marks.hold(saved.instanceId);
  const attempt: Attempt = {
    run,
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
  const { keepsInstances } = run.broker.client;
  if (!isStanding(saved) || saved.state === "in progress")
    assertSameBroker(host, run.broker, saved, `${instanceWords(saved)} is not done`);
  if (!isStanding(saved)) return provisionAnew(attempt, saved);
  let state: ServiceInstanceState = saved;
  if (saved.state === "in progress" && keepsInstances) {
    const outcome = await goOn(attempt, saved);
    if (outcome.unfinished) return outcome;
    state = outcome.state;
  }
  if (keepsInstances && hasKilledUpdate(run.marks, saved, inputs)) {
    assertSameBroker(
      host,
      run.broker,
      state,
      `what became of an update of ${instanceWords(state)} is not known`,
    );
    state = await withKilledUpdate(run, state, inputs);
  }
  assertChangeable(run, state, inputs);
  state = defined({
    ...state,
    ...newPlace(state, inputs),
    ...policiesOf(inputs),
    maintenance: inputs.maintenanceInfo,
    turn: inputs.intent?.turn,
    intentKey: inputs.intent?.key ?? state.intentKey,
  });
  const wanted = wantedOf(state, inputs);
  assertRepeatable(run, state, wanted);
  if (Object.keys(wanted).length === 0) return { id, state: settled(state, inputs) };
  assertSameBroker(host, run.broker, state, `an update of ${instanceWords(state)} is due`);
  return applyUpdate(run, id, state, wanted);
}

/** Nothing is left to send: names are taken over as the program writes them now. */
function settled(state: ServiceInstanceState, inputs: ServiceInstanceInputs): ServiceInstanceState {
  const { unfinished: _unfinished, usable: _usable, ...rest } = state;
  // What the broker said of an update that failed is no news of one that is wanted no more.
  if (state.state === "failed") Object.assign(rest, { operation: undefined, description: undefined });
  return defined({ ...rest, state: "succeeded", service: inputs.service, plan: inputs.plan });
}

/** What only a replacement can change is refused by check; here where a refresh of this very run has shown it. */
function assertChangeable(run: Run, state: ServiceInstanceState, inputs: ServiceInstanceInputs): void {
  const [problem] = changeProblems(
    state,
    inputs,
    changesOf(state, inputs, () => false),
  );
  if (problem) throw run.stop(`${problem.path} ${problem.message}.`);
}

/** Only what changed, or what an earlier update may have changed without anyone knowing. */
function wantedOf(state: ServiceInstanceState, inputs: ServiceInstanceInputs): Wanted {
  const { updates } = changesOf(state, inputs, () => false);
  const unsure = state.unfinished?.unsure === true ? (state.unfinished.wanted ?? {}) : {};
  const wants = (name: (typeof updates)[number], earlier: unknown): boolean =>
    updates.includes(name) || earlier !== undefined;
  const isPlanWanted = wants("plan", unsure.planId);
  return defined<Wanted>({
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
function assertRepeatable(run: Run, state: ServiceInstanceState, wanted: Wanted): void {
  const { unfinished } = state;
  if (unfinished?.repeatable !== false || !isDeepStrictEqual(unfinished.wanted, wanted)) return;
  throw run.stop(
    `the update is not sent again: the broker said that repeating it is of no use (update_repeatable: false)` +
      `${state.description === undefined ? "" : `: ${asClause(state.description)}`}. ${instanceWords(state)} stays ` +
      `as it is.${usableWords(state.usable)} Change the inputs.`,
  );
}

/** Waits for what an earlier run began. */
async function goOn(attempt: Attempt, state: ServiceInstanceState): Promise<InstanceOutcome> {
  const { run, resourceId } = attempt;
  if (state.unfinished?.kind !== "create") return awaitUpdate(run, resourceId, state);
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
async function provisionAnew(attempt: Attempt, state: ServiceInstanceState): Promise<InstanceOutcome> {
  const { run, inputs, resourceId } = attempt;
  const isAdopted = inputs.adopt !== undefined;
  const { keepsInstances } = run.broker.client;
  if (keepsInstances && state.mitigated !== true && !(isAdopted && givenId(inputs) === state.instanceId)) {
    const left = (await isUnknownThere(run, state)) ? undefined : await cleaned(run, state, [state]);
    if (left !== undefined) {
      const why = `an earlier create failed: ${asClause(state.description ?? "the broker did not say why")}`;
      return failedAgain({ run, resourceId }, state, why, left);
    }
  }
  const key = inputs.intent?.key ?? state.instanceId;
  const instanceId = givenId(inputs) ?? followingId(key, state.instanceId);
  // A run that was killed may have used it, of which the state knows nothing.
  const next = { ...attempt, instanceId, isOwn: false, follows: state.instanceId, response: undefined };
  return isAdopted ? adopt(next) : provision(next);
}

/** Whether the broker knows nothing of it, where nothing is deleted without the user: then it was cleaned up. */
async function isUnknownThere(run: Run, state: ServiceInstanceState): Promise<boolean> {
  if (run.broker.client.orphanMitigation !== "report") return false;
  const { instanceId, serviceId, planId } = state;
  const { originatingIdentity } = run.call(state.context);
  // Without the operation that failed: whoever cleaned up did so by a later one.
  const query = { serviceId, planId };
  const about = { instanceId, query, deadline: run.deadline, originatingIdentity };
  const look = (): Promise<Phase> => phaseOf(run.work, about);
  const told = await look();
  if (told !== "unknown") return told === "gone";
  try {
    return isAbsence(await confirmAbsence(run.work, serviceId, run.deadline, look));
  } catch (error) {
    if (error instanceof DoubtfulAbsence) return false;
    throw error;
  }
}
