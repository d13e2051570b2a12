import type { Catalog, ServiceOffering, ServicePlan } from "../../sdk/broker";

/** A plan as the client gives it, with everything at its default. */
export const aPlan = (name: string, more: Partial<ServicePlan> = {}): ServicePlan => ({
  id: `id-of-${name}`,
  name,
  description: `The plan ${name}`,
  free: true,
  bindable: true,
  bindingRotatable: false,
  planUpdateable: false,
  ...more,
});

/** A service with these plans. */
export const aService = (name: string, ...plans: ServicePlan[]): ServiceOffering => ({
  id: `id-of-${name}`,
  name,
  description: `The service ${name}`,
  tags: [],
  requires: [],
  bindable: true,
  instancesRetrievable: false,
  bindingsRetrievable: false,
  allowContextUpdates: false,
  planUpdateable: false,
  plans,
});

export const aCatalog = (...services: ServiceOffering[]): Catalog => ({ services });
