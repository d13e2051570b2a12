import type { Broker } from "../broker/account";
import { followingId } from "../broker/ids";
import { asClause } from "../clause";
import type { Host } from "../../host/contract";
import { Attempt } from "./bind";
import type { Bound } from "./bound";
import type { Goal } from "./goal";

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
