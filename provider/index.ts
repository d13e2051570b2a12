export {
  ChildInstance,
  type ChildInstanceArgs,
  type ChildInstanceItem,
} from "./engines/pulumi-dynamic/child-instance";
export {
  type FunctionArgs,
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
export type { Instance, License, LicenseUnits, Tenant } from "../sdk/subscription";
