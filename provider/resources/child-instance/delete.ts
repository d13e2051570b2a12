import { say } from "../../words";
import { type Host, StopError } from "../../host/contract";
import { intentSpecOf } from "./allocation";
import { isAbandoned } from "./decision";
import { intentsOf } from "./run-state";
import type { ChildInstanceState } from "./schema";
import { inputsOfState, specOf } from "./state";
import { describeAllocated } from "./messages";

/** The API has no delete: refuses, or takes it out of the state with a warning of what stays. */
export async function deleteChildInstance(host: Host, state: ChildInstanceState): Promise<void> {
  const spec = specOf(inputsOfState(state));
  const stays = describeAllocated(spec, state.parentTsgId, state);
  const ids = state.instances.map((instance) => instance.instanceId);
  if (state.deletionPolicy !== "abandon" && !isAbandoned(host, ids))
    throw new StopError(
      `${host.name}: not deleted, and nothing was done: ${say.path("deletionPolicy")} is "prevent", and the API offers no delete. ` +
        `${stays} To take it out of the state and leave it allocated, set ${say.set("deletionPolicy", "abandon")}, run ${say.apply}, ` +
        "then delete again.",
    );
  intentsOf(host.session).end(intentSpecOf(spec), ids);
  host.log.warn(
    `${host.name}: abandoned; it is out of the state and stays allocated, since the API offers no delete. ${stays}`,
  );
  return Promise.resolve();
}
