import { say } from "../../words";
import { openBroker } from "../broker/account";
import { openedToDelete } from "../broker/same-broker";
import { followingId } from "../broker/ids";
import { brokerRunStateOf } from "../broker/run-state";
import { tellOfStray } from "../broker/stray";
import { withoutFullStop } from "../../host/errors";
import { type Host, StopError } from "../../host/contract";
import { goesOnHolding } from "../copies-pending-delete";
import { makerOf } from "./same-broker";
import { hasFailed } from "./changes";
import { timeOf } from "../timeouts";
import { planIfKnown } from "../broker/catalog";
import type { ServiceBindingState } from "./schema";
import { heldAs } from "./state";
import { type Ending, bindingDecision } from "./decision";
import { replacementsOf } from "./replacements";
import { unbind } from "./unbind";

/**
 * Unbinds, and with it the predecessors that it holds; or refuses, or lets go, as `deletionPolicy` says. What a successor
 * holds, or has as its own id, is left to that one, and what this run has unbound already is not asked for again.
 * @throws StopError where something is perhaps still bound; the resource stays in the state.
 */
export async function deleteServiceBinding(host: Host, state: ServiceBindingState): Promise<void> {
  const brokerRunState = brokerRunStateOf(host.session);
  const replacements = replacementsOf(host.session);
  const isAnothers = brokerRunState.isClaimedBeside(state.intentKey, state.broker, state.bindingId);
  if (isAnothers)
    host.log.warn(
      `${host.name}: service binding ${state.bindingId} is not unbound: another resource of this ${say.stack} has it.`,
    );
  const ids = idsOf(state).filter(
    (id) =>
      !(isAnothers && id === state.bindingId) &&
      !brokerRunState.wasCreated(id) &&
      !replacements.hasEnded(id) &&
      !replacements.isHeldBeside(state.bindingId, id) &&
      !isHeldByPresent(host, state, id) &&
      !goesOnHolding(host, BINDING, heldAs(state.broker, id)),
  );
  const end = (): void => {
    if (state.intentKey !== undefined) brokerRunState.ended(state.intentKey, state.bindingId);
  };
  const { instanceId } = state.instance;
  const next = nextId(state);
  if (ids.length === 0 && next === undefined) return end();
  const what = `service binding ${(ids.length > 0 ? ids : [state.bindingId]).join(", ")} of instance ${instanceId}`;
  const { name, deletionPolicy, acceptsIncomplete, timeouts, isReplaced } = endingOf(host, state);
  if (deletionPolicy === "abandon") {
    if (ids.length === 0) return end();
    host.log.warn(
      `${name}: abandoned: ${what} is out of the state and stays bound, and its credentials valid.`,
    );
    return end();
  }
  if (deletionPolicy === "prevent" && !isReplaced && ids.length > 0)
    throw new StopError(
      `${name}: not deleted, and nothing was done: ${say.path("deletionPolicy")} is "prevent". ${what} stays bound. To unbind it, set ` +
        `${say.set("deletionPolicy", "delete")} (or "abandon", which leaves it bound), run ${say.apply}, then delete again.`,
    );
  const broker = openedToDelete(`${name}: ${what} is not unbound and stays in the state`, () =>
    openBroker(host.session, host.settings, state.profile),
  );
  const plan = { serviceId: state.serviceId, planId: state.planId };
  const servicePlan = (await planIfKnown(broker, plan))?.plan;
  const { deadline } = timeOf(host, { timeouts }, "delete");
  const failures: string[] = [];
  for (const bindingId of ids) {
    // Another delete of this run may have been at it meanwhile.
    if (replacements.hasEnded(bindingId)) continue;
    const where = { instanceId, bindingId, plan, servicePlan, madeBy: makerOf(state, bindingId) };
    const done = await unbind(host, broker, {
      ...where,
      acceptsIncomplete,
      context: state.context,
      deadline,
    });
    if (!done.confirmed)
      failures.push(`Service binding ${bindingId}: ${withoutFullStop(done.why ?? "no confirmation")}.`);
  }
  if (failures.length > 0)
    throw new StopError(
      broker.client.redact(
        `${name}: not unbound, or not for sure. ${failures.join(" ")} It may exist at the broker (instance ` +
          `${instanceId}), with valid credentials, and stays in the state${isReplaced ? " beside its successor" : ""}. Run the ` +
          `same command again; to let go of it, set ${say.set("deletionPolicy", "abandon")} and run ${say.apply}${isReplaced ? "" : " first"}.`,
      ),
    );
  if (next !== undefined && !brokerRunState.wasCreated(next))
    await tellOfStray(host, broker, { instanceId, bindingId: next, ...plan }, deadline);
  end();
}

/** By what the program says of it now where it was replaced, else by what was saved with it. */
function endingOf(host: Host, state: ServiceBindingState): Ending & { isReplaced: boolean } {
  const { deletionPolicy, timeouts, bindingId } = state;
  const { present, successor, ending } = bindingDecision(host);
  if (ending && (successor !== undefined || present?.bindingId !== bindingId))
    return { ...ending, isReplaced: true };
  const acceptsIncomplete = state.acceptsIncomplete !== false;
  const isReplaced =
    replacementsOf(host.session).isRotatedAway(bindingId) ||
    (present?.follows?.bindingId === bindingId && present.follows.isRotation);
  return { name: host.name, deletionPolicy, acceptsIncomplete, timeouts, isReplaced };
}

/** True where the binding that the resource has answers for this one, and is not itself replaced. */
function isHeldByPresent(host: Host, { bindingId }: ServiceBindingState, id: string): boolean {
  const { present, successor } = bindingDecision(host);
  if (present === undefined || successor !== undefined || present.bindingId === bindingId) return false;
  return [present, ...(present.predecessors ?? [])].some((one) => one.bindingId === id);
}

const BINDING = "ServiceBinding";

/** Ids that are to go with it: its own, unless nothing is left of that, or not to be unbound, and its predecessors. */
function idsOf(state: ServiceBindingState): string[] {
  const { bindingId, mitigated, predecessors = [] } = state;
  const isOver = hasFailed(state) && mitigated === true;
  return [...(isOver ? [] : [bindingId]), ...predecessors.map((one) => one.bindingId)];
}

/** The id under which a run that was killed may have bound anew what had failed. */
const nextId = (state: ServiceBindingState): string | undefined =>
  hasFailed(state) && state.intentKey !== undefined
    ? followingId(state.intentKey, state.bindingId)
    : undefined;
