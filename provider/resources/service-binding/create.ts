import { type Broker, openBroker } from "../broker/account";
import { followingId } from "../broker/ids";
import { brokerRunStateOf } from "../broker/run-state";
import { type Host, type Outcome, StopError } from "../../host/contract";
import { omitUndefined, assertTold } from "../../host/saved-state";
import { isSameBroker } from "./same-broker";
import { adopted } from "./adopt";
import type { BindTarget, BindOutcome } from "./bind-types";
import { type CarriedOver, describeGone, outcomeOf, remedyFor } from "./outcome";
import { planFor } from "../broker/catalog";
import { contextOf } from "./send";
import { hasExpired } from "./rotation";
import type { ServiceBindingInputs, ServiceBindingState } from "./schema";
import { type Replacement, bindingDecision, savedReplacement } from "./decision";
import { replacementsOf } from "./replacements";
import { timeOf } from "../timeouts";
import { withoutFullStop } from "../../host/errors";
import { Attempt } from "./bind";

/** Binds, or takes over a binding that exists; as the successor of another one where a replacement is due. */
export async function createServiceBinding(
  host: Host,
  inputs: ServiceBindingInputs,
): Promise<Outcome<ServiceBindingState>> {
  // Where the engine asked for no diff, the saved state tells what is replaced.
  const replacement = bindingDecision(host).successor ?? savedReplacement(host, inputs);
  if (!replacement) return made(host, inputs, undefined);
  const { bindingId } = replacement.predecessor;
  if (replacement.isRotation)
    host.log.info(
      `${host.name}: rotation of service binding ${bindingId} is due ${replacement.reasons.join("; ")}.`,
    );
  const withPresent = (words: string): string =>
    replacementsOf(host.session).hasEnded(bindingId)
      ? words
      : `${words} The present binding, ${bindingId}, stays as it is.`;
  try {
    const outcome = await made(host, inputs, replacement);
    return outcome.unfinished ? { ...outcome, unfinished: outcome.unfinished.map(withPresent) } : outcome;
  } catch (error) {
    if (!(error instanceof StopError)) throw error;
    throw new StopError(withPresent(error.message), { cause: error });
  }
}

async function made(
  host: Host,
  inputs: ServiceBindingInputs,
  replacement: Replacement | undefined,
): Promise<Outcome<ServiceBindingState>> {
  const broker = openBroker(host.session, host.settings, inputs.profile);
  const time = timeOf(host, inputs, "create");
  const found = await planFor(host, broker, inputs.instance, time.deadline);
  const common = { inputs, found, context: contextOf(inputs), ...time };
  if (inputs.adopt !== undefined && (replacement === undefined || replacement.adopts))
    return adopted(host, broker, common, carriedOver(host, inputs, replacement));
  const key = inputs.intent?.key ?? "";
  assertTold(host, replacement !== undefined || brokerRunStateOf(host.session).hasBegun(key));
  const followed = replacement?.predecessor.bindingId;
  const isOurs = inputs.bindingId === undefined;
  const first: BindTarget = {
    ...common,
    bindingId: inputs.bindingId ?? (followed === undefined ? key : followingId(key, followed)),
    rotates: rotatedFrom(host, broker, replacement),
    isOurs,
    isOwn: isOurs && brokerRunStateOf(host.session).isFirstUse(key, followed),
    isUnproven: inputs.intent?.isUnproven === true,
  };
  const { target, bound } = await bindInTurn(host, broker, first);
  // The id of one that is not saved is tried again: it must not be one that the broker does not take.
  if (replacement && bound.kind === "failed" && bound.mitigated && bound.isIdSpent !== true)
    throw new StopError(
      broker.client.redact(
        `${host.name}: ${bound.why}. ${describeGone(bound, target)}, and nothing was bound by this run. ${remedyFor(bound, inputs)}`,
      ),
    );
  return outcomeOf(host, broker, target, carriedOver(host, inputs, replacement), bound);
}

