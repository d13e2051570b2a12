import { isDeepStrictEqual } from "node:util";
import { BrokerError, ProvisorError, type ServiceInstanceDetails } from "../../../sdk/broker";
import { nextTry, awaitOperation } from "../../../sdk/broker/operations";
import { findPlan } from "../broker/catalog";
import type { BrokerRunState } from "../broker/run-state";
import { differencesOf, withDetails } from "./state";
import { fetchInstance } from "./fetch";
import type { InstanceOperation } from "./operation";
import type { ServiceInstanceInputs, ServiceInstanceState, Wanted } from "./schema";
import { omitUndefined } from "../../host/saved-state";
import { describeInstance } from "./messages";

/**
 * Updates of runs that died before their result was saved. The intent was saved before each of them, so that it counts
 * more turns than the resource has answered.
 */

/** Whether an earlier run asked for something that nobody knows the outcome of; what this one asks for does not count. */
export function hasKilledUpdate(
  brokerRunState: BrokerRunState,
  { turn: answered }: Pick<ServiceInstanceState, "turn">,
  { intent }: Pick<ServiceInstanceInputs, "intent">,
): boolean {
  if (answered === undefined || intent?.turn === undefined) return false;
  return intent.turn - (brokerRunState.isAsking(intent.key) ? 1 : 0) > answered;
}

/** Whether the intent was moved on since it was last answered, by this run too: the answer is saved even where nothing is due. */
export const isUnanswered = (
  { turn: answered }: Pick<ServiceInstanceState, "turn">,
  { intent }: Pick<ServiceInstanceInputs, "intent">,
): boolean => answered !== undefined && intent?.turn !== undefined && intent.turn > answered;

/** The state with what such an update may have changed, as far as the broker does not tell how the instance is now. */
export async function withKilledUpdate(
  operation: InstanceOperation,
  state: ServiceInstanceState,
  inputs: ServiceInstanceInputs,
): Promise<ServiceInstanceState> {
  const isAtRest = await hasComeToRest(operation, state);
  const seen = (await operation.isRetrievable(state)) ? await fetchAtRest(operation, state) : undefined;
  const details = seen?.details;
  const now = details ? withDetails(state, details, (id) => operation.planName(state, id)) : state;
  const doubtful = doubtfulIn(operation, state, inputs);
  // As long as an update may be under way, a fetch may tell of before it.
  const isTold = isAtRest || seen?.wasBusy === true || (details && differencesOf(state, details).length > 0);
  if (isTold && details?.planId !== undefined) {
    delete doubtful.planId;
    delete doubtful.plan;
  }
  if (isTold && details?.parameters !== undefined) delete doubtful.parameters;
  if (Object.keys(doubtful).length === 0) return now;
  return { ...now, unfinished: { kind: "update", wanted: doubtful, unsure: true } };
}

/** What differs between all that was asked for. Of parameters only that is known. */
function doubtfulIn(
  operation: InstanceOperation,
  state: ServiceInstanceState,
  inputs: ServiceInstanceInputs,
): Wanted {
  const asked = inputs.intent?.asked ?? [];
  const differs = (part: "plan" | "parameters" | "rest"): boolean =>
    asked.some((want) => want[part] !== asked[0]?.[part]);
  const plans = differs("plan") ? asked.flatMap(({ plan = "" }) => planNamed(operation, state, plan)) : [];
  const other = plans.find(({ planId }) => planId !== state.planId);
  const isContextAsked = differs("rest") && inputs.fixed?.includes("context") !== true;
  return omitUndefined<Wanted>({
    ...other,
    parameters: differs("parameters") ? {} : undefined,
    context: isContextAsked ? state.context : undefined,
  });
}

function planNamed(
  { broker }: InstanceOperation,
  { serviceId }: ServiceInstanceState,
  plan: string,
): { planId: string; plan: string }[] {
  const found = broker.catalog.latest && findPlan(broker.catalog.latest, serviceId, plan);
  return found && "plan" in found ? [{ planId: found.plan.id, plan }] : [];
}

/**
 * Waits for an operation that is under way. False where the broker does not tell: some tell of none by another name than
 * they gave it, which died with the run.
 */
