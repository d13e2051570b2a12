export {
  ChildInstance,
  type ChildInstanceArgs,
  type ChildInstanceItem,
} from "./engines/pulumi-dynamic/child-instance";
export type { BoundInstance, InstanceReference } from "./engines/pulumi-dynamic/bound-instance";
export {
  ServiceBinding,
  type ServiceBindingArgs,
  toSecretData,
} from "./engines/pulumi-dynamic/service-binding";
export { ServiceInstance, type ServiceInstanceArgs } from "./engines/pulumi-dynamic/service-instance";
export type { SecretDataOptions } from "./resources/service-binding/secret-data";
export {
  type GetPlanArgs,
  type GetServiceArgs,
  getCatalog,
  getCatalogOutput,
  getPlan,
  getPlanOutput,
  getService,
  getServiceOutput,
} from "./engines/pulumi-dynamic/catalog-functions";
export {
  type GetInstancesArgs,
  type GetLicensesArgs,
  type InstanceResult,
  getInstances,
  getInstancesOutput,
  getLicenses,
  getLicensesOutput,
  getTenants,
  getTenantsOutput,
} from "./engines/pulumi-dynamic/functions";
export type { FunctionArgs } from "./engines/pulumi-dynamic/program-session";
export type {
  Catalog,
  JsonSchema,
  MaintenanceInfo,
  PlanSchemas,
  ServiceOffering,
  ServicePlan,
} from "../sdk/broker";
export type { Instance, License, LicenseUnits, Tenant } from "../sdk/subscription";
