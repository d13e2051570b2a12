import type { Catalog, ServiceOffering, ServicePlan } from "../../../sdk/broker";
import { suggestion } from "../schema/suggestion";

/** A plan and the service that it belongs to. */
export interface FoundPlan {
  offering: ServiceOffering;
  plan: ServicePlan;
}

/** What the catalog does not have, with the input at fault. */
export interface PlanProblem {
  problem: { at: "service" | "plan"; message: string };
}

interface Named {
  id: string;
  name: string;
}

/** An id is globally unique; a name may, in a strange catalog, be that of one and the id of another. */
const named = <T extends Named>(entries: readonly T[], word: string): T | undefined =>
  entries.find(({ name }) => name === word) ?? entries.find(({ id }) => id === word);

function unknownWords(entries: readonly Named[], word: string): string {
  const names = entries.map(({ name }) => name);
  if (names.length === 0) return "there are none";
  return `there are: ${names.join(", ")}${suggestion(word, names)}`;
}

/** The service by name (case-sensitive) or id; a problem lists what there is. */
export function findService(catalog: Catalog, service: string): { offering: ServiceOffering } | PlanProblem {
  const offering = named(catalog.services, service);
  if (offering) return { offering };
  return {
    problem: {
      at: "service",
      message: `the broker's catalog has no service ${service}; ${unknownWords(catalog.services, service)}`,
    },
  };
}

/** The plan by name (case-sensitive) or id of service and plan; a problem lists what there is. */
export function findPlan(catalog: Catalog, service: string, plan: string): FoundPlan | PlanProblem {
  const found = findService(catalog, service);
  if ("problem" in found) return found;
  const { offering } = found;
  const wanted = named(offering.plans, plan);
  if (!wanted)
    return {
      problem: {
        at: "plan",
        message: `service ${offering.name} has no plan ${plan}; ${unknownWords(offering.plans, plan)}`,
      },
    };
  return { offering, plan: wanted };
}