async function hasComeToRest(
  operation: InstanceOperation,
  { instanceId, serviceId, context }: ServiceInstanceState,
): Promise<boolean> {
  // The plan may be left out, and is another one by the time that the update has ended.
  const query = { serviceId };
  const call = operation.call(context);
  try {
    const last = await operation.broker.client.getLastOperation(instanceId, query, call);
    if (last.state !== "in progress") return true;
    const { originatingIdentity } = call;
    const about = {
      instanceId,
      query,
      originatingIdentity,
      since: operation.now,
      deadline: operation.deadline,
    };
    const { outcome } = await awaitOperation(operation.work, { ...about, purpose: "update", doing: DOING });
    return outcome === "succeeded" || outcome === "failed";
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    // Brokers know no operation of what they have done at once.
    return error instanceof BrokerError && [404, 405, 501].includes(error.status);
  }
}

const DOING = "updating (begun by an earlier run)";

/** What a fetch tells, once the broker is not busy with the instance any more; undefined where it does not. */
async function fetchAtRest(
  operation: InstanceOperation,
  state: ServiceInstanceState,
): Promise<{ details: ServiceInstanceDetails; wasBusy: boolean } | undefined> {
  const since = operation.now;
  for (let wasBusy = false; ; wasBusy = true) {
    try {
      return { details: await fetchInstance(operation, state), wasBusy };
    } catch (error) {
      if (!(error instanceof ProvisorError)) throw error;
      if (!(error instanceof BrokerError) || error.code !== "ConcurrencyError") return undefined;
      const at = nextTry(operation.work, since, error.retryAfterMs);
      if (at >= operation.deadline) return undefined;
      operation.host.log.progress(DOING, since);
      await operation.host.session.clock.sleep(at - operation.now, operation.host.signal);
      await operation.host.session.assertEngineAlive();
    }
  }
}

/** An update that the broker accepted, and then knew nothing of: some forget an operation when it ends. */

/** Whether this very update was lost before. */
export const isRepeat = ({ unfinished }: ServiceInstanceState, wanted: Wanted): boolean =>
  unfinished?.lost === true && isDeepStrictEqual(unfinished.wanted, wanted);

/** The state of an update that was lost, for its repetition. */
export const asLost = (state: ServiceInstanceState): ServiceInstanceState => ({
  ...state,
  unfinished: { ...state.unfinished, kind: "update", unsure: true, lost: true },
});

/**
 * Whether what was wanted has taken place, by what a fetch tells; undefined where that tells neither way, as where
 * nothing can be fetched, or only the context was changed.
 */
export async function hasTakenPlace(
  operation: InstanceOperation,
  state: ServiceInstanceState,
): Promise<boolean | undefined> {
  if (!(await operation.isRetrievable(state))) return undefined;
  const { serviceId, planId, parameters, unfinished } = state;
  const wanted = unfinished?.wanted ?? {};
  let details: ServiceInstanceDetails;
  try {
    details = await fetchInstance(operation, state);
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    const isMissing = error instanceof BrokerError && (error.code === "NotFound" || error.code === "Gone");
    return isMissing ? false : undefined;
  }
  const after = {
    serviceId,
    planId: wanted.planId ?? planId,
    parameters: wanted.parameters ?? parameters,
  };
  if (!isAs(after, wanted.maintenanceVersion, details)) return false;
  return isAs(state, state.maintenanceInfo?.version, details) ? undefined : true;
}

const isAs = (
  asked: Pick<ServiceInstanceState, "serviceId" | "planId" | "parameters">,
  version: string | undefined,
  details: ServiceInstanceDetails,
): boolean =>
  differencesOf(asked, details).length === 0 &&
  (version === undefined || version === (details.maintenanceInfo?.version ?? version));

/** Says that an update is taken as done that the broker accepted twice and told nothing of. */
export const warnOfTrust = (operation: InstanceOperation, state: ServiceInstanceState): void =>
  operation.host.log.warn(
    `${operation.host.name}: the broker accepted the update of ${describeInstance(state)}, and its repetition, and knew nothing of ` +
      "either when it was asked. It is taken as done, which could not be verified.",
  );
