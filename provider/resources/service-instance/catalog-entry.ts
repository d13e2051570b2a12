import { say } from "../../words";
import type { Catalog } from "../../../sdk/broker";
import { type FoundPlan, type PlanProblem, findPlan } from "../broker/catalog";
import type { Host } from "../../host/contract";
import type { Known } from "./changes";
import type { ServiceInstanceInputs } from "./schema";
import { describeInstance } from "./messages";

/** An instance that is there, as far as the ids and the names that it was made with are known. */
type Existing = Required<Pick<Known, "instanceId" | "service" | "plan" | "serviceId" | "planId">>;

const existingOf = ({ instanceId = "", service, plan, serviceId, planId }: Known): Existing | undefined =>
  service !== undefined && plan !== undefined && serviceId !== undefined && planId !== undefined
    ? { instanceId, service, plan, serviceId, planId }
    : undefined;

/**
 * What the catalog has for the service and the plan that the program names. An instance that is there keeps those that it
 * has for as long as the program does not change: a catalog that has changed instead is told of, and changes nothing. `kept`
 * are the ids of a service or plan that the catalog does not have any more.
 */
export function catalogEntry(
  host: Host,
  catalog: Catalog,
  present: Known | undefined,
  inputs: ServiceInstanceInputs,
): FoundPlan | PlanProblem | { kept: Pick<Existing, "serviceId" | "planId"> } {
  const found = findPlan(catalog, inputs.service, inputs.plan);
  const existing = present && existingOf(present);
  if (!existing || existing.service !== inputs.service) return found;
  const { serviceId, planId } = existing;
  const isSamePlan = existing.plan === inputs.plan;
  if ("problem" in found) {
    if (!isSamePlan) return found;
    warn(host, existing, `${found.problem.message}. ${describeInstance(existing)} has it and stays as it is`);
    return { kept: { serviceId, planId } };
  }
  const { offering, plan } = found;
  if (offering.id !== serviceId) {
    const words = describeMoved(existing, offering.id);
    if (!isSamePlan)
      return {
        problem: { at: "plan", message: `${words} It cannot get a plan of the other one. ${serviceAdvice}` },
      };
    warn(
      host,
      existing,
      `${words} It stays as it is, and requests about it name the old id. ${serviceAdvice}`,
    );
  } else if (plan.id !== planId && isSamePlan)
    warn(
      host,
      existing,
      `the broker's catalog has plan ${inputs.plan} under another id: ${plan.id} in place of ${planId}, which ` +
        `${describeInstance(existing)} has. It stays as it is, and requests about it name the old id. If the broker's operator ` +
        `did not mean that, the id has to be put back. To move the instance to the new one, write ${say.set("plan", plan.id)}`,
    );
  if (!isSamePlan) return found;
  return { offering: { ...offering, id: serviceId }, plan: { ...plan, id: planId } };
}

/** That a service has another id by now than its instance was made with, as a sentence. */
export const describeMoved = (existing: Omit<Existing, "planId">, nowId: string): string =>
  `the broker's catalog has service ${existing.service} under another id: ${nowId} in place of ${existing.serviceId}, of which ` +
  `${describeInstance(existing)} was made.`;

/** What to do about it. */
export const serviceAdvice =
  "If the broker's operator did not mean that, the id has to be put back. If it is another service by now, " +
  `${say.replace("")} makes an instance of it and deletes this one with its data`;

function warn(host: Host, { instanceId }: Existing, words: string): void {
  if (host.session.first(`catalog-entry:${instanceId}`)) host.log.warn(`${host.name}: ${words}.`);
}
