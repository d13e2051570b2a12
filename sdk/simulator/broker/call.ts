import type { z } from "zod";
import type { Ids } from "../ids";
import { problemsOf } from "../problems";
import type { SimulatorRequest } from "../protocol";
import { header } from "../routes";
import type { BrokerCatalog, Offer } from "./catalog";
import type { BrokerFailures } from "./failures";
import type { Identity } from "./headers";
import type { BrokerEvent } from "./ledger";
import type { BrokerSettings } from "./options";
import { badRequest } from "./refusal";
import type { Route } from "./requests";
import type { Store } from "./store";
import type { ServiceInstance } from "./things";
import type { Tokens } from "./tokens";
import type { BrokerService } from "./catalog-schema";

/** All that a broker's answers depend on. */
export interface BrokerWorld {
  readonly ids: Ids;
  readonly catalog: BrokerCatalog;
  readonly settings: BrokerSettings;
  readonly failures: BrokerFailures;
  readonly store: Store;
  readonly tokens: Tokens;
  now(): number;
}

/** Told when a request has changed something. */
export type OnEffect = (effect: Pick<BrokerEvent, "summary" | "operation">) => void;

/** A request that passed the checks of its headers. */
export interface Call {
  request: SimulatorRequest;
  route: Route;
  identity: Identity | undefined;
  onEffect: OnEffect;
}

/**
 * The JSON body of a request.
 * @throws BrokerRefusal 400 that names each path that is wrong; or when the originating identity is of another
 * platform than the context.
 */
export function bodyOf<T extends object>({ request, identity }: Call, schema: z.ZodType<T>): T {
  if (!header(request, "content-type")?.startsWith("application/json")) {
    throw badRequest("The Content-Type must be application/json.");
  }
  let data: unknown;
  try {
    data = JSON.parse(request.body ?? "");
  } catch {
    throw badRequest("The body is not JSON.");
  }
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw badRequest(`The body is wrong: ${problemsOf(parsed.error).join("; ")}`);
  const { context } = parsed.data as { context?: { platform?: string | undefined } | undefined };
  const platform = context?.platform;
  if (identity && platform !== undefined && platform !== identity.platform) {
    throw badRequest(
      `The originating identity is of the platform ${identity.platform}, the context of ${platform}.`,
    );
  }
  return parsed.data;
}

/** The service and plan that ids name. @throws BrokerRefusal 400 when the catalog has no such. */
export function offerOf({ catalog }: BrokerWorld, serviceId: string, planId: string): Offer {
  const service = catalog.service(serviceId);
  if (!service) throw badRequest(`service_id ${serviceId} is not in the catalog.`);
  const plan = service.plans.find(({ id }) => id === planId);
  if (!plan) throw badRequest(`plan_id ${planId} is no plan of the service ${service.name}.`);
  return { service, plan };
}

/** What an instance is of, even where the catalog has it no more. */
export const offerOfInstance = ({ catalog }: BrokerWorld, { serviceId, planId }: ServiceInstance): Offer =>
  catalog.known(serviceId, planId);

/** `accepts_incomplete` of the query. @throws BrokerRefusal 400 when it is no boolean. */
export function acceptsIncomplete({ request }: Call): boolean {
  const text = request.query?.["accepts_incomplete"];
  if (text === undefined || text === "false") return false;
  if (text === "true") return true;
  throw badRequest("accepts_incomplete must be true or false.");
}

/** `service_id` and `plan_id` of the query. @throws BrokerRefusal 400 when one that is there is empty. */
export function hintsOf({ request: { query = {} } }: Call): {
  serviceId: string | undefined;
  planId: string | undefined;
} {
  for (const name of ["service_id", "plan_id", "operation"]) {
    if (query[name] === "") throw badRequest(`${name} must not be empty.`);
  }
  return { serviceId: query["service_id"], planId: query["plan_id"] };
}

/**
 * Checks the ids that may come along with a fetch. They are hints: a platform that looks at what is there need not know
 * which of the service's plans it has.
 * @throws BrokerRefusal 400 when they are those of another service.
 */
export function checkHints(hints: ReturnType<typeof hintsOf>, { id, name, plans }: BrokerService): void {
  const { serviceId = id, planId } = hints;
  if (serviceId !== id) throw badRequest(`service_id is ${serviceId}, but the service is ${id}.`);
  if (planId !== undefined && !plans.some((plan) => plan.id === planId)) {
    throw badRequest(`plan_id ${planId} is no plan of the service ${name}.`);
  }
}
