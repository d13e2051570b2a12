// Written by `npm run docs` from the schema of the resource.
import type * as pulumi from "@pulumi/pulumi";

/**
 * Arguments of a ChildInstance: exactly one of `freeApp` and `onboard`, and optionally a profile, policies and
 * what to adopt. Every one may be an output of another resource.
 */
export interface ChildInstanceArgs {
  /** Creates a free app instance. Exactly one of `freeApp` and `onboard` is given. */
  freeApp?: pulumi.Input<ChildInstanceFreeAppArgs | undefined>;
  /** Onboards one tenant: allocates licenses to it, one item an app. The order of the items means nothing. */
  onboard?: pulumi.Input<pulumi.Input<ChildInstanceOnboardArgs>[] | undefined>;
  /** Name of the group of settings to use, one of the setting `profiles`. */
  profile?: pulumi.Input<string | undefined>;
  /**
   * What a delete does, since the API has none: `prevent` fails and says what would stay allocated; `abandon` takes
   * the resource out of the state with a warning that names what stays allocated. Default: `prevent`.
   */
  deletionPolicy?: pulumi.Input<"prevent" | "abandon" | undefined>;
  /**
   * What a change of something allocated does: `forbid` fails when it is planned; `record` takes the new values into
   * the state without any request; `replace` allocates anew (needs `deletionPolicy: "abandon"`). Adding an item to
   * `onboard` is no such change; removing one obeys `deletionPolicy`. Default: `forbid`.
   */
  changePolicy?: pulumi.Input<"forbid" | "record" | "replace" | undefined>;
  /**
   * What a refresh does with an instance that the list no longer shows: `keep` leaves it in the state, with a
   * warning; `forget` drops it. Default: `keep`.
   */
  missingPolicy?: pulumi.Input<"keep" | "forget" | undefined>;
  /** Allocates even where the tenant has an instance of the app that this resource does not hold. Default: `false`. */
  allowAdditional?: pulumi.Input<boolean | undefined>;
  /**
   * Takes over what exists instead of allocating: instance ids, or `"existing"` for the one that fits tenant, app
   * and region. Matters at create only.
   */
  adopt?: pulumi.Input<"existing" | pulumi.Input<string | number>[] | undefined>;
}

/** Onboards one tenant: allocates licenses to it, one item an app. The order of the items means nothing. */
export interface ChildInstanceOnboardArgs {
  /** Application name, such as `prisma_access`; one item an app. */
  appId: pulumi.Input<string>;
  /** Id of the license to allocate, as the list of licenses has it. */
  licenseId?: pulumi.Input<string | number | undefined>;
  /** How the license is allocated: `FULL` or `SHARED`. */
  allocationType?: pulumi.Input<"FULL" | "SHARED" | undefined>;
  /** The units that are taken of the license. */
  allocation?: pulumi.Input<pulumi.Input<ChildInstanceOnboardAllocationArgs>[] | undefined>;
  /** Region in which the instance is provisioned, such as `americas`. */
  platformRegion?: pulumi.Input<string | undefined>;
  /** Name of the child TSG that gets the license; not together with `tsgId`. */
  tsgName?: pulumi.Input<string | undefined>;
  /** Id of the child TSG, resolved to its name through the tenancy API. */
  tsgId?: pulumi.Input<string | number | undefined>;
  /** Tenant id of an instance that exists and that this tenant will use; none is made for this item. */
  tenantId?: pulumi.Input<string | number | undefined>;
  /** True accepts the EULA. */
  isEulaAccepted?: pulumi.Input<boolean | undefined>;
}

/** The units that are taken of the license. */
export interface ChildInstanceOnboardAllocationArgs {
  /** Application name that the units are for, such as `prisma_access_edition`. */
  appId: pulumi.Input<string>;
  /** License SKU. */
  licenseType: pulumi.Input<string>;
  /** How many units are taken. */
  allocationSize: pulumi.Input<number | string>;
}

