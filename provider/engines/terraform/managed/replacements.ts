import { z } from "zod";
import type { Managed } from "./managed";
import type { Left } from "./run-memory";

const nameOf = (identity: string): string => `replacement of ${identity}`;

const noted = z.object({ decision: z.unknown().optional(), intent: z.unknown().optional() });

/**
 * Writes down that the plan of this working directory replaces an object. With `create_before_destroy` Terraform shows the create,
 * which comes in another process, nothing of what it replaces: it would take what is live for somebody else's.
 */
export function noteReplacement(
  { records }: Managed,
  identity: string,
  left: { readonly decision: unknown; readonly intent: unknown },
): void {
  records.write(nameOf(identity), left);
}

/** What the last plan of this working directory has decided to replace; once. */
export function plannedReplacement({ records }: Managed, identity: string): Left | undefined {
  const read = noted.safeParse(records.read(nameOf(identity)));
  records.remove(nameOf(identity));
  return read.success ? { intent: read.data.intent, decision: read.data.decision } : undefined;
}

/** The last plan replaces nothing, whatever an earlier one was to do. */
export function forgetReplacement({ records }: Managed, identity: string): void {
  records.remove(nameOf(identity));
}

const resumedName = (identity: string): string => `resumed ${identity}`;

/** Writes down that the plan goes on with an object that is in the state, and is not finished. */
export function noteResumed({ records }: Managed, identity: string): void {
  records.write(resumedName(identity), true);
}

/**
 * Whether the object of a create is in the state: where the create half comes first, it is beside it, and comes back where this
 * one saves nothing. Two of them would be one too many: no order holds between the ends of both.
 */
export function isResumed({ records }: Managed, identity: string): boolean {
  const isNoted = records.read(resumedName(identity)) === true;
  records.remove(resumedName(identity));
  return isNoted;
}
