import type { LastOperation } from "../../../sdk/broker";
import { followingId } from "../broker/ids";
import { type Told, toldOf, usedUp, wasThere } from "../broker/used-up";
import type { Attempt } from "./attempt";
import { cleaned } from "./mitigate";
import type { Run } from "./run";
import type { ServiceInstanceState } from "./schema";

/**
 * After a refusal: the attempt under the next id that the broker does not know, where it knows this one of something that
 * was there once. The specification lets it never take such an id again, and one of ours becomes such where the instance
 * was lost, or a replacement was cleaned up. Undefined where the refusal is about something else; so is that of an id
 * that was found here.
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
    if (!(await isOver(next, state, about))) return undefined;
    next = following(next);
    about = await toldOf(ask, next.instanceId);
  }
  return { ...next, isUnused: true };
}

/**
 * Whether nothing has the id any more. What is done may be the end of it, or what a run that died has made: nobody uses
 * that, and it is cleaned up.
 */
const isOver = async (
  { run, instanceId }: Attempt,
  state: ServiceInstanceState,
  about: Told,
): Promise<boolean> =>
  about === "gone" || (await cleaned(run, { ...state, instanceId }, [state])) === undefined;

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