/** Creates a free app instance. Exactly one of `freeApp` and `onboard` is given. */
export interface ChildInstanceFreeAppArgs {
  /** Application name, such as `directory_sync`. */
  appId: pulumi.Input<string>;
  /** Region in which the instance is provisioned, such as `americas`. */
  region: pulumi.Input<string>;
  /** Id of the support account that gets the license. */
  supportAccountId: pulumi.Input<string | number>;
  /** Name of that support account. */
  supportAccountName: pulumi.Input<string>;
  /** True accepts the EULA. */
  isEulaAccepted: pulumi.Input<boolean>;
}

/** The instances, one for each item that makes one. */
export interface ChildInstanceItem {
  /** Application name. */
  appId: string;
  /** Id of the instance. */
  instanceId: string;
  /** Id of the TSG in which the instance is. */
  tsgId?: string | undefined;
  /** Region. */
  region?: string | undefined;
  /** Display name of the instance. */
  tenantInstanceName?: string | undefined;
  /** Status of the instance. */
  status?: string | undefined;
  /** Status of its provisioning. */
  provisioningStatus?: string | undefined;
  /** What the provisioning says. */
  provisioningMessage?: string | undefined;
  /** Serial number. */
  serialNumber?: string | undefined;
  /** License SKU. */
  sku?: string | undefined;
  /** Where the instance is reached. */
  url?: string | undefined;
  /** Id of the license quota. */
  licenseQuotaId?: string | undefined;
  /** Support account. */
  supportAccountName?: string | undefined;
  /** Who made it. */
  createdBy?: string | undefined;
  /** Description. */
  description?: string | undefined;
  /** Instances that this one is tied to. */
  associations?: ChildInstanceAssociation[] | undefined;
  /** Fields of the developer's own. */
  developerDefinedFields?: Record<string, unknown> | undefined;
  /** Authorisation code. Secret. */
  authCode?: string | undefined;
  /** All else that the API tells. Secret. */
  extra?: Record<string, unknown> | undefined;
}

/** Instances that this one is tied to. */
export interface ChildInstanceAssociation {
  /** App of the other instance. */
  appId?: string | undefined;
  /** Its id. */
  instanceId?: string | undefined;
  /** Its tenant id. */
  tenantId?: string | undefined;
  /** Its region. */
  region?: string | undefined;
  /** Its serial number. */
  serialNumber?: string | undefined;
}

/** Onboards one tenant: allocates licenses to it, one item an app. The order of the items means nothing. */
export interface ChildInstanceOnboard {
  /** Application name, such as `prisma_access`; one item an app. */
  appId: string;
  /** Id of the license to allocate, as the list of licenses has it. */
  licenseId?: string | number | undefined;
  /** How the license is allocated: `FULL` or `SHARED`. */
  allocationType?: "FULL" | "SHARED" | undefined;
  /** The units that are taken of the license. */
  allocation?: ChildInstanceOnboardAllocation[] | undefined;
  /** Region in which the instance is provisioned, such as `americas`. */
  platformRegion?: string | undefined;
  /** Name of the child TSG that gets the license; not together with `tsgId`. */
  tsgName?: string | undefined;
  /** Id of the child TSG, resolved to its name through the tenancy API. */
  tsgId?: string | number | undefined;
  /** Tenant id of an instance that exists and that this tenant will use; none is made for this item. */
  tenantId?: string | number | undefined;
  /** True accepts the EULA. */
  isEulaAccepted?: boolean | undefined;
}

/** The units that are taken of the license. */
export interface ChildInstanceOnboardAllocation {
  /** Application name that the units are for, such as `prisma_access_edition`. */
  appId: string;
  /** License SKU. */
  licenseType: string;
  /** How many units are taken. */
  allocationSize: number | string;
}

/** Creates a free app instance. Exactly one of `freeApp` and `onboard` is given. */
export interface ChildInstanceFreeApp {
  /** Application name, such as `directory_sync`. */
  appId: string;
  /** Region in which the instance is provisioned, such as `americas`. */
  region: string;
  /** Id of the support account that gets the license. */
  supportAccountId: string | number;
  /** Name of that support account. */
  supportAccountName: string;
  /** True accepts the EULA. */
  isEulaAccepted: boolean;
}
