import { isDeepStrictEqual } from "node:util";
import { type IsUnknown, hasUnknown } from "../../schema/unknown";
import { namesAnother } from "./state";
import { type RotationReason, type RotationRules, type Rotatable, rotationReasons } from "./rotation";
import type { ServiceBindingInputs, ServiceBindingState } from "./schema";

/** Inputs whose change makes another binding. What the program does not say stays as it was made. */
const replacing = ["bindingId", "bindResource", "parameters", "context"] as const;

/** Inputs whose change is taken over in place, without a request. `rotationTrigger` is judged as a rotation. */
const inPlace = [
  "profile",
  "acceptsIncomplete",
  "deletionPolicy",
  "adopt",
  "rotateAfter",
  "rotateBefore",
  "rotationOverlap",
  "timeouts",
] as const;

/** Inputs that differ from those of a binding, as a user has both. Null is nothing, as in JSON. */
type Compared = Pick<
  ServiceBindingInputs,
  "instance" | "bindingId" | "bindResource" | "parameters" | "context" | "adopt"
>;

/** Inputs for whose sake `before` would have to be another binding. What is not known yet is not among them. */
export function changedInputs(before: Compared, now: Compared, isUnknown: IsUnknown): string[] {
  const isSame = (one: unknown, other: unknown): boolean =>
    isDeepStrictEqual(one ?? undefined, other ?? undefined);
  const changed: string[] = replacing.filter((name) => {
    const wanted = now[name];
    if (hasUnknown(wanted, isUnknown) || isSame(before[name], wanted)) return false;
    // The id and the context have defaults, which hold for good once the binding is made.
    return (wanted ?? undefined) !== undefined || (name !== "bindingId" && name !== "context");
  });
  if (!isUnknown(now.adopt) && now.bindingId === undefined && namesAnother(before, now))
    changed.push("adopt");
  const { instance } = now;
  if (isUnknown(instance) || isUnknown(instance.instanceId)) return changed;
  return instance.instanceId === before.instance.instanceId ? changed : ["instance", ...changed];
}

/** Policies, rotation settings, and the plan of the instance, where they are others than before. */
export function changesInPlace(
  before: Pick<ServiceBindingInputs, (typeof inPlace)[number] | "instance" | "planId">,
  inputs: ServiceBindingInputs,
): string[] {
  const { service, plan } = inputs.instance;
  const isOtherPlan =
    service !== before.instance.service ||
    plan !== before.instance.plan ||
    (inputs.planId !== undefined && inputs.planId !== before.planId);
  const changed = inPlace.filter((name) => !isDeepStrictEqual(before[name], inputs[name]));
  return isOtherPlan ? [...changed, "instance.plan"] : changed;
}

/** What tells how a binding stands. */
export interface Phase {
  state?: ServiceBindingState["state"] | undefined;
  unfinished?: ServiceBindingState["unfinished"] | undefined;
}

/** True where the binding is not done; then it is brought to an end, or made anew, in place. */
export const isUnfinished = ({ unfinished }: Phase): boolean => unfinished !== undefined;

/** True where nobody can be using it, so that any change is made in place. */
export const hasFailed = (state: Phase): boolean => isUnfinished(state) && state.state === "failed";

/** Why a successor is due; never for a binding that is not done. */
export const dueRotation = (rules: RotationRules, saved: Rotatable & Phase, now: number): RotationReason[] =>
  isUnfinished(saved) ? [] : rotationReasons(rules, saved, now);

/** Predecessors whose time beside their successor is over: that of `rotationOverlap`, or no overlap is wanted any more. */
export function duePredecessors(
  { predecessors = [], unfinished }: Partial<Pick<ServiceBindingState, "predecessors" | "unfinished">>,
  { rotationOverlap }: Pick<ServiceBindingInputs, "rotationOverlap">,
  now: number,
): string[] {
  // What depends on the credentials has no others yet.
  if (unfinished) return [];
  return predecessors
    .filter(({ unbindAfter }) => rotationOverlap === undefined || Date.parse(unbindAfter) <= now)
    .map(({ bindingId }) => bindingId);
}
