import type { PlanRef, LastOperation } from "../../../sdk/broker";
import { cleanUp } from "../../../sdk/broker/operations";
import { asSentence } from "../../host/errors";
import { say } from "../../words";
import { removalUrl, sightOf, strayAdvice } from "../broker/stray";
import type { Attempt, InstanceOutcome } from "./create-outcome";
import type { Run } from "./operation";
import type { ServiceInstanceState } from "./schema";
import { instanceWords } from "./messages";
import { followingId } from "../broker/ids";
import { toldOf, usedUp, wasThere } from "../broker/spent-id";

/**
 * A create failed, and something may be left of it (spec: "Orphan Mitigation"). It is cleaned up, or reported, as the
 * setting says; the state that is saved lets the next run provision under another id. `present` is what it may be there as,
 * where that may be something else than was asked for.
 * @throws StopError where what is there may be another's: that is left alone.
 */
export async function giveUp(
  attempt: Attempt,
  state: ServiceInstanceState,
  why: string,
  present: readonly PlanRef[] = [state],
): Promise<InstanceOutcome> {
  const { run } = attempt;
  if (!attempt.isOwn) throw leftAlone(attempt, state, why, present);
  const what = instanceWords(state);
  const left = await cleaned(run, state, present);
  if (left === undefined && attempt.isReplacement)
    throw run.stop(
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
  { run, isGiven }: Attempt,
  state: ServiceInstanceState,
  why: string,
  [ref = state]: readonly PlanRef[],
): Error {
  const { instanceId } = state;
  const whose = isGiven
    ? `its id is the ${say.program}'s, and it may be someone else's`
    : `an earlier run may have made it, and another ${say.stack} may have it by now (${say.move})`;
  const url = removalUrl(run.broker, { instanceId, serviceId: ref.serviceId, planId: ref.planId });
  return run.stop(
    `${why}. ${instanceWords(state)} may exist at the broker and was not cleaned up. ${asSentence(whose)} Run the same command again, ` +
      `which repeats the request. If that ends in the same way, take back what the ${say.program} has changed since, or take it over ` +
      `with ${say.set("adopt", instanceId)}. Or delete it at the broker by its ids: DELETE ${url}.`,
  );
}

/** The outcome of a create that failed, with what is left of it, if anything. */
export function failedAgain(
  { run, resourceId }: Pick<Attempt, "run" | "resourceId">,
  state: ServiceInstanceState,
  why: string,
  left: string | undefined,
): InstanceOutcome {
  const what = instanceWords(state);
  const standing =
    left === undefined
      ? `${what} was cleaned up, and nothing of it is left. Run the same command again: it provisions under another id.`
      : `${what} may exist at the broker: ${left}.`;
  return { id: resourceId, state, unfinished: [run.clean(`${run.host.name}: ${why}. ${standing}`)] };
}

/** Cleans up what a create may have left; undefined once nothing is, else why something may be, and what to do. */
export async function cleaned(
  run: Run,
  { instanceId }: ServiceInstanceState,
  present: readonly PlanRef[],
): Promise<string | undefined> {
  if (run.broker.client.orphanMitigation === "report")
    return (
      `${say.setting("orphanMitigation")} is "report", so that nothing was deleted. Look into it, and deprovision it, or set ` +
      `${say.setting("orphanMitigation")} to "auto" for that; ` +
      "then run the same command again, which provisions under another id"
    );
  let why: string | undefined;
  for (const { serviceId, planId } of present) {
    const done = await cleanUp(run.work, { instanceId, serviceId, planId }, run);
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
  attempt: Attempt,
  state: ServiceInstanceState,
): Promise<Attempt | undefined> {
  if (attempt.isUnused) return undefined;
  const ask = (instanceId: string): Promise<LastOperation> => lastOf(attempt.run, { ...state, instanceId });
  let about = await usedUp(ask, attempt.instanceId);
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
  { run, instanceId }: Attempt,
  { serviceId, planId }: ServiceInstanceState,
): Promise<boolean> {
  const stray = { instanceId, serviceId, planId };
  const sight = await sightOf(run.host, run.broker, stray, run.deadline);
  if (sight.kind === "untold")
    run.host.log.warn(
      run.clean(
        `${run.host.name}: the broker does not take the id ${instanceId} again, and the next one is used. ` +
          strayAdvice(run.broker, stray, sight),
      ),
    );
  return sight.kind === "there";
}

function lastOf(
  run: Run,
  { instanceId, serviceId, planId, context }: ServiceInstanceState,
): Promise<LastOperation> {
  return run.broker.client.getLastOperation(instanceId, { serviceId, planId }, run.call(context));
}

/** The same under the id that follows. */
function following(attempt: Attempt): Attempt {
  const { instanceId, resourceId, inputs } = attempt;
  const next = followingId(inputs.intent?.key ?? instanceId, instanceId);
  return { ...attempt, instanceId: next, resourceId: resourceId === instanceId ? next : resourceId };
}
