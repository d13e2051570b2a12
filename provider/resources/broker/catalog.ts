import type { Catalog, ServiceOffering, ServicePlan, UnusableEntry } from "../../../sdk/broker";
import { suggestion } from "../../schema/suggestion";

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

/**
 * An id is globally unique; a name may, in a strange catalog, be that of one and the id of another. A catalog may have blanks
 * around either, which are sent as they are there; a program need not write them.
 */
const named = <T extends Named>(entries: readonly T[], word: string): T | undefined =>
  entries.find(({ name }) => name === word) ??
  entries.find(({ id }) => id === word) ??
  entries.find(({ name }) => name.trim() === word.trim()) ??
  entries.find(({ id }) => id.trim() === word.trim());

/** What there is in place of what `word` stands for: perhaps an entry that cannot be used. */
function unknownWords(entries: readonly Named[], unusable: readonly UnusableEntry[], word: string): string {
  const meant = unusable.find(({ name, id }) => name === word || id === word);
  if (meant) return `its entry of that ${meant.name === word ? "name" : "id"} cannot be used (${meant.why})`;
  const names = entries.map(({ name }) => name);
  if (names.length === 0) return "there are none";
  return `there are: ${names.join(", ")}${suggestion(word, names)}`;
}

/** The entries of the catalog itself that cannot be used, or those of a service. */
const unusableIn = ({ unusable = [] }: Catalog, service?: string): UnusableEntry[] =>
  unusable.filter((entry) => entry.service?.id === service);

/** Which entry cannot be used, and why, as a clause. */
export const unusableWords = ({ kind, index, name, id, service, why }: UnusableEntry): string =>
  `${kind} ${name ?? id ?? `number ${index + 1}`}${service ? ` of service ${service.name}` : ""} (${why})`;

/** The service by name (case-sensitive) or id; a problem lists what there is. */
export function findService(catalog: Catalog, service: string): { offering: ServiceOffering } | PlanProblem {
  const offering = named(catalog.services, service);
  if (offering) return { offering };
  return {
    problem: {
      at: "service",
      message: `the broker's catalog has no service ${service}; ${unknownWords(catalog.services, unusableIn(catalog), service)}`,
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
        message: `service ${offering.name} has no plan ${plan}; ${unknownWords(offering.plans, unusableIn(catalog, offering.id), plan)}`,
      },
    };
  return { offering, plan: wanted };
}
