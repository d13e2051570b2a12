import type { Instance } from "../../../sdk/subscription";
import type { ResolvedTenant } from "../subscription/tenants";
import { type Slot, slotsOf } from "./allocation";
import type { ChildInstanceSpec, IntentValue } from "./schema";
import type { Claim } from "../subscription/matching";

/** TSGs in which a slot's instance may show; undefined where the tenancy API did not tell. */
export function tsgIdsOf(slot: Slot, tenant: ResolvedTenant, parentTsgId: string): string[] | undefined {
  if (tenant.name === undefined) return [parentTsgId];
  if (tenant.tsgId === undefined) return undefined;
  return slot.ownTenant ? [tenant.tsgId] : [tenant.tsgId, parentTsgId];
}

export interface ClaimContext {
  spec: ChildInstanceSpec;
  tenant: ResolvedTenant;
  parentTsgId: string;
  intent: IntentValue | undefined;
  /** Instances that this resource replaced: not the ones it asks for now. */
  replaced: readonly string[];
}

/** A claim for each of `apps`, as far as the inputs and the intent tell. */
export function claimsFor(context: ClaimContext, apps: readonly string[], sure: boolean): Claim[] {
  const claims: Claim[] = slotsOf(context.spec)
    .filter((slot) => apps.includes(slot.appId))
    .map((slot) => ({
      tenant: context.tenant.name,
      appId: slot.appId,
      region: slot.region,
      tsgIds: tsgIdsOf(slot, context.tenant, context.parentTsgId),
      knownTsgIds: context.tenant.knownTsgIds,
      licenseId: slot.licenseId,
      skus: slot.skus,
      before: new Set([...(context.intent?.before[slot.appId] ?? []), ...context.replaced]),
      answer: {},
      sure,
      posted: sure,
      instanceId: undefined,
      siblings: [],
      pinned: false,
    }));
  for (const claim of claims) claim.siblings = claims.filter((other) => other !== claim);
  return claims;
}

/**
 * Listed instances of the tenant and one of its apps, whoever made them. Where the tenant's id is not known, nothing
 * can be said, and the list is empty.
 */
export function listedFor(
  context: Pick<ClaimContext, "tenant">,
  appId: string,
  list: readonly Instance[],
): Instance[] {
  const { tsgId } = context.tenant;
  return tsgId === undefined
    ? []
    : list.filter((instance) => instance.appId === appId && instance.tsgId === tsgId);
}
