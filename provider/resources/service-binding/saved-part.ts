import type { z } from "zod";
import type { Host } from "../../host/contract";
import { dueRotation } from "./changes";
import type { RotationRules } from "./rotation";
import { serviceBindingOutputs } from "./schema";
import { ownOf } from "../../host/saved-state";

/** What a check or a create is told of the saved state: nothing of its secrets, and perhaps not all of the rest. */
const part = serviceBindingOutputs
  .pick({
    bindingId: true,
    instance: true,
    serviceId: true,
    createdAt: true,
    metadata: true,
    predecessors: true,
    follows: true,
    state: true,
    unfinished: true,
    mitigated: true,
    rotateAfter: true,
    rotateBefore: true,
    rotationTrigger: true,
    broker: true,
    given: true,
    profile: true,
    deletionPolicy: true,
    adopt: true,
  })
  .partial();

export type SavedPart = z.input<typeof part>;

/** The saved state of this very resource, as far as it is told; undefined where there is none. */
export function savedPart(host: Host): SavedPart | undefined {
  const own = ownOf(host);
  if (!own) return undefined;
  const read = part.safeParse(own);
  return read.success ? read.data : {};
}

/**
 * Whether the binding in a saved state, as far as it is told, is to have a successor since a rotation is due. For an
 * intent: in its rules and in what it is told, the trigger is a digest (`digestOf`).
 */
export function isRotationDue(
  rules: RotationRules,
  saved: Readonly<Record<string, unknown>>,
  now: number,
): boolean {
  const read = part.safeParse(saved);
  if (!read.success) return false;
  return dueRotation(rules, read.data, now).length > 0;
}
