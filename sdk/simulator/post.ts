import { z } from "zod";
import type { SimulatedInstance } from "./instances";
import type { SimulatedTenant } from "./tenants";
import type { Booking } from "./licenses";
import { Refusal } from "./refusal";
import { problemsOf } from "./problems";

// The published request schemas. They do not forbid unknown fields; the types and the names of known ones they do
// fix, whatever the published examples show (numbers for ids and sizes, `eula_accepted`).
const createSchema = z.looseObject({
  app_id: z.string(),
  region: z.string(),
  support_account_id: z.string(),
  support_account_name: z.string(),
  is_eula_accepted: z.boolean(),
});

const allocationSchema = z.looseObject({
  allocation_size: z.string().optional(),
  app_id: z.string().optional(),
  license_type: z.string().optional(),
});

const itemSchema = z.looseObject({
  app_id: z.string(),
  allocation: z.array(allocationSchema).optional(),
  allocation_type: z.enum(["FULL", "SHARED"]).optional(),
  is_eula_accepted: z.boolean().optional(),
  license_id: z.string().optional(),
  platform_region: z.string().optional(),
  tenant_id: z.string().optional(),
  tsg_name: z.string().optional(),
});
type Item = z.infer<typeof itemSchema>;

/** An instance that a POST asks for. */
export interface Wanted {
  appId: string;
  tenant: SimulatedTenant;
  region: string;
  licenseId?: string | undefined;
  sku?: string | undefined;
  supportAccountName?: string | undefined;
}

/** What a POST asks for, once it is found to be in order. */
export interface Order {
  /** A free app's answer tells more than that of a bundle. */
  isFreeApp: boolean;
  wanted: Wanted[];
  /** Instances that exist and that the new ones are to be associated with. */
  existing: SimulatedInstance[];
  /** Units that it takes; committed by whoever carries the order out. */
  booking: Booking;
}

/** What an order is checked against: the view that the token's TSG has. */
export interface Surroundings {
  /** The TSG of the token. */
  tsg: SimulatedTenant;
  /** That TSG's descendants. */
  descendants: SimulatedTenant[];
  /** The instances of all these that are there now. */
  instances: SimulatedInstance[];
  booking: Booking;
  itemsWithoutTenant: "bundle" | "parent";
}

/** Reads the body of `POST /subscription/v1/instances`. @throws Refusal when it is not in order. */
export function readOrder(body: string, around: Surroundings): Order {
  const data = parse(body);
  if (Array.isArray(data)) return readBundle(check(z.array(itemSchema), data), around);
  const free = check(createSchema, data);
  if (!free.is_eula_accepted) throw new Refusal("eula_not_accepted");
  const wanted: Wanted = {
    appId: free.app_id,
    tenant: around.tsg,
    region: free.region,
    supportAccountName: free.support_account_name,
  };
  return { isFreeApp: true, wanted: [wanted], existing: [], booking: around.booking };
}

function readBundle(items: Item[], around: Surroundings): Order {
  if (items.length === 0) throw new Refusal("invalid_request", "there is no item");
  const named = items.find((item) => item.tsg_name !== undefined)?.tsg_name;
  const home =
    named === undefined || around.itemsWithoutTenant === "parent" ? around.tsg : childCalled(named, around);
  const existing = items
    .filter((item) => item.tenant_id !== undefined)
    .map((item) => existingOf(item, around));
  const wanted = items
    .filter((item) => item.tenant_id === undefined)
    .map((item) => {
      const tenant = item.tsg_name === undefined ? home : childCalled(item.tsg_name, around);
      return readItem(item, tenant, around.booking);
    });
  return { isFreeApp: false, wanted, existing, booking: around.booking };
}

function readItem(item: Item, tenant: SimulatedTenant, booking: Booking): Wanted {
  if (item.is_eula_accepted !== true) throw new Refusal("eula_not_accepted", item.app_id);
  const allocation = item.allocation ?? [];
  const asks = allocation.map((one) => ({
    appId: one.app_id,
    licenseType: one.license_type,
    size: sizeOf(one.allocation_size),
  }));
  if (item.license_id !== undefined) booking.take(item.license_id, asks);
  else if (asks.length > 0)
    throw new Refusal("invalid_request", `${item.app_id}: allocation without license_id`);
  return {
    appId: item.app_id,
    tenant,
    region: item.platform_region ?? "americas",
    licenseId: item.license_id,
    sku: allocation[0]?.license_type,
  };
}

function childCalled(name: string, { descendants }: Surroundings): SimulatedTenant {
  const [child, another] = descendants.filter((tenant) => tenant.name === name);
  if (!child) throw new Refusal("tsg_not_found", name);
  if (another) throw new Refusal("tsg_not_found", `${name} is not unique`);
  return child;
}

function existingOf(item: Item, { instances }: Surroundings): SimulatedInstance {
  const found = instances.find((one) => one.appId === item.app_id && one.tenantId === item.tenant_id);
  if (!found) throw new Refusal("tenant_not_found", `${item.app_id} ${String(item.tenant_id)}`);
  return found;
}

function sizeOf(text: string | undefined): number {
  if (text === undefined || !/^[1-9]\d*$/.test(text)) {
    throw new Refusal("invalid_request", "allocation_size must be a whole number of at least 1");
  }
  return Number(text);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Refusal("invalid_request", "the body is not JSON");
  }
}

function check<T>(schema: z.ZodType<T>, data: unknown): T {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new Refusal("invalid_request", problemsOf(parsed.error).join("; "));
}
