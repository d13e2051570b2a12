import type { Allocation, FreeAppRequest, OnboardItem } from "./types";

/*
 * What is sent, exactly as the published schemas have it: names in snake_case, ids and sizes as strings,
 * `is_eula_accepted`. A field that is not given is left out.
 */

type Payload = Record<string, unknown>;

/** Body of `POST /subscription/v1/instances` for a free app instance (schema `create_instance`). */
export function freeAppPayload(request: FreeAppRequest): Payload {
  return {
    app_id: request.appId,
    region: request.region,
    support_account_id: String(request.supportAccountId),
    support_account_name: request.supportAccountName,
    is_eula_accepted: request.isEulaAccepted,
  };
}

/** Body of `POST /subscription/v1/instances` that allocates licenses (schema `onboard_instance`). */
export function onboardPayload(items: OnboardItem[]): Payload[] {
  return items.map((item) =>
    given({
      app_id: item.appId,
      license_id: item.licenseId === undefined ? undefined : String(item.licenseId),
      allocation_type: item.allocationType,
      allocation: item.allocation?.map(allocationPayload),
      platform_region: item.platformRegion,
      tsg_name: item.tsgName,
      tenant_id: item.tenantId === undefined ? undefined : String(item.tenantId),
      is_eula_accepted: item.isEulaAccepted,
    }),
  );
}

const allocationPayload = (allocation: Allocation): Payload => ({
  app_id: allocation.appId,
  license_type: allocation.licenseType,
  allocation_size: String(allocation.allocationSize),
});

const given = (fields: Payload): Payload =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
