import { sightOf } from "../broker/stray";
import { say } from "../../words";
import type { Attempt } from "./create-outcome";
import type { ServiceInstanceState } from "./schema";
import { instanceWords } from "./messages";

/**
 * The attempt, for an id that nothing has, as far as the broker tells. It follows from names, so that somebody else may have
 * come to it too.
 * @throws StopError where something has the id.
 */
export async function unclaimed(attempt: Attempt, state: ServiceInstanceState): Promise<Attempt> {
  const { run } = attempt;
  const { instanceId, serviceId, planId } = state;
  const sight = await sightOf(run.host, run.broker, { instanceId, serviceId, planId }, run.deadline);
  if (sight.kind === "there") throw othersInstance(attempt, state);
  return {
    ...attempt,
    isUnproven: false,
    isUnclaimed: true,
    isOwn: attempt.isOwn || sight.kind === "nothing",
  };
}

/** What has the id may be another's, and is left alone. */
export const othersInstance = ({ run, inputs }: Attempt, state: ServiceInstanceState): Error =>
  run.stop(
    `${instanceWords(state)} exists at the broker, and nothing shows that a run of this resource made it. Nothing was changed. ` +
      `If it is somebody else's, give another ${say.path("name")}. If it is this resource's own, ` +
      say.takeOver(
        "ServiceInstance",
        state.instanceId,
        [inputs.profile ?? "default", state.service, state.plan, state.instanceId].join("/"),
      ),
  );
