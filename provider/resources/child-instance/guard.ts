import type { Instance } from "../../../sdk/subscription";
import { say } from "../../words";
import type { Account } from "../subscription/account";
import { slotsOf } from "./allocation";
import { type ClaimContext, listedFor } from "./claiming";
import { adoptLine, instanceWords, tenantWords } from "./words";

/**
 * A tenant has at most one instance of an app. Says which of `apps` the tenant has already, in instances that this
 * resource does not hold, and what to do; undefined when there is none.
 */
export function existingWords(
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
  const what = `${tenantWords(context.spec, context.parentTsgId)} has already: ${existing.map(instanceWords).join(", ")}.`;
  const hints = [
    free.length > 0
      ? `To take over instead of allocating, set ${adoptLine(free.map((i) => i.instanceId))}.`
      : undefined,
    held.length > 0
      ? `${held.map((i) => i.instanceId).join(", ")} belongs to another resource of this ${say.stack}.`
      : undefined,
    `To allocate one more all the same, set ${say.set("allowAdditional", true)}.`,
  ];
  return [what, "Nothing was sent.", ...hints].filter(Boolean).join(" ");
}
