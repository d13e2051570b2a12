import type { Instance } from "../../../sdk/subscription";
import { say } from "../../words";
import { sameRegion } from "../subscription/claims";
import { slotsOf } from "./allocation";
import { type ClaimContext, tsgIdsOf, listedFor } from "./claiming";
import { describeInstance, describeTenant } from "./messages";
import { idOf } from "./state";
import type { Account } from "../subscription/account";

export interface Adoption {
  instances: Instance[];
  /** Why it cannot be: empty when it can. */
  problems: string[];
}

/**
 * The instances of `apps` to take over: those named, or the one that fits tenant, app and region. What the list shows is
 * verified against the inputs; sizes and licenses it does not show. What is named by its id is taken over even where nobody
 * can tell what others hold: then the program alone knows.
 */
export function adoption(
  context: ClaimContext,
  apps: readonly string[],
  adopt: "existing" | readonly string[],
  list: readonly Instance[],
  isHeldElsewhere: (instanceId: string) => boolean,
  areOthersTold = true,
): Adoption {
  const instances: Instance[] = [];
  const problems: string[] = [];
  const slots = slotsOf(context.spec);
  if (adopt !== "existing")
    for (const id of adopt) {
      const instance = list.find((candidate) => candidate.instanceId === id);
      if (!instance) problems.push(`there is no instance ${id} under parent TSG ${context.parentTsgId}`);
      else if (!slots.some((slot) => slot.appId === instance.appId))
        problems.push(`instance ${id} is of app ${instance.appId}, which the inputs do not have`);
    }
  if (adopt === "existing" && context.tenant.name !== undefined && context.tenant.tsgId === undefined)
    problems.push(
      "tenants cannot be listed, so that nothing tells whose an instance is; name the instance ids",
    );
  if (adopt === "existing" && !areOthersTold)
    problems.push("nothing tells what other resources hold; name the instance ids");
  if (problems.length > 0) return { instances, problems };
  for (const slot of slots.filter((candidate) => apps.includes(candidate.appId))) {
    const named = list.filter(
      (instance) =>
        instance.appId === slot.appId && (adopt === "existing" || adopt.includes(instance.instanceId)),
    );
    // Ids that name no instance of an app leave that app to be allocated.
    if (adopt !== "existing" && named.length === 0) continue;
    const tsgIds = tsgIdsOf(slot, context.tenant, context.parentTsgId);
    const mismatch = (instance: Instance): string | undefined => {
      if (!sameRegion(slot.region, instance.region))
        return `instance ${instance.instanceId} is in region ${instance.region ?? ""}, not the one in the inputs`;
      if (tsgIds !== undefined && instance.tsgId !== undefined && !tsgIds.includes(instance.tsgId))
        return `instance ${instance.instanceId} is in TSG ${instance.tsgId}, not that of the inputs`;
      if (isHeldElsewhere(instance.instanceId))
        return `instance ${instance.instanceId} belongs to another resource of this ${say.stack}`;
      return undefined;
    };
    const fitting = named.filter((instance) => mismatch(instance) === undefined);
    const [only, ...more] = fitting;
    if (only && more.length === 0) {
      instances.push(only);
      continue;
    }
    if (more.length > 0) {
      problems.push(
        `several instances of ${slot.appId} fit: ${fitting.map(describeInstance).join(", ")}; name the right one`,
      );
      continue;
    }
    const why = adopt === "existing" ? [] : named.map(mismatch).filter((reason) => reason !== undefined);
    problems.push(
      ...(why.length > 0
        ? why
        : [`there is no instance of ${slot.appId} to adopt that fits tenant and region`]),
    );
  }
  return { instances, problems };
}

/** What an adoption verified, and what it could not, said to the user. */
export function describeTrust(context: ClaimContext, instances: readonly Instance[]): string {
  const verified = ["app"];
  if (context.tenant.tsgId !== undefined && instances.every((instance) => instance.tsgId !== undefined))
    verified.push("tenant");
  if (instances.every((instance) => instance.region !== undefined)) verified.push("region");
  return (
    `Adopted ${instances.map(describeInstance).join(", ")}. What the list shows (${verified.join(", ")}) agrees with the ` +
    "inputs; what it does not show, license and units above all, is taken from the inputs on trust."
  );
}

/**
 * A tenant has at most one instance of an app. Says which of `apps` the tenant has already, in instances that this
 * resource does not hold, and what to do; undefined when there is none.
 */
export function describeExisting(
  account: Account,
  context: ClaimContext,
  apps: readonly string[],
  list: readonly Instance[],
  own: readonly string[],
  heldElsewhere: readonly string[],
): string | undefined {
  const existing = slotsOf(context.spec)
    .filter((slot) => apps.includes(slot.appId))
    .flatMap((slot) => listedFor(context, slot.appId, list))
    .filter((instance) => !own.includes(instance.instanceId));
  if (existing.length === 0) return undefined;
  const held = existing.filter(
    (i) => heldElsewhere.includes(i.instanceId) || account.claims.isHeld(i.instanceId),
  );
  const free = existing.filter((instance) => !held.includes(instance));
  const what = `${describeTenant(context.spec, context.parentTsgId)} has already: ${existing.map(describeInstance).join(", ")}.`;
  const ids = free.map((instance) => instance.instanceId);
  const hints = [
    held.length > 0
      ? `${held.map((i) => i.instanceId).join(", ")} belongs to another resource of this ${say.stack}.`
      : undefined,
    `To allocate one more all the same, set ${say.set("allowAdditional", true)}.`,
    free.length > 0
      ? `To take over instead of allocating, ${say.takeOver("ChildInstance", ids, idOf(context.spec, context.parentTsgId))}`
      : undefined,
  ];
  return [what, "Nothing was sent.", ...hints].filter(Boolean).join(" ");
}
