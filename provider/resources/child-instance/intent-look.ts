import type { Instance } from "../../../sdk/subscription";
import type { Host } from "../../host/contract";
import { type Account, openAccount } from "../subscription/account";
import { type ResolvedTenant, TenantError, resolveTenant } from "../subscription/tenants";
import type { IntentSpec } from "./allocation";
import { mayBeAt } from "../subscription/matching";

/** How old the list may be from which an intent takes what was there before. Many are made at once; they share one. */
const BEFORE_MAX_AGE_MS = 1_000;

/** What an intent is for, and where. */
export interface Sought {
  want: IntentSpec;
  profile?: string | undefined;
}

/** The tenant; a wrong one is for the ChildInstance itself to report, which comes next. */
async function tenantOf(host: Host, account: Account, { want }: Sought): Promise<ResolvedTenant> {
  try {
    return await resolveTenant(account, want.tenant, (text) => {
      host.log.warn(text);
    });
  } catch (error) {
    if (error instanceof TenantError) return { name: undefined, tsgId: undefined };
    throw error;
  }
}

/** Tells of an instance whether it is in the tenant or (where that is not known or not the only place) may be. */
export async function placeOf(
  host: Host,
  account: Account,
  sought: Sought,
): Promise<(instance: Instance) => boolean> {
  const tenant = await tenantOf(host, account, sought);
  const place = {
    tsgIds: tenant.tsgId === undefined ? undefined : [tenant.tsgId, account.settings.parentTsgId],
    knownTsgIds: tenant.knownTsgIds,
  };
  return (instance) => mayBeAt(place, instance);
}

/** Ids listed now of each app. */
export async function idsNow(
  host: Host,
  sought: Sought,
  apps: readonly string[],
): Promise<Record<string, string[]>> {
  if (apps.length === 0) return {};
  const account = openAccount(host.session, host.settings, sought.profile);
  const [isPlaced, list] = await Promise.all([
    placeOf(host, account, sought),
    account.instances.get(BEFORE_MAX_AGE_MS),
  ]);
  const ids = (app: string): string[] =>
    list
      .filter((instance) => instance.appId === app && isPlaced(instance))
      .map((instance) => instance.instanceId);
  return Object.fromEntries(apps.map((app) => [app, ids(app)]));
}
