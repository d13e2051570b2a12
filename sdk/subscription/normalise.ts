import { z } from "zod";
import { apiObject, compact, extraOf, id, list, readable, record, size, text } from "./fields";
import { UnexpectedShape, unwrapComplete, unwrapList } from "./lists";
import type { Association, Instance, License, LicenseUnits, ProvisioningJob, Tenant } from "./types";

/*
 * What the published schemas say and what the API answers differ in many small ways. With the two files that
 * are used here, this is the only place that knows of them.
 */

const association: z.ZodType<Association> = apiObject(
  { app_id: text, instance_id: text, tenant_id: text, region: text, serial_number: text },
  (known) => compact(known),
);

const instance: z.ZodType<Instance> = apiObject(
  {
    app_id: id,
    instance_id: id,
    tsg_id: text,
    region: text,
    tenant_instance_name: text,
    status: text,
    provisioning_status: text,
    provisioning_message: text,
    message: text,
    serial_number: text,
    sku: text,
    url: text,
    license_quota_id: text,
    support_account_name: text,
    created_by: text,
    description: text,
    associations: list(association),
    developer_defined_fields: record,
    auth_code: text,
    extra: record,
  },
  ({ extra, ...known }, unknown) => compact({ ...known, extra: extraOf({ ...unknown, ...extra }) }),
);

const licenseUnits: z.ZodType<LicenseUnits> = apiObject(
  {
    app_id: text,
    license_type: text,
    // The schema says license_expiry, the example license_expiration.
    license_expiration: text,
    license_expiry: text,
    purchased_size: size,
    remaining_size: size,
  },
  ({ licenseExpiration, licenseExpiry, ...known }, unknown) =>
    compact({
      ...known,
      licenseExpiration: licenseExpiration ?? licenseExpiry,
      extra: extraOf(unknown),
    }),
);

const license: z.ZodType<License> = apiObject(
  {
    license_id: id,
    // The schema says boolean; the example holds a name, and only a name says anything.
    app_id: text,
    claim_at: text,
    claim_by: text,
    licenses: list(licenseUnits),
  },
  ({ licenses = [], ...known }, unknown) => compact({ ...known, licenses, extra: extraOf(unknown) }),
);

/** A tenant and those below it, in case the answer is a hierarchy. */
const tenants: z.ZodType<Tenant[]> = apiObject(
  {
    id,
    // Named display_name in the schema; some entries of the examples have name instead.
    display_name: text,
    name: text,
    parent_id: text,
    vertical: text,
    support_contact: text,
    children: list(z.lazy(() => tenants)),
  },
  ({ id: tsgId, displayName, name, children = [], ...known }, unknown) => [
    compact({ tsgId, name: displayName ?? name, ...known, extra: extraOf(unknown) }),
    ...children.flat().map((child) => ({ ...child, parentId: child.parentId ?? tsgId })),
  ],
);

const job: z.ZodType<ProvisioningJob> = apiObject(
  { job_id: text, app_id: text, status: text, tenant_id: text, tenant_instance_name: text },
  (known) => compact(known),
);

/** What can be read of a list. Entries that lack something are left out; one that is no object at all says that it is no such list. */
function readItems<T>(items: unknown[], item: z.ZodType<T>): T[] {
  if (items.length > 0 && items.every((one) => typeof one !== "object" || one === null))
    throw new UnexpectedShape("a list of something else than objects");
  return readable(items, item);
}

/** `GET /subscription/v1/instances`. Items without app or instance id cannot be addressed and are left out. */
export const readInstances = (body: unknown): Instance[] => readItems(unwrapComplete(body), instance);

/** `GET /subscription/v1/licenses`. Items without license id are left out. */
export const readLicenses = (body: unknown): License[] => readItems(unwrapComplete(body), license);

/** `GET /tenancy/v1/tenant_service_groups`, a hierarchy flattened. Items without id are left out. */
export const readTenants = (body: unknown): Tenant[] => readItems(unwrapList(body).items, tenants).flat();

/** The answer to `POST /subscription/v1/instances`; where it is a list, as the request was, its first item. */
export function readJob(body: unknown): ProvisioningJob {
  const read = job.safeParse(Array.isArray(body) ? body[0] : body);
  if (!read.success)
    throw new UnexpectedShape("something else than an object that describes a provisioning job");
  return read.data;
}
