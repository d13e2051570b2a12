/**
 * The subscription service's own objects, in camelCase and normalised: ids are strings, sizes are numbers when
 * read and strings when sent, null is absent, and what the published schema does not know is kept in `extra`.
 */

/** Sent by `POST /subscription/v1/instances` with an object: create a free app instance. */
export interface FreeAppRequest {
  /** Application name, for instance `directory_sync`. */
  appId: string;
  /** Region in which the instance is provisioned, for instance `americas`. */
  region: string;
  /** Id of the support account that gets the license. */
  supportAccountId: string;
  /** Name of that support account. */
  supportAccountName: string;
  /** True accepts the EULA. */
  isEulaAccepted: boolean;
}

/** Units of one license SKU given to one app. */
export interface Allocation {
  /** Application name. */
  appId: string;
  /** License SKU. */
  licenseType: string;
  /** Number of license units; sent as a string, as the published schema has it. */
  allocationSize: number | string;
}

/** One item of the array sent by `POST /subscription/v1/instances`: onboard (allocate licenses to a child tenant). */
export interface OnboardItem {
  /** Application name, for instance `prisma_access`. */
  appId: string;
  /** Id of the license to allocate, from `GET /subscription/v1/licenses`. */
  licenseId?: string | undefined;
  /** How the license is allocated: `FULL` or `SHARED`. */
  allocationType?: "FULL" | "SHARED" | undefined;
  /** The units that are taken of the license. */
  allocation?: Allocation[] | undefined;
  /** Region in which the instance is provisioned. */
  platformRegion?: string | undefined;
  /** Name of the child TSG to which the license is allocated. */
  tsgName?: string | undefined;
  /** Tenant id of an existing instance (CIE) that this tenant will use. */
  tenantId?: string | undefined;
  /** True accepts the EULA. */
  isEulaAccepted?: boolean | undefined;
}

/** The answer to a POST: the provisioning job, and for a free app what is known of its instance already. */
export interface ProvisioningJob {
  jobId?: string | undefined;
  appId?: string | undefined;
  status?: string | undefined;
  tenantId?: string | undefined;
  tenantInstanceName?: string | undefined;
}

/** How one instance is tied to another one. */
export interface Association {
  appId?: string | undefined;
  instanceId?: string | undefined;
  tenantId?: string | undefined;
  region?: string | undefined;
  serialNumber?: string | undefined;
}

/** One instance as `GET /subscription/v1/instances` shows it. Only the two ids are certain to be there. */
export interface Instance {
  appId: string;
  instanceId: string;
  /** Id of the TSG in which the instance is. */
  tsgId?: string | undefined;
  region?: string | undefined;
  tenantInstanceName?: string | undefined;
  status?: string | undefined;
  provisioningStatus?: string | undefined;
  provisioningMessage?: string | undefined;
  message?: string | undefined;
  serialNumber?: string | undefined;
  sku?: string | undefined;
  url?: string | undefined;
  licenseQuotaId?: string | undefined;
  supportAccountName?: string | undefined;
  createdBy?: string | undefined;
  description?: string | undefined;
  associations?: Association[] | undefined;
  developerDefinedFields?: Record<string, unknown> | undefined;
  /** Secret. */
  authCode?: string | undefined;
  /** Secret (it holds `wildfire_api_key`); also keeps fields that the published schema does not know. */
  extra?: Record<string, unknown> | undefined;
}

/** Units of one SKU in a claimed license. */
export interface LicenseUnits {
  appId?: string | undefined;
  licenseType?: string | undefined;
  licenseExpiration?: string | undefined;
  /** Units bought. */
  purchasedSize?: number | undefined;
  /** Units not yet allocated. */
  remainingSize?: number | undefined;
  extra?: Record<string, unknown> | undefined;
}

/** One claimed license as `GET /subscription/v1/licenses` shows it. */
export interface License {
  licenseId: string;
  appId?: string | undefined;
  claimAt?: string | undefined;
  claimBy?: string | undefined;
  licenses: LicenseUnits[];
  extra?: Record<string, unknown> | undefined;
}

/** One tenant service group as `GET /tenancy/v1/tenant_service_groups` shows it. */
export interface Tenant {
  tsgId: string;
  name?: string | undefined;
  parentId?: string | undefined;
  vertical?: string | undefined;
  supportContact?: string | undefined;
  extra?: Record<string, unknown> | undefined;
}
