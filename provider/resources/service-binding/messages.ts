import type { ServicePlan, SettledOperation } from "../../../sdk/broker";
import { lastLookWords } from "../../../sdk/broker/operations";
import { say } from "../../words";
import type { Host } from "../../host/contract";
import { hasUnknown } from "../../schema/unknown";
import { changedInputs, changesInPlace, duePredecessors, isUnfinished } from "./changes";
import { hasExpired, isRenewalDue, lacksExpiry, rulesDueAtOnce } from "./rotation";
import { type SavedPart, savedPart } from "./saved-part";
import type { ServiceBindingInputs } from "./schema";
import { knownRules, reasonsFor } from "./replacement-check";

/** What a preview tells of a binding that is made: whether it is to have a successor, and what else an up does. */
export function describePreview(
  host: Host,
  olds: ServiceBindingInputs | undefined,
  inputs: ServiceBindingInputs,
): void {
  const saved = savedPart(host);
  if (!olds || saved?.bindingId === undefined || isUnfinished(saved)) return;
  describeRotation(host, saved, olds, inputs);
  if (staysBound(host, saved, olds, inputs)) describeInPlace(host, saved, olds, inputs);
}

/** What is told of rotation. */
function describeRotation(
  host: Host,
  saved: SavedPart,
  olds: ServiceBindingInputs,
  inputs: ServiceBindingInputs,
): void {
  const { name, log, session } = host;
  const reasons = reasonsFor(host, saved, olds, inputs);
  // One that was taken over may have been old when it came.
  const atOnce = inputs.adopt === undefined ? rulesDueAtOnce(knownRules(host, inputs), saved) : [];
  if (atOnce.length > 0)
    log.warn(
      `${name}: service binding ${saved.bindingId} was due for rotation when it was made (${atOnce.join("; ")}): every ${say.applyNoun} ` +
        "will make another successor. Give a time that is shorter than the life of what the broker gives.",
    );
  if (reasons.length > 0)
    log.info(
      `${name}: rotation is due ${reasons.map(({ words }) => words).join("; ")}. A successor will be made.`,
    );
  else if (hasExpired(saved, session.clock.now()))
    log.warn(
      `${name}: service binding ${saved.bindingId} has expired at ${saved.metadata?.expiresAt ?? ""}, and no rotation is due. ` +
        `Set ${say.path("rotateBefore")} (or change ${say.path("rotationTrigger")}) to have a successor made.`,
    );
  else if (!host.isUnknown(inputs.rotateBefore) && isRenewalDue(saved, session.clock.now()))
    log.warn(
      `${name}: service binding ${saved.bindingId} should have been renewed before ${saved.metadata?.renewBefore ?? ""}, and no ` +
        `rotation is due. Set ${say.path("rotateBefore")} (or change ${say.path("rotationTrigger")}) to have a successor made.`,
    );
  if (!host.isUnknown(inputs.rotateBefore) && lacksExpiry(inputs, saved))
    log.warn(
      `${name}: ${say.path("rotateBefore")} has no effect: the broker did not say when service binding ${saved.bindingId} expires. ` +
        `Use ${say.path("rotateAfter")}.`,
    );
}

/** True where it is certain that an up makes no other binding. */
function staysBound(
  host: Host,
  saved: SavedPart,
  olds: ServiceBindingInputs,
  inputs: ServiceBindingInputs,
): boolean {
  const { intent: _intent, ...known } = inputs;
  return (
    !hasUnknown(known, host.isUnknown) &&
    changedInputs({ ...olds, bindingId: saved.bindingId }, inputs, host.isUnknown).length === 0 &&
    reasonsFor(host, saved, olds, inputs).length === 0
  );
}

const CREDENTIALS = `the credentials stay as they are, though a ${say.planNoun} shows them as unknown`;

/** What is told of an update that leaves the binding as it is. */
function describeInPlace(
  { name, log, session }: Host,
  saved: SavedPart,
  olds: ServiceBindingInputs,
  inputs: ServiceBindingInputs,
): void {
  const due = duePredecessors(saved, inputs, session.clock.now());
  for (const { bindingId, unbindAfter } of saved.predecessors ?? []) {
    if (!due.includes(bindingId)) continue;
    const end = inputs.deletionPolicy === "abandon" ? "let go of, and stays bound" : "unbound";
    const why =
      inputs.rotationOverlap === undefined
        ? `there is no ${say.path("rotationOverlap")} any more`
        : `its time (until ${unbindAfter}) is over`;
    log.info(`${name}: predecessor ${bindingId} will be ${end}: ${why}; ${CREDENTIALS}.`);
  }
  const changed = changesInPlace(olds, inputs);
  if (changed.length > 0)
    log.info(
      `${name}: a change of ${changed.map(say.path).join(", ")} makes no other binding: ${CREDENTIALS}.`,
    );
}

/** That an operation took longer than the plan says that any does, as a clause. */
export function describeOverdue(
  plan: Pick<ServicePlan, "maximumPollingDurationMs"> | undefined,
  settled: SettledOperation & { outcome: "overdue" },
): string {
  const ms = plan?.maximumPollingDurationMs;
  const limit = ms === undefined ? "" : `, ${ms / 1000} s`;
  return `the longest time that the plan allows for it (maximum_polling_duration${limit}) has passed${lastLookWords(settled)}`;
}

/** That what a binding gives cannot be had, as a clause: neither a 202 nor a last operation tells it. */
export const describeUnfetchable = (service: string): string =>
  `service ${service} binds asynchronously, and its catalog does not say that bindings can be fetched ` +
  "(bindings_retrievable), which the specification demands then: what the binding gives cannot be had";

/** What helps against it. */
export const UNFETCHABLE_ADVICE =
  `Set ${say.set("acceptsIncomplete", false)} if the broker can bind at once; if it cannot, its operator has to declare ` +
  "bindings_retrievable in the catalog";
