import type { Broker } from "../broker/account";
import { followingId } from "../broker/ids";
import type { Host } from "../contract";
import { Attempt } from "./bind";
import type { Bound } from "./bound";
import type { Goal } from "./goal";

/** How many ids one run tries: enough for those of a few runs that failed. */
const MAX_IDS = 5;

/**
 * Binds as `begin` does it, and where the broker does not take an id of ours any more, under the one that follows.
 * Whatever is left of the ids before is cleaned up. The goal that comes back has the id that was tried last.
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
  const isLate = (): boolean => host.session.clock.now() >= goal.deadline;
  for (let ids = 1; ids < MAX_IDS && mayFollow(current, bound) && !isLate(); ids += 1) {
    const bindingId = followingId(goal.inputs.intent?.key ?? "", current.bindingId);
    host.log.info(
      `${host.name}: the broker does not take the id ${current.bindingId} again; it is bound as ${bindingId}.`,
    );
    current = { ...current, bindingId };
    bound = await new Attempt(host, broker, current).run();
  }
  return { goal: current, bound };
}

/** An id that the program gives is the only one. */
const mayFollow = ({ inputs }: Goal, bound: Bound): boolean =>
  inputs.bindingId === undefined && bound.kind === "failed" && bound.mitigated && bound.isIdSpent === true;
