import type { BrokerError, PlanRef, ServiceInstanceDetails } from "../../../sdk/broker";
import { say } from "../../words";
import { findPlan } from "../broker/catalog";
import type { IntentSpec } from "../broker/intent-digest";
import { withoutFullStop } from "../../host/errors";
import { type CreateContext, type InstanceOutcome, pending, succeeded } from "./create-outcome";
import { awaitCreate } from "./create-wait";
import { differencesOf, withDetails } from "./state";
import { type Observation, observe } from "./fetch";
import { failCreate } from "./orphan";
import { applyUpdate } from "./update-operation";
import { UpdateRefused } from "./update-failures";
import type { InstanceOperation } from "./operation";
import type { ServiceInstanceState } from "./schema";
import { omitUndefined } from "../../host/saved-state";
import { describeInstance, describeTimeout } from "./messages";

/**
 * A PUT met 409. For an id that the program gave, that is an error, unless the broker has accepted it just before. For
 * one of ours it is an earlier request of this very resource, with other values, or a broker that says so for a repeated
 * one: what is there is brought to the wanted values, or, where that cannot be, cleaned up.
 */
export async function settleConflict(
  attempt: CreateContext,
  state: ServiceInstanceState,
  error: BrokerError,
): Promise<InstanceOutcome> {
  const { operation } = attempt;
  if (attempt.isGiven && !attempt.isAccepted)
    throw operation.stop(
      `the id ${state.instanceId} is taken by an instance with other attributes: ${withoutFullStop(error.message)}. Nothing was ` +
        `changed. Give another ${say.path("instanceId")}, or take that instance over with ${say.set("adopt", state.instanceId)}.`,
    );
  operation.host.log.info(
    operation.clean(
      `An earlier request of this resource made ${describeInstance(state)} already; looking how it stands.`,
    ),
  );
  return settle(attempt, state);
}

async function settle(attempt: CreateContext, state: ServiceInstanceState): Promise<InstanceOutcome> {
  const { operation } = attempt;
  const found = await observe(operation, state);
  switch (found.kind) {
    case "failed":
      return failCreate(
        attempt,
        omitUndefined({ ...state, description: found.description }),
        "an earlier request for it failed",
      );
    case "in progress": {
      const outcome = await awaitCreate(attempt, {
        ...state,
        unfinished: { kind: "create", since: operation.now },
      });
      // A broker may forget an operation that has ended.
      if (outcome === "lost") return settle(attempt, state);
      return outcome.unfinished ? outcome : bringAbout(attempt, outcome.state, { kind: "there" });
    }
    case "late":
      return pending(attempt, state, describeTimeout(operation.timeoutMs));
    default:
      return bringAbout(attempt, state, found);
  }
}

/** Brings what is there to the wanted values. */
async function bringAbout(
  attempt: CreateContext,
  state: ServiceInstanceState,
  found: Extract<Observation, { kind: "there" | "untold" }>,
): Promise<InstanceOutcome> {
  const { operation } = attempt;
  const details = found.kind === "there" ? found.details : undefined;
  const earlier = attempt.inputs.intent?.asked?.slice(0, -1) ?? [];
  const isAsTold = details === undefined || differencesOf(state, details).length === 0;
  // Parameters that nobody tells are as wanted where nothing else was ever asked for.
  const isAsAsked = earlier.length === 0 || details?.parameters !== undefined;
  // That it is there is told by the 409 itself, unless it could be fetched and was not found.
  const isThere = found.kind === "there" || !(await operation.isRetrievable(state));
  if (isThere && isAsTold && isAsAsked) return succeeded(attempt, state);
  const present = details ? [refOf(state, details)] : plansOf(operation, state, earlier);
  const [{ serviceId, planId } = state, ...more] = present;
  const giveWayTo = (what: string): Promise<InstanceOutcome> =>
    failCreate(attempt, { ...state, serviceId, planId }, `an earlier request made it ${what}`, present);
  if (serviceId !== state.serviceId) return giveWayTo("as one of another service");
  const isMovable =
    planId === state.planId || (await operation.plan({ serviceId, planId }))?.planUpdateable === true;
  if (more.length > 0 || !isMovable) return giveWayTo("with another plan, which cannot be changed");
  operation.brokerRunState.created(state.instanceId);
  operation.brokerRunState.hold(state.instanceId);
  const known: ServiceInstanceState = details
    ? withDetails(state, details, (id) => operation.planName(state, id))
    : ofPlan(operation, { ...state, parameters: {} }, planId);
  const { maintenanceInfo } = state;
  try {
    return await applyUpdate(operation, attempt.resourceId, known, {
      parameters: state.parameters ?? {},
      ...(planId === state.planId ? {} : { planId: state.planId, plan: state.plan }),
      ...(planId === state.planId || !maintenanceInfo ? {} : { maintenanceVersion: maintenanceInfo.version }),
    });
  } catch (error) {
    if (!(error instanceof UpdateRefused)) throw error;
    return giveWayTo(`with other values: ${withoutFullStop(error.why)}`);
  }
}

/** The state of an instance that has this plan; the version that was asked for is one of the plan that is wanted. */
function ofPlan(
  operation: InstanceOperation,
  state: ServiceInstanceState,
  planId: string,
): ServiceInstanceState {
  if (planId === state.planId) return state;
  const { maintenanceInfo: _ofAnother, ...rest } = state;
  return { ...rest, planId, plan: operation.planName(state, planId) };
}

/** What is not told is as it was asked for. */
const refOf = (
  state: PlanRef,
  { serviceId = state.serviceId, planId = state.planId }: ServiceInstanceDetails,
): PlanRef => ({ serviceId, planId });

/** Services and plans that were asked for before, as far as the catalog has them; each once. Without any, the present ones. */
function plansOf(operation: InstanceOperation, state: PlanRef, wants: readonly IntentSpec[]): PlanRef[] {
  if (wants.length === 0) return [refOf(state, {})];
  const catalog = operation.broker.catalog.latest ?? { services: [] };
  const refs = wants.map(({ service = "", plan = "" }) => {
    const found = findPlan(catalog, service, plan);
    return "problem" in found ? refOf(state, {}) : { serviceId: found.offering.id, planId: found.plan.id };
  });
  return refs.filter(({ planId }, index) => refs.findIndex((other) => other.planId === planId) === index);
}