/** The binding that the broker is asked to derive the successor from: one of its own that is bound and has not expired. */
function rotatedFrom(host: Host, broker: Broker, replacement: Replacement | undefined): string | undefined {
  if (!replacement?.isRotation) return undefined;
  const { predecessor } = replacement;
  const { broker: madeBy = broker.client.baseUrl } = predecessor;
  if (!isSameBroker(broker, { broker: madeBy })) return undefined;
  const isOver = replacementsOf(host.session).hasEnded(predecessor.bindingId);
  return isOver || hasExpired(predecessor, host.session.clock.now()) ? undefined : predecessor.bindingId;
}

/**
 * What goes on beside the successor: with an overlap, its predecessor and those that this one held, unless their time is
 * over. Those end with the predecessor, which the engine deletes after what depends on the credentials was updated.
 */
function carriedOver(
  host: Host,
  inputs: ServiceBindingInputs,
  replacement: Replacement | undefined,
): CarriedOver {
  if (!replacement) return { overlapping: [], predecessors: [], follows: undefined };
  const { predecessor, isRotation } = replacement;
  const { bindingId, broker, given } = predecessor;
  const follows = { bindingId, isRotation };
  const isBeside = predecessor.instance.instanceId === inputs.instance.instanceId;
  // The instance of the others leaves in the same run, and bindings have to leave before.
  if (inputs.rotationOverlap === undefined || !isBeside)
    return { overlapping: [], predecessors: [], follows };
  const replacements = replacementsOf(host.session);
  const now = host.session.clock.now();
  const isBound = predecessor.state === "succeeded" && !replacements.hasEnded(bindingId);
  return {
    overlapping: isBound ? [omitUndefined({ bindingId, broker, given })] : [],
    predecessors: (predecessor.predecessors ?? []).filter(
      ({ bindingId, unbindAfter }) => Date.parse(unbindAfter) > now && !replacements.hasEnded(bindingId),
    ),
    follows,
  };
}

/** How many ids one run tries: enough for those of a few runs that failed. */
const MAX_IDS = 5;

/**
 * Binds as `begin` does it, and where the broker does not take an id of ours any more, under the one that follows.
 * What this resource left of the ids before is cleaned up, and anything else named. The target that comes back has the id
 * that was tried last.
 * @throws StopError where nothing is bound.
 */
export async function bindInTurn(
  host: Host,
  broker: Broker,
  target: BindTarget,
  begin: (attempt: Attempt) => Promise<BindOutcome> = (attempt) => attempt.run(),
): Promise<{ target: BindTarget; bound: BindOutcome }> {
  let current = target;
  let bound = await begin(new Attempt(host, broker, current));
  const all = [bound];
  const isLate = (): boolean => host.session.clock.now() >= target.deadline;
  while (all.length < MAX_IDS && mayFollow(current, bound) && !isLate()) {
    const bindingId = followingId(target.inputs.intent?.key ?? "", current.bindingId);
    host.log.info(
      `${host.name}: the broker does not take the id ${current.bindingId}; the next one, ${bindingId}, is tried.`,
    );
    // Where no run before can have used the one, none has used the next.
    current = { ...current, bindingId };
    bound = await new Attempt(host, broker, current).run();
    all.push(bound);
  }
  return { target: current, bound: { ...bound, ...alike(all) } };
}

/** What is to be said where all ids that a run may try were refused with the same words, and nothing has any of them. */
function alike(all: readonly BindOutcome[]): { why: string; remedy: string } | undefined {
  const refusals = all.map((bound) =>
    bound.kind === "failed" && bound.wasNothing ? bound.refusal : undefined,
  );
  const [first] = refusals;
  const isSame = refusals.every(
    (refusal) => refusal?.status === first?.status && refusal?.description === first?.description,
  );
  if (all.length < MAX_IDS || !first || !isSame) return undefined;
  return {
    why:
      `the broker refused ${all.length} new ids in the same way, so it is not about the id: ` +
      withoutFullStop(first.description ?? first.message),
    remedy:
      "Change the inputs that it is about, or ask the broker's operator; then run the same command again: it binds anew.",
  };
}

/** An id that the program gives is the only one. */
const mayFollow = ({ inputs }: BindTarget, bound: BindOutcome): boolean =>
  inputs.bindingId === undefined && bound.kind === "failed" && bound.mitigated && bound.isIdSpent === true;
