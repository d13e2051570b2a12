import { type Broker, openBroker } from "../broker/account";
import { followingId } from "../broker/ids";
import { marksOf } from "../broker/run-state";
import { type Host, type Outcome, StopError } from "../../host/contract";
import { defined, assertTold } from "../../host/saved-state";
import { isSameBroker } from "./same-broker";
import { adopted } from "./adopt";
import type { Goal, Bound } from "./bind-types";
import { type Heritage, goneWords, outcomeOf, remedyFor } from "./outcome";
import { planFor } from "../broker/catalog";
import { contextOf } from "./send";
import { hasExpired } from "./rotation";
import type { ServiceBindingInputs, ServiceBindingState } from "./schema";
import { type Succession, bindingDecision, savedSuccession } from "./decision";
import { successionsOf } from "./replacements";
import { timeOf } from "../timeouts";
import { asClause } from "../../host/errors";
import { Attempt } from "./bind";

/** Binds, or takes over a binding that exists; as the successor of another one where a replacement is due. */
export async function createServiceBinding(
  host: Host,
  inputs: ServiceBindingInputs,
): Promise<Outcome<ServiceBindingState>> {
  // Where the engine asked for no diff, the saved state tells what is replaced.
  const succession = bindingDecision(host).successor ?? savedSuccession(host, inputs);
  if (!succession) return made(host, inputs, undefined);
  const { bindingId } = succession.predecessor;
  if (succession.isRotation)
    host.log.info(
      `${host.name}: rotation of service binding ${bindingId} is due ${succession.reasons.join("; ")}.`,
    );
  const withPresent = (words: string): string =>
    successionsOf(host.session).hasEnded(bindingId)
      ? words
      : `${words} The present binding, ${bindingId}, stays as it is.`;
  try {
    const outcome = await made(host, inputs, succession);
    return outcome.unfinished ? { ...outcome, unfinished: outcome.unfinished.map(withPresent) } : outcome;
  } catch (error) {
    if (!(error instanceof StopError)) throw error;
    throw new StopError(withPresent(error.message), { cause: error });
  }
}

async function made(
  host: Host,
  inputs: ServiceBindingInputs,
  succession: Succession | undefined,
): Promise<Outcome<ServiceBindingState>> {
  const broker = openBroker(host.session, host.settings, inputs.profile);
  const time = timeOf(host, inputs, "create");
  const found = await planFor(host, broker, inputs.instance, time.deadline);
  const common = { inputs, found, context: contextOf(inputs), ...time };
  if (inputs.adopt !== undefined && (succession === undefined || succession.adopts))
    return adopted(host, broker, common, heritageOf(host, inputs, succession));
  const key = inputs.intent?.key ?? "";
  assertTold(host, succession !== undefined || marksOf(host.session).hasBegun(key));
  const followed = succession?.predecessor.bindingId;
  const isOurs = inputs.bindingId === undefined;
  const first: Goal = {
    ...common,
    bindingId: inputs.bindingId ?? (followed === undefined ? key : followingId(key, followed)),
    rotates: rotatedFrom(host, broker, succession),
    isOurs,
    isOwn: isOurs && marksOf(host.session).isFirstUse(key, followed),
    isUnproven: inputs.intent?.isUnproven === true,
  };
  const { goal, bound } = await bindInTurn(host, broker, first);
  // The id of one that is not saved is tried again: it must not be one that the broker does not take.
  if (succession && bound.kind === "failed" && bound.mitigated && bound.isIdSpent !== true)
    throw new StopError(
      broker.client.redact(
        `${host.name}: ${bound.why}. ${goneWords(bound, goal)}, and nothing was bound by this run. ${remedyFor(bound, inputs)}`,
      ),
    );
  return outcomeOf(host, broker, goal, heritageOf(host, inputs, succession), bound);
}

/** The binding that the broker is asked to derive the successor from: one of its own that is bound and has not expired. */
function rotatedFrom(host: Host, broker: Broker, succession: Succession | undefined): string | undefined {
  if (!succession?.isRotation) return undefined;
  const { predecessor } = succession;
  const { broker: madeBy = broker.client.baseUrl } = predecessor;
  if (!isSameBroker(broker, { broker: madeBy })) return undefined;
  const isOver = successionsOf(host.session).hasEnded(predecessor.bindingId);
  return isOver || hasExpired(predecessor, host.session.clock.now()) ? undefined : predecessor.bindingId;
}

/**
 * What goes on beside the successor: with an overlap, its predecessor and those that this one held, unless their time is
 * over. Those end with the predecessor, which the engine deletes after what depends on the credentials was updated.
 */
function heritageOf(host: Host, inputs: ServiceBindingInputs, succession: Succession | undefined): Heritage {
  if (!succession) return { overlapping: [], predecessors: [], follows: undefined };
  const { predecessor, isRotation } = succession;
  const { bindingId, broker, given } = predecessor;
  const follows = { bindingId, isRotation };
  const isBeside = predecessor.instance.instanceId === inputs.instance.instanceId;
  // The instance of the others leaves in the same run, and bindings have to leave before.
  if (inputs.rotationOverlap === undefined || !isBeside)
    return { overlapping: [], predecessors: [], follows };
  const successions = successionsOf(host.session);
  const now = host.session.clock.now();
  const isBound = predecessor.state === "succeeded" && !successions.hasEnded(bindingId);
  return {
    overlapping: isBound ? [defined({ bindingId, broker, given })] : [],
    predecessors: (predecessor.predecessors ?? []).filter(
      ({ bindingId, unbindAfter }) => Date.parse(unbindAfter) > now && !successions.hasEnded(bindingId),
    ),
    follows,
  };
}

/** How many ids one run tries: enough for those of a few runs that failed. */
const MAX_IDS = 5;

/**
 * Binds as `begin` does it, and where the broker does not take an id of ours any more, under the one that follows.
 * What this resource left of the ids before is cleaned up, and anything else named. The goal that comes back has the id that was tried last.
 * @throws StopError where nothing is bound.
 */
export async function bindInTurn(
  host: Host,
  broker: Broker,
  goal: Goal,
  begin: (attempt: Attempt) => Promise<Bound> = (attempt) => attempt.run(),
): Promise<{ goal: Goal; bound: Bound }> {
  let current = goal;
  let bound = await begin(new Attempt(host, broker, current));
  const all = [bound];
  const isLate = (): boolean => host.session.clock.now() >= goal.deadline;
  while (all.length < MAX_IDS && mayFollow(current, bound) && !isLate()) {
    const bindingId = followingId(goal.inputs.intent?.key ?? "", current.bindingId);
    host.log.info(
      `${host.name}: the broker does not take the id ${current.bindingId}; the next one, ${bindingId}, is tried.`,
    );
    // Where no run before can have used the one, none has used the next.
    current = { ...current, bindingId };
    bound = await new Attempt(host, broker, current).run();
    all.push(bound);
  }
  return { goal: current, bound: { ...bound, ...alike(all) } };
}

/** What is to be said where all ids that a run may try were refused with the same words, and nothing has any of them. */
function alike(all: readonly Bound[]): { why: string; remedy: string } | undefined {
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
      asClause(first.description ?? first.message),
    remedy:
      "Change the inputs that it is about, or ask the broker's operator; then run the same command again: it binds anew.",
  };
}

/** An id that the program gives is the only one. */
const mayFollow = ({ inputs }: Goal, bound: Bound): boolean =>
  inputs.bindingId === undefined && bound.kind === "failed" && bound.mitigated && bound.isIdSpent === true;
