import type { PlanRef } from "../../../sdk/broker";
import { cleanUp } from "../../../sdk/broker/operations";
import { asSentence } from "../clause";
import { say } from "../../words";
import { removalUrl } from "../broker/stray";
import type { Attempt, InstanceOutcome } from "./attempt";
import type { Run } from "./run";
import type { ServiceInstanceState } from "./schema";
import { instanceWords } from "./words";

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
