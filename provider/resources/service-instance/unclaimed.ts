import { sightOf } from "../broker/stray";
import { say } from "../../words";
import type { CreateContext } from "./create-outcome";
import type { ServiceInstanceState } from "./schema";
import { describeInstance } from "./messages";

/**
 * The attempt, for an id that nothing has, as far as the broker tells. It follows from names, so that somebody else may have
 * come to it too.
 * @throws StopError where something has the id.
 */
export async function unclaimed(attempt: CreateContext, state: ServiceInstanceState): Promise<CreateContext> {
  const { operation } = attempt;
  const { instanceId, serviceId, planId } = state;
  const stray = { instanceId, serviceId, planId };
  // The PUT that follows would tell too: one look is enough, and proves nothing.
  const sight = await sightOf(operation.host, operation.broker, stray, operation.deadline, false);
  if (sight.kind === "there") throw othersInstance(attempt, state);
  return { ...attempt, isUnproven: false, isUnclaimed: true };
}

/** What has the id may be another's, and is left alone. */
export const othersInstance = ({ operation, inputs }: CreateContext, state: ServiceInstanceState): Error =>
  operation.stop(
    `${describeInstance(state)} exists at the broker, and nothing shows that a run of this resource made it. Nothing was changed. ` +
      `If it is somebody else's, give another ${say.path("name")}. If it is this resource's own, ` +
      say.takeOver(
        "ServiceInstance",
        state.instanceId,
        [inputs.profile ?? "default", state.service, state.plan, state.instanceId].join("/"),
      ),
  );
