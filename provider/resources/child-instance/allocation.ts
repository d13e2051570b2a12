import { createHash } from "node:crypto";
import { omitUndefined } from "../../host/saved-state";
import type { ChildInstanceSpec, OnboardItemSpec } from "./schema";

/** One instance that an allocation makes: an app of the one tenant. */
export interface Slot {
  appId: string;
  region: string | undefined;
  licenseId: string | undefined;
  /** License SKUs of its units. */
  skus: readonly string[];
  /** True when the item itself names the tenant; else the instance may be under the parent too. */
  ownTenant: boolean;
}

/** How the inputs name the tenant; neither means the parent TSG. */
export interface TenantRef {
  tsgName?: string | undefined;
  tsgId?: string | undefined;
}

const makesInstance = (item: OnboardItemSpec): boolean => item.tenantId === undefined;

/** The instances that the inputs ask for, in their order. An item with `tenantId` refers to one that exists. */
export function slotsOf(spec: ChildInstanceSpec): Slot[] {
  if (spec.freeApp)
    return [
      {
        appId: spec.freeApp.appId,
        region: spec.freeApp.region,
        licenseId: undefined,
        skus: [],
        ownTenant: false,
      },
    ];
  return (spec.onboard ?? []).filter(makesInstance).map((item) => ({
    appId: item.appId,
    region: item.platformRegion,
    licenseId: item.licenseId,
    skus: (item.allocation ?? []).map((units) => units.licenseType),
    ownTenant: item.tsgName !== undefined || item.tsgId !== undefined,
  }));
}

/** The tenant that all items belong to. */
export function tenantRefOf(spec: ChildInstanceSpec): TenantRef {
  const named = (spec.onboard ?? []).find((item) => item.tsgName !== undefined || item.tsgId !== undefined);
  return { tsgName: named?.tsgName, tsgId: named?.tsgId };
}

/** The items to send for `apps`. One of them names the tenant, whichever item of the whole bundle does. */
export function itemsToSend(
  spec: ChildInstanceSpec,
  apps: readonly string[],
  tsgName: string | undefined,
): OnboardItemSpec[] {
  const items = spec.onboard ?? [];
  const whole = items.filter(makesInstance).every((item) => apps.includes(item.appId));
  // Items that refer to an existing instance go along: they say what the new ones will use.
  const chosen = whole ? items : items.filter((item) => apps.includes(item.appId) || !makesInstance(item));
  const named = chosen.map((item) =>
    item.tsgName === undefined && item.tsgId === undefined ? item : { ...item, tsgId: undefined, tsgName },
  );
  const [first, ...rest] = named;
  if (!first || tsgName === undefined || named.some((item) => item.tsgName !== undefined)) return named;
  return [{ ...first, tsgName }, ...rest];
}

/** Fields of an item that are allocated with it. The tenant is the bundle's; accepting the EULA allocates nothing. */
const itemFields = ["licenseId", "allocationType", "allocation", "platformRegion", "tenantId"] as const;
const freeAppFields = ["appId", "region", "supportAccountId", "supportAccountName"] as const;

/** A value whose text is the same for the same meaning: units in the order of their names. */
function canonical(value: unknown): string {
  if (!Array.isArray(value)) return JSON.stringify(value ?? null);
  return JSON.stringify(
    value.map((entry) => JSON.stringify(entry, Object.keys(entry as object).sort())).sort(),
  );
}

/** How two allocations differ. */
export interface AllocationChange {
  /** Apps that the new one has in addition. */
  added: string[];
  /** Apps that the new one lacks. */
  removed: string[];
  /** Paths of what was allocated otherwise. */
  changed: string[];
}

export function compareAllocations(old: ChildInstanceSpec, now: ChildInstanceSpec): AllocationChange {
  if (Boolean(old.freeApp) !== Boolean(now.freeApp))
    return { added: [], removed: [], changed: [now.freeApp ? "freeApp" : "onboard"] };
  if (old.freeApp && now.freeApp) {
    const [before, after] = [old.freeApp, now.freeApp];
    const changed = freeAppFields
      .filter((field) => before[field] !== after[field])
      .map((field) => `freeApp.${field}`);
    return { added: [], removed: [], changed };
  }
  const [before, after] = [old.onboard ?? [], now.onboard ?? []];
  const changed = after.flatMap((item, index) => {
    const was = before.find((other) => other.appId === item.appId);
    if (!was) return [];
    return itemFields
      .filter((field) => canonical(was[field]) !== canonical(item[field]))
      .map((field) => `onboard[${index}].${field}`);
  });
  const [oldTenant, newTenant] = [tenantRefOf(old), tenantRefOf(now)];
  if (oldTenant.tsgName !== newTenant.tsgName || oldTenant.tsgId !== newTenant.tsgId) {
    const index = Math.max(
      0,
      after.findIndex((item) => item.tsgName !== undefined || item.tsgId !== undefined),
    );
    changed.push(`onboard[${index}].${newTenant.tsgId !== undefined ? "tsgId" : "tsgName"}`);
  }
  const lacks = (items: readonly OnboardItemSpec[], item: OnboardItemSpec): boolean =>
    !items.some((other) => other.appId === item.appId);
  const added = after.filter((item) => lacks(before, item));
  const allocates = added.some(makesInstance);
  // A reference to an existing instance is made by the POST of a new item; by itself there is nothing to send.
  if (!allocates) changed.push(...added.map((item) => `onboard[${after.indexOf(item)}]`));
  const appsOf = (items: readonly OnboardItemSpec[]): string[] =>
    items.filter(makesInstance).map((item) => item.appId);
  return {
    added: appsOf(added),
    removed: appsOf(before.filter((item) => lacks(after, item))),
    changed,
  };
}

/** True when the change is another allocation altogether: an instance of it would be another one. */
export function isAnother(old: ChildInstanceSpec, now: ChildInstanceSpec, change: AllocationChange): boolean {
  const before = slotsOf(old).map((slot) => slot.appId);
  const after = slotsOf(now).map((slot) => slot.appId);
  return (
    after.some((app) => !before.includes(app) && !change.added.includes(app)) ||
    before.some((app) => !after.includes(app) && !change.removed.includes(app))
  );
}

/** What an intent is for: the tenant, and a short digest of each app's item. */
export interface IntentSpec {
  tenant: TenantRef;
  apps: Record<string, string>;
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 8);

export function intentSpecOf(spec: ChildInstanceSpec): IntentSpec {
  const apps: Record<string, string> = {};
  if (spec.freeApp) {
    const app = spec.freeApp;
    apps[app.appId] = digest(freeAppFields.map((field) => canonical(app[field])).join());
  }
  for (const item of spec.onboard ?? [])
    if (makesInstance(item))
      apps[item.appId] = digest(itemFields.map((field) => canonical(item[field])).join());
  return { tenant: omitUndefined(tenantRefOf(spec)), apps };
}
