import { createHash } from "node:crypto";
import { z } from "zod";
import { checkCatalog } from "./catalog-rules";
import type { OperationKind } from "./requests";
import { serviceSchema, type BrokerService, type BrokerPlan } from "./catalog-schema";

/** All services of a catalog. */
export const catalogSchema = z.array(serviceSchema).superRefine(checkCatalog);

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
