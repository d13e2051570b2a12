import {
  type Catalog,
  type ServiceOffering,
  type ServicePlan,
  type UnusableEntry,
  type PlanRef,
  ProvisorError,
} from "../../../sdk/broker";
import { DeadlineError, withDeadline } from "../../../sdk/wait";
import { suggestion } from "../../schema/suggestion";
import { type Host, StopError } from "../../host/contract";
import { type Broker, CATALOG_MAX_AGE_MS } from "./account";
import { withoutFullStop } from "../../host/errors";

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
function describeUnknown(
  entries: readonly Named[],
  unusable: readonly UnusableEntry[],
  word: string,
): string {
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
const describeUnusable = ({ kind, index, name, id, service, why }: UnusableEntry): string =>
  `${kind} ${name ?? id ?? `number ${index + 1}`}${service ? ` of service ${service.name}` : ""} (${why})`;

/** The service by name (case-sensitive) or id; a problem lists what there is. */
export function findService(catalog: Catalog, service: string): { offering: ServiceOffering } | PlanProblem {
  const offering = named(catalog.services, service);
  if (offering) return { offering };
  return {
    problem: {
      at: "service",
      message: `the broker's catalog has no service ${service}; ${describeUnknown(catalog.services, unusableIn(catalog), service)}`,
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
        message: `service ${offering.name} has no plan ${plan}; ${describeUnknown(offering.plans, unusableIn(catalog, offering.id), plan)}`,
      },
    };
  return { offering, plan: wanted };
}

/** Names once what the catalog has and nobody can use. */
export function warnOfUnusable(host: Host, { client }: Broker, { unusable = [] }: Catalog): void {
  if (unusable.length === 0) return;
  const words = unusable.map(describeUnusable).join(". Nor can be used: ");
  if (!host.session.first(`unusable:${client.baseUrl}:${words}`)) return;
  host.log.warn(
    client.redact(
      `The catalog of the broker ${client.baseUrl} has entries that are malformed. They cannot be used: ${words}. The others can. ` +
        "The broker's operator has to mend them.",
    ),
  );
}

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
      `${host.name}: the broker's catalog could not be read: ${withoutFullStop(error.message)}. Nothing was sent.`,
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
