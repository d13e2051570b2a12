import { all, anyObject, fields, flag, listOf, oneOf, type Schema, text, whole } from "./json-schema";

/*
 * What the OpenAPI documents of Palo Alto Networks' subscription service, tenancy service and authentication service
 * (version 1.0 of each, as they stood in November 2026) say of names and types, written down anew.
 */

/** Of `POST /auth/v1/oauth2/access_token`. */
export const token = fields({ ...all(text, "access_token", "token_type", "scope"), expires_in: whole });

/** A free app, as it is asked for. */
export const freeAppRequest = fields(
  {
    ...all(text, "app_id", "region", "support_account_id", "support_account_name"),
    is_eula_accepted: flag,
  },
  ["app_id", "support_account_id", "support_account_name", "region", "is_eula_accepted"],
);

/** Licenses for a tenant, as they are asked for. */
export const onboardRequest = listOf(
  fields(
    {
      ...all(text, "app_id", "license_id", "platform_region", "tenant_id", "tsg_name"),
      allocation: listOf(fields(all(text, "app_id", "license_type", "allocation_size"))),
      allocation_type: oneOf("FULL", "SHARED"),
      is_eula_accepted: flag,
    },
    ["app_id"],
  ),
);

/** Body of `POST /subscription/v1/instances`. */
export const instanceRequest: Schema = { oneOf: [freeAppRequest, onboardRequest] };

export const freeAppAnswer = fields(all(text, "job_id", "status", "tenant_id", "tenant_instance_name"));
export const onboardAnswer = fields({ job_id: text });

/** Of a request that is refused. */
export const refusal = fields(
  all(text, "application_code", "application_error", "error", "message", "statusCode"),
);

/** Of `GET /subscription/v1/instances`, one item. */
export const instance = fields({
  ...all(text, "app_id", "instance_id", "tsg_id", "region", "tenant_instance_name", "description"),
  ...all(text, "status", "message", "provisioning_status", "provisioning_message"),
  ...all(text, "serial_number", "sku", "url", "auth_code", "created_by", "license_quota_id"),
  associations: listOf(fields(all(text, "app_id", "region", "serial_number", "tenant_id"))),
  developer_defined_fields: anyObject,
  extra: fields({
    ...all(text, "app_display_name", "channel_platform", "entitlement_group_id", "license_status"),
    ...all(text, "sales_account_id", "sales_account_name", "wildfire_api_key"),
    ...all(whole, "data_size", "purchased_size"),
    ...all(flag, "is_trial", "use_pubsub"),
  }),
});

/**
 * Of `GET /subscription/v1/licenses`. The document types the outer `app_id` as a boolean, which its own example
 * contradicts with a name; a name it is here.
 */
export const licenses = listOf(
  fields({
    ...all(text, "app_id", "claim_at", "claim_by", "license_id"),
    licenses: listOf(
      fields(all(text, "app_id", "license_expiry", "license_type", "purchased_size", "remaining_size")),
    ),
  }),
);

/** Ids of tenants have ten digits, the first of them a 1. */
const tenantId: Schema = { ...text, pattern: "^1[0-9]{9}$" };

/** Of `GET /tenancy/v1/tenant_service_groups`. */
export const tenants = fields(
  {
    count: whole,
    items: listOf(
      fields(
        {
          ...all(tenantId, "id", "parent_id"),
          ...all(text, "display_name", "support_contact"),
          vertical: text,
        },
        ["id"],
      ),
    ),
  },
  ["count", "items"],
);
