import { followingId, newKey } from "../broker/ids";
import type { Host } from "../../host/contract";
import { assertTold } from "../untold";
import { adopt } from "./adopt";
import type { Attempt, InstanceOutcome } from "./attempt";
import { givenId } from "./changes";
import { instanceDecision } from "./decision";
import { provision } from "./provision";
import { Run } from "./run";
import type { ServiceInstanceInputs } from "./schema";
import { ownOf } from "../../host/saved-state";

/**
 * Provisions an instance, or adopts one. The first has the id of its intent; what replaces another one has the id that
 * follows from it, which a run that died before has used too.
 */
export async function createServiceInstance(
  host: Host,
  inputs: ServiceInstanceInputs,
): Promise<InstanceOutcome> {
  const run = new Run(host, inputs, "create");
  const key = inputs.intent?.key ?? newKey();
  const decided = instanceDecision(host).follows;
  assertTold(host, decided !== undefined || run.marks.hasBegun(key));
  const replaced = decided ?? savedId(host);
  const given = givenId(inputs);
  const instanceId = given ?? (replaced === undefined ? key : followingId(key, replaced));
  const attempt: Attempt = {
    run,
    inputs: { ...inputs, intent: { ...inputs.intent, key } },
    instanceId,
    resourceId: instanceId,
    follows: replaced,
    isReplacement: replaced !== undefined,
    isGiven: given !== undefined,
    isOwn: given === undefined && run.marks.isFirstUse(key, replaced),
  };
  return inputs.adopt === undefined ? provision(attempt) : adopt(attempt);
}

function savedId(host: Host): string | undefined {
  const id = ownOf(host)?.["instanceId"];
  return typeof id === "string" ? id : undefined;
}
