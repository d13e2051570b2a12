import { type Broker, openBroker } from "../broker/account";
import { followingId } from "../broker/ids";
import { marksOf } from "../broker/marks";
import { type Host, type Outcome, StopError } from "../../host/contract";
import { defined } from "../defined";
import { timeoutOf } from "../timeouts";
import { assertTold } from "../untold";
import { isSameBroker } from "./addressed";
import { adopted } from "./adopt";
import { bindInTurn } from "./attempts";
import type { Goal } from "./goal";
import { type Heritage, goneWords, outcomeOf, remedyFor } from "./outcome";
import { planFor } from "./plans";
import { contextOf } from "./request";
import { hasExpired } from "./rotation";
import type { ServiceBindingInputs, ServiceBindingState } from "./schema";
import { type Succession, bindingDecision, savedSuccession } from "./decision";
import { successionsOf } from "./succession";

/** The time-out of an operation, and when it is over. */
export const timeOf = (
  host: Host,
  inputs: Pick<ServiceBindingInputs, "timeouts">,
  operation: "create" | "update" | "delete",
): { deadline: number; timeoutMs: number } => {
  const timeoutMs = timeoutOf(inputs.timeouts, operation);
  return { timeoutMs, deadline: host.session.clock.now() + timeoutMs };
};

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
