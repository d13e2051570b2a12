import { z } from "zod";

export const tsgIdSchema = z.string().regex(/^1\d{9}$/, "a TSG id is 1 and nine digits");

/** A TSG at the top of a tree: it has no parent. */
export const parentSchema = z.strictObject({ id: tsgIdSchema, name: z.string().min(1) });

export const tenantSchema = z.strictObject({
  /** Display name; what `tsg_name` of a POST refers to. */
  name: z.string().min(1),
  /** Default: the next id that is free. */
  id: tsgIdSchema.optional(),
  /** Id of the TSG above it. Default: the first parent TSG. */
  parentId: tsgIdSchema.optional(),
  vertical: z.string().optional(),
  supportContact: z.string().optional(),
});

/** A tenant service group to add. */
export type TenantOptions = z.input<typeof tenantSchema>;

/** A tenant service group of the simulator. */
export interface SimulatedTenant {
  readonly id: string;
  name: string;
  readonly parentId?: string | undefined;
  vertical?: string | undefined;
  supportContact?: string | undefined;
}

/** a, b, …, z, aa, ab, … */
function lettersOf(index: number): string {
  const last = String.fromCharCode(97 + (index % 26));
  return index < 26 ? last : lettersOf(Math.floor(index / 26) - 1) + last;
}

/** The name of the n-th tenant (from 0) that nobody named: `tenant-a`, `tenant-b`, …, `tenant-aa`, … */
export const tenantName = (index: number): string => `tenant-${lettersOf(index)}`;

/** The trees of tenant service groups. */
export class Tenants {
  private readonly byId = new Map<string, SimulatedTenant>();
  private nextId: number;

  constructor(parents: readonly z.input<typeof parentSchema>[]) {
    for (const parent of parents) this.byId.set(parent.id, { ...parent });
    this.nextId = Number(this.first.id);
  }

  /** The first parent TSG. */
  get first(): SimulatedTenant {
    const [first] = this.byId.values();
    if (!first) throw new Error("The simulator needs at least one parent TSG.");
    return first;
  }

  all(): SimulatedTenant[] {
    return [...this.byId.values()];
  }

  add(input: TenantOptions): SimulatedTenant {
    const { id = this.freeId(), parentId = this.first.id, ...rest } = tenantSchema.parse(input);
    if (this.byId.has(id)) throw new Error(`There is a tenant with id ${id} already.`);
    this.find(parentId);
    const tenant: SimulatedTenant = { id, parentId, ...rest };
    this.byId.set(id, tenant);
    return tenant;
  }

  /** Changes what the tenancy list shows of a tenant. */
  patch(nameOrId: string, fields: Partial<Omit<SimulatedTenant, "id" | "parentId">>): void {
    Object.assign(this.find(nameOrId), fields);
  }

  remove(nameOrId: string): void {
    this.byId.delete(this.find(nameOrId).id);
  }

  /** The one tenant with that id or name. @throws when there is none, or more than one of that name. */
  find(nameOrId: string): SimulatedTenant {
    const byId = this.byId.get(nameOrId);
    if (byId) return byId;
    const [found, another] = this.all().filter((tenant) => tenant.name === nameOrId);
    if (!found) throw new Error(`There is no tenant ${nameOrId}.`);
    if (another) throw new Error(`More than one tenant is called ${nameOrId}; use an id.`);
    return found;
  }

  /** The TSG itself and all its descendants. */
  within(tsgId: string): SimulatedTenant[] {
    const children = new Map<string | undefined, SimulatedTenant[]>();
    for (const tenant of this.byId.values()) {
      const siblings = children.get(tenant.parentId);
      if (siblings) siblings.push(tenant);
      else children.set(tenant.parentId, [tenant]);
    }
    const found: SimulatedTenant[] = [];
    const start = this.byId.get(tsgId);
    const queue = start ? [start] : [];
    for (let tenant = queue.shift(); tenant; tenant = queue.shift()) {
      found.push(tenant);
      queue.push(...(children.get(tenant.id) ?? []));
    }
    return found;
  }

  private freeId(): string {
    do this.nextId++;
    while (this.byId.has(String(this.nextId)));
    return String(this.nextId);
  }
}
