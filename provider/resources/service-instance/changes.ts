import { isDeepStrictEqual } from "node:util";
import { say } from "../../words";
import type { Problem } from "../../host/contract";
import { hasUnknown, type IsUnknown } from "../../schema/unknown";
import type { ServiceInstanceInputs, ServiceInstanceState } from "./schema";
import { exists, sameParameters } from "./state";

/** Inputs that an update can bring about, and those that only a replacement can. */
export interface Changes {
  /** In place, by PATCH. */
  updates: ("plan" | "parameters" | "context" | "maintenanceInfo")[];
  /** By another instance. */
  replaces: (
    | "service"
    | "plan"
    | "parameters"
    | "context"
    | "maintenanceInfo"
    | "organizationGuid"
    | "spaceGuid"
    | "instanceId"
    | "adopt"
  )[];
}

/** What is known of an instance: its saved state, or as much of it as a check is shown. */
export type Known = Partial<ServiceInstanceState>;

/** What the program wants otherwise than it is known to be. What is not known, on either side, is no difference. */
export function changesOf(known: Known, inputs: ServiceInstanceInputs, isUnknown: IsUnknown): Changes {
  const changes: Changes = { updates: [], replaces: [] };
  const differs = (before: unknown, now: unknown): boolean =>
    before !== undefined &&
    now !== undefined &&
    !hasUnknown(now, isUnknown) &&
    !isDeepStrictEqual(before, now);
  if (!exists(known)) return changes;
  const fixed = inputs.fixed ?? [];
  const isFixed = fixed.includes("parameters");
  for (const field of ["organizationGuid", "spaceGuid"] as const)
    if (differs(known[field], inputs[field])) changes.replaces.push(field);
  if (differs(known.instanceId, givenId(inputs))) changes.replaces.push(givenBy(inputs));
  if (differs(known.serviceId, inputs.serviceId))
    return { updates: [], replaces: ["service", ...changes.replaces] };
  if (differs(known.planId, inputs.planId))
    if (fixed.includes("plan")) changes.replaces.push("plan");
    else changes.updates.push("plan");
  if (differs(known.context, inputs.context))
    if (fixed.includes("context")) changes.replaces.push("context");
    else changes.updates.push("context");
  if (!hasUnknown(inputs.parameters, isUnknown) && !sameParameters(known.parameters, inputs.parameters))
    changes[isFixed ? "replaces" : "updates"].push("parameters");
  const { maintenanceVersion } = inputs;
  if (maintenanceVersion !== undefined && maintenanceVersion !== known.maintenanceInfo?.version)
    if (!isFixed) changes.updates.push("maintenanceInfo");
    else if (known.maintenanceInfo) changes.replaces.push("maintenanceInfo");
  return changes;
}

const NOTHING_KEPT = `the broker keeps no instances (${say.setting("brokerKeepsInstances")} is false), and has none to update`;

const whyNot: Readonly<Record<Changes["replaces"][number], string>> = {
  service: "an instance stays one of its service",
  plan: "the catalog does not allow it for the present plan (plan_updateable)",
  parameters: NOTHING_KEPT,
  maintenanceInfo: NOTHING_KEPT,
  context: "the catalog does not allow it for this service (allow_context_updates)",
  organizationGuid: "the broker is told once, at create",
  spaceGuid: "the broker is told once, at create",
  instanceId: "an id stays with its instance",
  adopt: "an instance takes over no other",
};

/** Why a change is not made, where a policy forbids it or an id stands in its way. */
export function changeProblems(known: Known, inputs: ServiceInstanceInputs, changes: Changes): Problem[] {
  const { replaces } = changes;
  if (replaces.length === 0) return [];
  const isKept = inputs.fixed?.includes("parameters") !== true;
  if (inputs.changePolicy !== "replace")
    return replaces.map((path) => ({
      path,
      message:
        `cannot be changed in place${describeFrom(known, inputs, path)}: ${path === "plan" && !isKept ? NOTHING_KEPT : whyNot[path]}. ` +
        `Nothing was sent. ${wayBack(known, path)}, or set ${say.set("changePolicy", "replace")}, which ${describeReplacement(path, isKept)}`,
    }));
  return replacementProblems(known, inputs, replaces[0] ?? "");
}

type Replacing = Changes["replaces"][number];

/** What a replacement does. */
function describeReplacement(path: Replacing, isKept: boolean): string {
  const begins = path === "adopt" ? "takes over the other one" : "makes a new instance";
  return isKept
    ? `${begins} and deletes this one with its data`
    : `${begins}; what the action of this one made stays`;
}

/** Names of plans; other values may be secrets. */
const describeFrom = ({ plan }: Known, inputs: ServiceInstanceInputs, path: Replacing): string =>
  path === "plan" && plan !== undefined ? `, from ${plan} to ${inputs.plan}` : "";

/** Where it was changed at the broker, there is nothing to take back in the program. */
const wayBack = ({ plan }: Known, path: Replacing): string =>
  path === "plan" && plan !== undefined
    ? `Write ${say.set("plan", plan)}, which the instance has`
    : "Take the change back";

/** What is wrong with a replacement of what is there, whoever asked for it. */
export function replacementProblems(known: Known, inputs: ServiceInstanceInputs, path: string): Problem[] {
  const problems: Problem[] = [];
  const prevented = [known.deletionPolicy, inputs.deletionPolicy].includes("prevent");
  if (prevented)
    problems.push({
      path,
      message:
        `a replacement would delete the present instance, and ${say.path("deletionPolicy")} is "prevent". Nothing was sent. Set another ` +
        `${say.path("deletionPolicy")} and run ${say.apply} before this change`,
    });
  if (inputs.deletionPolicy === "abandon" && known.deletionPolicy !== "abandon")
    problems.push({
      path,
      message:
        `a replacement would delete the present instance with its data: ${say.set("deletionPolicy", "abandon")} holds for it once an ${say.applyNoun} has ` +
        `saved that. Nothing was sent. Take this change back, run ${say.apply} with the policy, and make the change after it`,
    });
  if (known.instanceId !== undefined && givenId(inputs) === known.instanceId)
    problems.push({
      path: givenBy(inputs),
      message:
        `a replacement needs another id, and ${known.instanceId} is that of the present instance. Nothing was sent. Give ` +
        "another one, or none",
    });
  return problems;
}

/** The id that the program gave or adopts. */
export const givenId = ({ instanceId, adopt }: ServiceInstanceInputs): string | undefined =>
  typeof adopt === "string" ? adopt : instanceId;

/** The input that gives it. */
const givenBy = ({ instanceId }: ServiceInstanceInputs): "adopt" | "instanceId" =>
  instanceId === undefined ? "adopt" : "instanceId";
