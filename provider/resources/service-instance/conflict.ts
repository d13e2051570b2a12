import {
  type BrokerError,
  type PlanRef,
  ProvisorError,
  type ServiceInstanceDetails,
} from "../../../sdk/broker";
import { findPlan } from "../broker/catalog";
import type { Want } from "../broker/want";
import { asClause } from "../clause";
import { type Attempt, type InstanceOutcome, succeeded } from "./attempt";
import { awaitCreate } from "./await-create";
import { differencesOf } from "./details";
import { giveUp } from "./mitigate";
import type { Run } from "./run";
import type { ServiceInstanceState } from "./schema";
import { defined } from "./state";
import { applyUpdate } from "./patch";
import { instanceWords } from "./words";

/** What the broker tells of the instance that has the id already. */
type Found =
  | { kind: "in progress" | "failed"; description?: string | undefined }
  /** `details` where they can be fetched. */
  | { kind: "there"; details?: ServiceInstanceDetails };

/**
 * A PUT met 409. For an id that the program gave, that is an error. For one of ours it is an earlier request of this
 * very resource, with other values, or a broker that says so for a repeated one: what is there is brought to the wanted
 * values, or, where that cannot be, cleaned up.
 */
export async function settleConflict(
  attempt: Attempt,
  state: ServiceInstanceState,
  error: BrokerError,
): Promise<InstanceOutcome> {
  const { run } = attempt;
  if (attempt.isGiven)
    throw run.stop(
      `the id ${state.instanceId} is taken by an instance with other attributes: ${asClause(error.message)}. Nothing was ` +
        `changed. Give another instanceId, or take that instance over with adopt: ${JSON.stringify(state.instanceId)}.`,
    );
  run.host.log.info(
    run.clean(
      `An earlier request of this resource made ${instanceWords(state)} already; looking how it stands.`,
    ),
  );
  const found = await look(attempt, state);
  switch (found.kind) {
    case "failed":
      return giveUp(
        attempt,
        defined({ ...state, description: found.description }),
        "an earlier request for it failed",
      );
    case "in progress": {
      const outcome = await awaitCreate(attempt, {
        ...state,
        unfinished: { kind: "create", since: run.now },
      });
      if (outcome === "lost")
        return giveUp(attempt, state, "the broker says that the id is taken, and does not know it");
      return outcome.unfinished ? outcome : bringAbout(attempt, outcome.state, undefined);
    }
    case "there":
      return bringAbout(attempt, state, found.details);
  }
}

/** Fetched where that is possible; else what the last operation says. What nobody tells is taken to be there: 409 said so. */
async function look({ run }: Attempt, state: ServiceInstanceState): Promise<Found> {
  const { instanceId, serviceId, planId } = state;
  const { client } = run.broker;
  const ref = { serviceId, planId };
  try {
    if (await run.isRetrievable(state))
      return { kind: "there", details: await client.getInstance(instanceId, ref, run.call(state.context)) };
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
  }
  try {
    const last = await client.getLastOperation(instanceId, ref, run.call(state.context));
    if (last.state === "in progress") return { kind: "in progress" };
    if (last.state === "failed") return { kind: "failed", description: last.description };
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
  }
  return { kind: "there" };
}

/** Brings what is there to the wanted values. */
async function bringAbout(
  attempt: Attempt,
  state: ServiceInstanceState,
  details: ServiceInstanceDetails | undefined,
): Promise<InstanceOutcome> {
  const { run } = attempt;
  const earlier = attempt.inputs.intent?.asked?.slice(0, -1) ?? [];
  const isAsTold = details === undefined || differencesOf(state, details).length === 0;
  // Parameters that nobody tells are as wanted where nothing else was ever asked for.
  if (isAsTold && (earlier.length === 0 || details?.parameters !== undefined))
    return succeeded(attempt, state);
  const present = details ? [details] : plansOf(run, earlier);
  if (present.some(({ serviceId = state.serviceId }) => serviceId !== state.serviceId))
    return giveUp(attempt, state, "an earlier request made it as one of another service");
  const others = present.map(({ planId = state.planId }) => planId).filter((id) => id !== state.planId);
  for (const planId of others)
    if ((await run.plan({ ...state, planId }))?.planUpdateable !== true)
      return giveUp(attempt, state, "an earlier request made it with another plan, which cannot be changed");
  run.marks.created(state.instanceId);
  run.marks.hold(state.instanceId);
  return applyUpdate(run, attempt.resourceId, state, {
    parameters: state.parameters ?? {},
    ...(others.length > 0 ? { planId: state.planId, plan: state.plan } : {}),
  });
}

/** Services and plans that were asked for before, as far as the catalog has them. */
function plansOf(run: Run, wants: readonly Want[]): Partial<PlanRef>[] {
  const catalog = run.broker.catalog.latest ?? { services: [] };
  return wants.map(({ service = "", plan = "" }) => {
    const found = findPlan(catalog, service, plan);
    return "problem" in found ? {} : { serviceId: found.offering.id, planId: found.plan.id };
  });
}
