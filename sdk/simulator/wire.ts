import { displayName, type SimulatedInstance } from "./instances";
import type { SimulatedLicense } from "./licenses";
import { type HttpAnswer, jsonAnswer } from "./protocol";
import type { Refusal } from "./refusal";
import type { SimulatedTenant } from "./tenants";
import type { Phase } from "./timeline";

/** As the published examples answer (numbers for strings, null, unknown fields), or as the schemas say. */
export type AnswerStyle = "examples" | "schema";

type Fields = Record<string, unknown>;

/** A value that the schemas type as a string and the examples show as a number. */
function numeric(style: AnswerStyle, value: string | number): string | number {
  const text = String(value);
  return style === "examples" && /^\d{1,15}$/.test(text) ? Number(text) : text;
}

/** The schemas know no null: there such a field is left out. */
const withoutNull = (style: AnswerStyle, fields: Fields): Fields =>
  style === "examples" ? fields : Object.fromEntries(Object.entries(fields).filter(([, v]) => v !== null));

/** `instance`: only what the published schema tells, so no job, no sizes. */
export function instanceFields(style: AnswerStyle, instance: SimulatedInstance, phase: Phase): Fields {
  const isDone = phase.stage === "done";
  const unpublished = style === "examples" ? { is_hidden: false, product_variant: null } : {};
  return withoutNull(style, {
    app_id: instance.appId,
    associations: instance.associations.map((other) => ({
      app_id: other.appId,
      instance_id: other.instanceId,
      region: other.region,
      serial_number: other.serialNumber,
      tenant_id: numeric(style, other.tenantId),
    })),
    auth_code: instance.authCode,
    created_by: instance.createdBy,
    description: null,
    developer_defined_fields: {},
    extra: {
      app_display_name: displayName(instance.appId),
      channel_platform: "INTERNAL",
      entitlement_group_id: instance.entitlementGroupId,
      is_trial: false,
      license_status: "ACTIVE",
      use_pubsub: true,
      wildfire_api_key: instance.wildfireApiKey,
    },
    instance_id: instance.instanceId,
    license_quota_id: instance.licenseId ?? null,
    message: null,
    provisioning_message: phase.provisioningMessage ?? null,
    provisioning_status: phase.provisioningStatus ?? null,
    region: instance.region,
    serial_number: instance.serialNumber,
    sku: instance.sku ?? null,
    status: phase.status ?? null,
    support_account_name: instance.supportAccountName ?? null,
    tenant_instance_name: instance.tenantInstanceName,
    tsg_id: instance.tsgId,
    url: isDone ? `https://${instance.instanceId.toLowerCase()}.example.com` : null,
    ...unpublished,
    ...instance.fields,
  });
}

/** One entry of `license`: the examples say `license_expiration` where the schema says `license_expiry`. */
export function licenseFields(style: AnswerStyle, license: SimulatedLicense): Fields {
  const expiry = style === "examples" ? "license_expiration" : "license_expiry";
  return {
    app_id: license.appId,
    claim_at: "2026-02-03 04:05:06.000700+00:00",
    claim_by: license.claimBy,
    license_id: numeric(style, license.licenseId),
    licenses: license.licenses.map((units) => ({
      app_id: units.appId,
      [expiry]: units.licenseExpiration,
      license_type: units.licenseType,
      purchased_size: numeric(style, units.purchasedSize),
      remaining_size: numeric(style, units.remainingSize),
    })),
  };
}

/** `tenant_service_group`: in the examples a grandchild has `name` where the schema says `display_name`. */
function tenantFields(style: AnswerStyle, tenant: SimulatedTenant, isGrandchild: boolean): Fields {
  return {
    id: tenant.id,
    [style === "examples" && isGrandchild ? "name" : "display_name"]: tenant.name,
    ...(tenant.parentId === undefined ? {} : { parent_id: tenant.parentId }),
    ...(tenant.vertical === undefined ? {} : { vertical: tenant.vertical }),
    ...(tenant.supportContact === undefined ? {} : { support_contact: tenant.supportContact }),
  };
}

/** `tenant_service_groups_response`: a flat array, or the trees; the count is that of all TSGs either way. */
export function tenantsBody(style: AnswerStyle, tenants: SimulatedTenant[], isHierarchy: boolean): Fields {
  const parents = new Map(tenants.map((tenant) => [tenant.id, tenant.parentId]));
  const entries = tenants.map((tenant) => ({
    tenant,
    fields: tenantFields(style, tenant, parents.get(tenant.parentId ?? "") !== undefined),
  }));
  const count = style === "examples" ? String(tenants.length) : tenants.length;
  if (!isHierarchy) return { count, items: entries.map(({ fields }) => fields) };
  const byId = new Map(entries.map(({ tenant, fields }) => [tenant.id, fields]));
  const roots: Fields[] = [];
  for (const { tenant, fields } of entries) {
    const parent = byId.get(tenant.parentId ?? "");
    if (parent) parent["children"] = [...((parent["children"] as Fields[] | undefined) ?? []), fields];
    else roots.push(fields);
  }
  return { count, items: roots };
}

/** `create_instance_response`, or `onboard_instance_response` when there is nothing to tell of an instance. */
export function jobBody(style: AnswerStyle, jobId: string, freeApp?: SimulatedInstance): Fields {
  if (!freeApp) return { job_id: jobId };
  return {
    app_id: freeApp.appId,
    job_id: jobId,
    status: "initializing",
    tenant_id: numeric(style, freeApp.tenantId),
    tenant_instance_name: freeApp.tenantInstanceName,
  };
}

/** `instance_error_response`. */
export const refusalAnswer = (style: AnswerStyle, refusal: Refusal): HttpAnswer =>
  jsonAnswer(400, {
    application_code: refusal.code,
    application_error: refusal.reason,
    error: "Bad Request",
    message: refusal.message,
    statusCode: numeric(style, 400),
  });
