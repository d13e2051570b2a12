import { createHash } from "node:crypto";
import { z } from "zod";
import { checkCatalog } from "./catalog-rules";
import { operationKinds, type OperationKind } from "./requests";

const text = z.string().min(1);
const schemaSlot = z.looseObject({ parameters: z.looseObject({ $schema: text }).optional() }).optional();
export const maintenanceInfo = z.looseObject({
  version: z.string().regex(/^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/, "must be a semantic version"),
  description: z.string().optional(),
});

const planSchema = z.looseObject({
  id: text,
  name: text,
  description: text,
  free: z.boolean().optional(),
  bindable: z.boolean().optional(),
  binding_rotatable: z.boolean().optional(),
  plan_updateable: z.boolean().optional(),
  maximum_polling_duration: z.int().min(1).optional(),
  maintenance_info: maintenanceInfo.optional(),
  schemas: z
    .looseObject({
      service_instance: z.looseObject({ create: schemaSlot, update: schemaSlot }).optional(),
      service_binding: z.looseObject({ create: schemaSlot }).optional(),
    })
    .optional(),
});

/** How the simulator plays a service; no part of the catalog that is shown. */
const behaviourSchema = z.strictObject({
  /** What is done asynchronously. Default: nothing. */
  async: z.union([z.boolean(), z.array(z.enum(operationKinds))]).optional(),
  /** Whether accepted answers carry an `operation`. Default true. */
  operationIds: z.boolean().optional(),
  /** Parameters that the broker adds: a fetch shows them where nothing else was asked for. */
  defaults: z.record(z.string(), z.unknown()).optional(),
  /** Parameters that a fetch does not show. */
  hiddenParameters: z.array(z.string()).optional(),
  /** Of a broker of actions: the parameter that names what an action makes. Default: each makes something new. */
  namedBy: z.string().optional(),
  /** What an action says whose name is taken, with `{name}` for it. */
  taken: z.string().optional(),
});

const serviceSchema = z.looseObject({
  id: text,
  name: text,
  description: text,
  tags: z.array(z.string()).optional(),
  requires: z.array(z.enum(["syslog_drain", "route_forwarding", "volume_mount"])).optional(),
  bindable: z.boolean(),
  instances_retrievable: z.boolean().optional(),
  bindings_retrievable: z.boolean().optional(),
  allow_context_updates: z.boolean().optional(),
  plan_updateable: z.boolean().optional(),
  plans: z.array(planSchema).min(1),
  simulated: behaviourSchema.optional(),
});

/** All services of a catalog. */
export const catalogSchema = z.array(serviceSchema).superRefine(checkCatalog);

/**
 * A service offering of a catalog, in the specification's own names (section "Service Offering Object"), and under
 * `simulated` how the simulator plays it.
 */
export type BrokerService = z.input<typeof serviceSchema>;
/** A plan of it (section "Service Plan Object"). */
export type BrokerPlan = BrokerService["plans"][number];

/** A plan and the service that it belongs to. */
export interface Offer {
  service: BrokerService;
  plan: BrokerPlan;
}

/** The services that a broker offers now; and what it knows of those that have left. */
export class BrokerCatalog {
  private services: BrokerService[] = [];
  /** By id all that was ever offered, as it was last: instances of it may be left. */
  private readonly everOffered = new Map<string, BrokerService>();
  constructor(services: BrokerService[]) {
    this.offer(services);
  }

  /** A copy of what is offered. */
  all(): BrokerService[] {
    return structuredClone(this.services);
  }

  replace(services: BrokerService[]): void {
    this.offer(catalogSchema.parse(services));
  }

  /** A plan by names or ids; without one the service's first. @throws Error when there is none. */
  find(service: string, plan?: string): Offer {
    const offering = this.services.find(named(service));
    const found = plan === undefined ? offering?.plans[0] : offering?.plans.find(named(plan));
    if (!offering || !found) throw new Error(`There is no plan ${plan ?? ""} of service ${service}.`);
    return { service: offering, plan: found };
  }

  /** What is offered under this id, as requests name it. */
  service(id: string): BrokerService | undefined {
    return this.services.find((service) => service.id === id);
  }

  /** What an instance is of, whether that is still offered or not. @throws Error when it never was. */
  known(serviceId: string, planId: string): Offer {
    const service = this.everOffered.get(serviceId);
    const plan = service?.plans.find(({ id }) => id === planId);
    if (!service || !plan) throw new Error(`There never was a plan ${planId} of service ${serviceId}.`);
    return { service, plan };
  }

  /** The body of the answer, and its ETag. */
  shown(): { body: { services: unknown[] }; etag: string } {
    const services = this.services.map(({ simulated: _played, ...shown }) => shown);
    const digest = createHash("sha256").update(JSON.stringify(services)).digest("hex").slice(0, 16);
    return { body: { services }, etag: `"${digest}"` };
  }

  private offer(services: BrokerService[]): void {
    this.services = structuredClone(services);
    for (const service of this.services) {
      const before = this.everOffered.get(service.id)?.plans ?? [];
      const left = before.filter(({ id }) => !service.plans.some((plan) => plan.id === id));
      this.everOffered.set(service.id, { ...service, plans: [...service.plans, ...left] });
    }
  }
}

const named =
  (nameOrId: string) =>
  ({ id, name }: { id: string; name: string }): boolean =>
    id === nameOrId || name === nameOrId;

/** Whether a service does this asynchronously. */
export function isAsync({ simulated }: BrokerService, kind: OperationKind): boolean {
  const kinds = simulated?.async ?? false;
  return typeof kinds === "boolean" ? kinds : kinds.includes(kind);
}
