import { say } from "../../words";
import { outOfReach } from "../broker/same-broker";
import type { Host, Problem } from "../../host/contract";
import { forcedBy } from "../forced-replacement";
import { hasUnknown } from "../../schema/unknown";
import { adoptedId, namesAnother } from "./state";
import { changedInputs, dueRotation, hasFailed } from "./changes";
import type { RotationReason } from "./rotation";
import { bindingDecision } from "./decision";
import { type SavedPart, savedPart } from "./saved-part";
import type { ServiceBindingInputs } from "./schema";
import { replacementsOf } from "./replacements";

/** The times that the engine knows already. */
export const knownRules = (
  host: Host,
  { rotateAfter, rotateBefore }: ServiceBindingInputs,
): Pick<ServiceBindingInputs, "rotateAfter" | "rotateBefore"> => ({
  rotateAfter: host.isUnknown(rotateAfter) ? undefined : rotateAfter,
  rotateBefore: host.isUnknown(rotateBefore) ? undefined : rotateBefore,
});

/** Why a rotation of the saved binding is due. Its trigger may be a secret, which only the engine's inputs tell. */
export function reasonsFor(
  host: Host,
  saved: SavedPart,
  olds: ServiceBindingInputs,
  inputs: ServiceBindingInputs,
): RotationReason[] {
  const { rotationTrigger } = inputs;
  const isOpen = hasUnknown(rotationTrigger, host.isUnknown);
  const rules = {
    ...knownRules(host, inputs),
    rotationTrigger: isOpen ? olds.rotationTrigger : rotationTrigger,
  };
  return dueRotation(rules, { ...saved, rotationTrigger: olds.rotationTrigger }, host.session.clock.now());
}

/** What is wrong with making a successor of the saved binding, where one is due. */
export function successorProblems(
  host: Host,
  olds: ServiceBindingInputs | undefined,
  inputs: ServiceBindingInputs,
): Problem[] {
  const saved = savedPart(host);
  if (saved?.bindingId === undefined || hasFailed(saved)) return [];
  const replacements = replacementsOf(host.session);
  if (replacements.hasEnded(saved.bindingId)) return [];
  const present = { bindingId: saved.bindingId };
  const changed = olds ? changedInputs({ ...olds, ...present }, inputs, host.isUnknown) : [];
  const reasons = olds ? reasonsFor(host, saved, olds, inputs) : [];
  // Without old inputs the engine asks for a create: of the successor, as decided before, or by --replace.
  const isReplaced = !olds || changed.length + reasons.length > 0;
  if (!isReplaced) return [];
  const why = outOfReach(host, { ...saved, deletionPolicy: inputs.deletionPolicy });
  const problems: Problem[] = why === undefined ? [] : [{ path: "", message: why }];
  if (inputs.bindingId === saved.bindingId)
    problems.push({
      path: "bindingId",
      message:
        `is the id of the binding that is to get a successor (${describeWhy(host, changed, reasons)}), and both exist at once. ` +
        `Give another ${say.path("bindingId")}, or leave it out`,
    });
  const next = namesAnother(saved, inputs) ? adoptedId(inputs) : inputs.bindingId;
  const beside = saved.predecessors?.find(({ bindingId }) => bindingId === next);
  if (beside && inputs.rotationOverlap !== undefined)
    problems.push({
      path: inputs.bindingId === undefined ? "adopt" : "bindingId",
      message:
        `is the id of a predecessor, which the first ${say.applyNoun} after ${beside.unbindAfter} unbinds (${say.path("rotationOverlap")}). Give another ` +
        `${say.path("bindingId")}, or leave it out; once that time has passed, an ${say.applyNoun} with the present ${say.path("bindingId")} makes it free`,
    });
  const isForced = !olds && bindingDecision(host).successor === undefined;
  // Taking it back in the up that replaces is no way around it.
  const policies = [saved.deletionPolicy, inputs.deletionPolicy];
  if (policies.includes("prevent") && (changed.length > 0 || isForced))
    problems.push({
      path: changed[0] ?? "",
      message:
        `a replacement (a change, ${forcedBy(host)}) unbinds ${saved.bindingId}, which ${say.set("deletionPolicy", "prevent")} forbids. ` +
        `Take it back, or set ${say.set("deletionPolicy", "delete")} and run ${say.apply} before it`,
    });
  return problems;
}

function describeWhy(host: Host, changed: readonly string[], reasons: readonly RotationReason[]): string {
  if (changed.length > 0) return `${changed.map(say.path).join(", ")} changed`;
  return reasons.length > 0
    ? `rotation is due ${reasons.map(({ words }) => words).join("; ")}`
    : `a replacement was asked for: ${forcedBy(host)}`;
}
