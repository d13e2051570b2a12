import { type PlanRef, ProvisorError } from "../../../sdk/broker";
import { DeadlineError, withDeadline } from "../../../sdk/wait";
import { type Broker, CATALOG_MAX_AGE_MS } from "../broker/account";
import { type FoundPlan, findPlan } from "../broker/catalog";
import { asClause } from "../clause";
import { type Host, StopError } from "../../host/contract";

/** A plan by name or id, whatever becomes of the binding in question hangs on it. @throws StopError */
export async function planFor(
  host: Host,
  broker: Broker,
  { service, plan }: { service: string; plan: string },
  deadline: number,
): Promise<FoundPlan> {
  try {
    const catalog = await withDeadline(broker.catalog.get(CATALOG_MAX_AGE_MS), host.session.clock, deadline);
    const found = findPlan(catalog, service, plan);
    if (!("problem" in found)) return found;
    throw new StopError(
      `${host.name}: instance.${found.problem.at}: ${found.problem.message}. Nothing was sent.`,
    );
  } catch (error) {
    if (!(error instanceof ProvisorError) && !(error instanceof DeadlineError)) throw error;
    throw new StopError(
      `${host.name}: the broker's catalog could not be read: ${asClause(error.message)}. Nothing was sent.`,
    );
  }
}

/** The same, where the work can be done without: undefined when it is not known, or cannot be asked for. */
export async function planIfKnown(
  broker: Broker,
  { serviceId, planId }: PlanRef,
): Promise<FoundPlan | undefined> {
  try {
    const found = findPlan(await broker.catalog.get(CATALOG_MAX_AGE_MS), serviceId, planId);
    return "problem" in found ? undefined : found;
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    return undefined;
  }
}
