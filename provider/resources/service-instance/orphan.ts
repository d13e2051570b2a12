import type { PlanRef, LastOperation } from "../../../sdk/broker";
import { cleanUp } from "../../../sdk/broker/operations";
import { asSentence } from "../../host/errors";
import { say } from "../../words";
import { removalUrl, sightOf, strayAdvice } from "../broker/stray";
import type { CreateContext, InstanceOutcome } from "./create-outcome";
import type { InstanceOperation } from "./operation";
import type { ServiceInstanceState } from "./schema";
import { describeInstance } from "./messages";
import { followingId } from "../broker/ids";
import { toldOf, spentId, wasThere } from "../broker/spent-id";

/**
 * A create failed, and something may be left of it (spec: "Orphan Mitigation"). It is cleaned up, or reported, as the
 * setting says; the state that is saved lets the next run provision under another id. `present` is what it may be there as,
 * where that may be something else than was asked for.
 * @throws StopError where what is there may be another's: that is left alone.
 */
export async function failCreate(
  attempt: CreateContext,
  state: ServiceInstanceState,
  why: string,
  present: readonly PlanRef[] = [state],
): Promise<InstanceOutcome> {
  const { operation } = attempt;
  if (!attempt.isOwn) throw leftAlone(attempt, state, why, present);
  const what = describeInstance(state);
  const left = await cleaned(operation, state, present);
  if (left === undefined && attempt.isReplacement)
    throw operation.stop(
      `${why}. The new ${what} was cleaned up, and nothing of it is left. The present instance stays as it is. Run the same ` +
        "command again to try once more.",
    );
  const failed: ServiceInstanceState = {
    ...state,
    state: "failed",
    unfinished: { kind: "create" },
    mitigated: left === undefined,
    description: state.description ?? why,
  };
  return failedAgain(attempt, failed, why, left);
}

/** What has the id may be in use elsewhere, and is not deleted for the sake of a create that failed. */
function leftAlone(
  { operation, isGiven }: CreateContext,
  state: ServiceInstanceState,
  why: string,
  [ref = state]: readonly PlanRef[],
): Error {
  const { instanceId } = state;
  const whose = isGiven
    ? `its id is the ${say.program}'s, and it may be someone else's`
    : `an earlier run may have made it, and another ${say.stack} may have it by now (${say.move})`;
  const url = removalUrl(operation.broker, { instanceId, serviceId: ref.serviceId, planId: ref.planId });
  return operation.stop(
    `${why}. ${describeInstance(state)} may exist at the broker and was not cleaned up. ${asSentence(whose)} Run the same command again, ` +
      `which repeats the request. If that ends in the same way, take back what the ${say.program} has changed since, or take it over ` +
      `with ${say.set("adopt", instanceId)}. Or delete it at the broker by its ids: DELETE ${url}.`,
  );
}

/** The outcome of a create that failed, with what is left of it, if anything. */
export function failedAgain(
  { operation, resourceId }: Pick<CreateContext, "operation" | "resourceId">,
  state: ServiceInstanceState,
  why: string,
  left: string | undefined,
): InstanceOutcome {
  const what = describeInstance(state);
  const known =
    left === undefined
      ? `${what} was cleaned up, and nothing of it is left. Run the same command again: it provisions under another id.`
      : `${what} may exist at the broker: ${left}.`;
  return {
    id: resourceId,
    state,
    unfinished: [operation.clean(`${operation.host.name}: ${why}. ${known}`)],
  };
}

/** Cleans up what a create may have left; undefined once nothing is, else why something may be, and what to do. */
export async function cleaned(
  operation: InstanceOperation,
  { instanceId }: ServiceInstanceState,
  present: readonly PlanRef[],
): Promise<string | undefined> {
  if (operation.broker.client.orphanMitigation === "report")
    return (
      `${say.setting("orphanMitigation")} is "report", so that nothing was deleted. Look into it, and deprovision it, or set ` +
      `${say.setting("orphanMitigation")} to "auto" for that; ` +
      "then run the same command again, which provisions under another id"
    );
  let why: string | undefined;
  for (const { serviceId, planId } of present) {
    const done = await cleanUp(operation.work, { instanceId, serviceId, planId }, operation);
    if (done.confirmed) return undefined;
    why = done.why;
  }
  return `it could not be cleaned up (${why ?? "the broker did not confirm it"}). Run the same command again: it tries that first`;
}

/**
 * After a refusal: the attempt under the next id that the broker does not know, where it knows this one of something that
 * was there once. The specification lets it never take such an id again, and one of ours becomes such where the instance
 * was lost, or a replacement was cleaned up. Undefined where the refusal is about something else; so is that of an id
 * that was found here, and of one that something has.
 */
export async function unusedAfter(
  attempt: CreateContext,
  state: ServiceInstanceState,
): Promise<CreateContext | undefined> {
  if (attempt.isUnused) return undefined;
  const ask = (instanceId: string): Promise<LastOperation> =>
    lastOf(attempt.operation, { ...state, instanceId });
  let about = await spentId(ask, attempt.instanceId);
  if (about === undefined) return undefined;
  let next = attempt;
  while (wasThere(about)) {
    if (about !== "gone" && (await isThere(next, state))) return undefined;
    next = following(next);
    about = await toldOf(ask, next.instanceId);
  }
  // It knows those that it had, so that nothing was ever there.
  return { ...next, isUnused: true, isOwn: next.isOwn || about === "unknown" };
}

/**
 * Whether something has the id. Where the broker does not tell, it may: that is said, and left as it is, since it may be
 * in use in another stack.
 */
async function isThere(
  { operation, instanceId }: CreateContext,
  { serviceId, planId }: ServiceInstanceState,
): Promise<boolean> {
  const stray = { instanceId, serviceId, planId };
  const sight = await sightOf(operation.host, operation.broker, stray, operation.deadline);
  if (sight.kind === "untold")
    operation.host.log.warn(
      operation.clean(
        `${operation.host.name}: the broker does not take the id ${instanceId} again, and the next one is used. ` +
          strayAdvice(operation.broker, stray, sight),
      ),
    );
  return sight.kind === "there";
}

function lastOf(
  operation: InstanceOperation,
  { instanceId, serviceId, planId, context }: ServiceInstanceState,
): Promise<LastOperation> {
  return operation.broker.client.getLastOperation(instanceId, { serviceId, planId }, operation.call(context));
}

/** The same under the id that follows. */
function following(attempt: CreateContext): CreateContext {
  const { instanceId, resourceId, inputs } = attempt;
  const next = followingId(inputs.intent?.key ?? instanceId, instanceId);
  return { ...attempt, instanceId: next, resourceId: resourceId === instanceId ? next : resourceId };
}
