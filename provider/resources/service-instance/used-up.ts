import type { LastOperation } from "../../../sdk/broker";
import { followingId } from "../broker/ids";
import { toldOf, usedUp, wasThere } from "../broker/used-up";
import { sightOf, strayAdvice } from "../broker/stray";
import type { Attempt } from "./attempt";
import type { Run } from "./run";
import type { ServiceInstanceState } from "./schema";

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
