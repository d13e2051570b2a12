export { ChildInstance } from "./engines/pulumi-dynamic/child-instance";
export type { BoundInstance } from "./engines/pulumi-dynamic/bound-instance";
export { ServiceBinding, toSecretData } from "./engines/pulumi-dynamic/service-binding";
export { ServiceInstance } from "./engines/pulumi-dynamic/service-instance";
export type {
  ChildInstanceArgs,
  ChildInstanceAssociation,
  ChildInstanceFreeApp,
  ChildInstanceFreeAppArgs,
  ChildInstanceItem,
  ChildInstanceOnboard,
  ChildInstanceOnboardAllocation,
  ChildInstanceOnboardAllocationArgs,
  ChildInstanceOnboardArgs,
} from "./engines/pulumi-dynamic/types/child-instance";
export type {
  InstanceReference,
  ServiceBindingArgs,
  ServiceBindingBindResource,
  ServiceBindingBindResourceArgs,
  ServiceBindingEndpoint,
  ServiceBindingInstance,
  ServiceBindingMetadata,
  ServiceBindingPredecessor,
  ServiceBindingVolumeMount,
  ServiceBindingVolumeMountDevice,
} from "./engines/pulumi-dynamic/types/service-binding";
export type {
  ServiceInstanceArgs,
  ServiceInstanceMaintenanceInfo,
  ServiceInstanceMetadata,
} from "./engines/pulumi-dynamic/types/service-instance";
export type { SecretDataOptions } from "./resources/service-binding/secret-data";
export {
  type GetPlanArgs,
  type GetPlanOutputArgs,
  type GetServiceArgs,
  type GetServiceOutputArgs,
  getCatalog,
  getCatalogOutput,
  getPlan,
  getPlanOutput,
  getService,
  getServiceOutput,
} from "./engines/pulumi-dynamic/catalog-functions";
export {
  type GetInstancesArgs,
  type GetInstancesOutputArgs,
  type GetLicensesArgs,
  type GetLicensesOutputArgs,
  type InstanceResult,
  getInstances,
  getInstancesOutput,
  getLicenses,
  getLicensesOutput,
  getTenants,
  getTenantsOutput,
} from "./engines/pulumi-dynamic/functions";
export type { FunctionArgs, FunctionOutputArgs } from "./engines/pulumi-dynamic/program-session";
export type {
  Catalog,
  JsonSchema,
  MaintenanceInfo,
  PlanSchemas,
  ServiceOffering,
  ServicePlan,
} from "../sdk/broker";
export type { Instance, License, LicenseUnits, Tenant } from "../sdk/subscription";
