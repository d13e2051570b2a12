import {
  BrokerError,
  CancelledError,
  type DeleteResult,
  ProvisorError,
  type SettledOperation,
  needsOrphanMitigation,
} from "../../../sdk/broker";
import { assertSameBroker, isSameBroker, openedToDelete, describeOtherBroker } from "../broker/same-broker";
import {
  BusyError,
  type Repeated,
  cleanUp,
  lastLookWords,
  awaitOperation,
  retryWhileBusy,
} from "../../../sdk/broker/operations";
import { say } from "../../words";
import { followingId } from "../broker/ids";
import { brokerRunStateOf } from "../broker/run-state";
import { tellOfStray } from "../broker/stray";
import { withoutFullStop, asSentence } from "../../host/errors";
import { type Host, StopError } from "../../host/contract";
import { fetchInstance } from "./fetch";
import { InstanceOperation } from "./operation";
import type { ServiceInstanceState } from "./schema";
import { exists } from "./state";
import { describeInstance, describeSaid, describeTimeout, describeUsable } from "./messages";

/** The broker found fault with the request, perhaps with the plan that it names. */
class PlanRefused extends StopError {}

/** Deprovisions the instance, or what a failed create may have left, as the policy says. */
export async function deleteServiceInstance(host: Host, state: ServiceInstanceState): Promise<void> {
  const { instanceId, intentKey, deletionPolicy } = state;
  const brokerRunState = brokerRunStateOf(host.session);
  const what = describeInstance(state, host);
  if (brokerRunState.isClaimedBeside(intentKey, state.broker, instanceId)) {
    host.log.warn(
      `${host.name}: ${what} is not deprovisioned: another resource of this ${say.stack} has it.`,
    );
    return;
  }
  if (brokerRunState.wasCreated(instanceId)) {
    host.log.warn(
      `${host.name}: ${what} is not deprovisioned: this very run has made it, or taken it over, for the resource that stays.`,
    );
    return;
  }
  if (deletionPolicy === "prevent")
    throw new StopError(
      `${host.name}: not deleted, and nothing was done: ${say.path("deletionPolicy")} is "prevent". ${what} stays at the broker. To delete it, set ` +
        `${say.set("deletionPolicy", "delete")}, run ${say.apply}, then delete again.`,
    );
  if (deletionPolicy === "abandon")
    host.log.warn(
      `${host.name}: abandoned, as ${say.path("deletionPolicy")} says: it is out of the state, and ${what} stays at the broker ${state.broker}.`,
    );
  else {
    const stays = `${host.name}: ${what} is not deleted and stays in the state`;
    const operation = openedToDelete(stays, () => new InstanceOperation(host, state, "delete"));
    if (!operation.broker.client.keepsInstances) await sayGoodbye(operation, state);
    else await (exists(state) ? deprovision : removeLeftovers)(operation, state);
  }
  if (intentKey !== undefined) brokerRunState.ended(intentKey, instanceId);
  brokerRunState.hold(instanceId);
}

/** A broker that keeps nothing removes nothing: it is told once, and people what stays. */
async function sayGoodbye(operation: InstanceOperation, state: ServiceInstanceState): Promise<void> {
  if (!exists(state)) return;
  const { instanceId, serviceId, planId } = state;
  const what = describeInstance(state, operation.host);
  try {
    await operation.broker.client.deprovision(
      instanceId,
      { serviceId, planId },
      operation.call(state.context),
    );
  } catch (error) {
    if (error instanceof CancelledError) throw error.cause;
    if (!(error instanceof ProvisorError)) throw error;
    if (!(error instanceof BrokerError) || error.code !== "NotFound")
      throw stays(operation, state, error.message);
  }
  operation.host.log.warn(
    `${operation.host.name}: what the action of ${what} made stays: this broker keeps no instances, and its DELETE removes nothing. ` +
      "Remove it where it is, if it is to go.",
  );
}

/** A create failed: what may be left of it. What a run that was killed may have made since then is told of. */
async function removeLeftovers(operation: InstanceOperation, state: ServiceInstanceState): Promise<void> {
  const { instanceId, intentKey, serviceId, planId, mitigated } = state;
  assertSameBroker(
    operation.host,
    operation.broker,
    state,
    `${describeInstance(state, operation.host)} is not deleted, and its create failed`,
  );
  if (mitigated !== true) {
    const orphan = { instanceId, serviceId, planId };
    const done = await cleanUp(operation.work, orphan, { deadline: operation.deadline, graceMs: 0 });
    if (!done.confirmed)
      throw operation.stop(
        `not deleted: its create failed, and it could not be made sure that nothing is left of ${describeInstance(state, operation.host)}: ` +
          `${done.why ?? "the broker did not confirm it"}. It stays in the state and may exist at the broker. Run the same ` +
          `command again. If you are sure that it is gone, ${say.forget} takes it out of the state.`,
      );
  }
  const next = intentKey === undefined ? undefined : followingId(intentKey, instanceId);
  if (next !== undefined && !operation.brokerRunState.wasCreated(next))
    await tellOfStray(
      operation.host,
      operation.broker,
      { instanceId: next, serviceId, planId },
      operation.deadline,
    );
}

async function deprovision(operation: InstanceOperation, state: ServiceInstanceState): Promise<void> {
  const { planId, unfinished, given } = state;
  if (given === true)
    assertSameBroker(
      operation.host,
      operation.broker,
      state,
      `${describeInstance(state, operation.host)} is not deleted, since its id is the ${say.program}'s own and may be another instance's elsewhere`,
    );
  // A change of the plan may have taken place without anyone knowing.
  const known = [...new Set([planId, unfinished?.wanted?.planId ?? planId])];
  let refusal: unknown;
  for (const plan of known) {
    try {
      return await deprovisionAs(operation, { ...state, planId: plan });
    } catch (error) {
      if (!(error instanceof PlanRefused)) throw error;
      refusal ??= error;
    }
  }
  if (given !== true && (await wasDeletedAsAnother(operation, state, known))) return;
  throw refusal;
}

/**
 * Tries the other plans of the service, and those that it has under a new id, for an id that is ours alone: a run that was killed as it changed the plan has told
 * a delete nothing of that. Only a broker that deletes it is believed: that there is no such instance may be said of a plan
 * that it never had.
 */
async function wasDeletedAsAnother(
  operation: InstanceOperation,
  state: ServiceInstanceState,
  known: readonly string[],
): Promise<boolean> {
  const { instanceId, serviceId } = state;
  const others = (await operation.plansOf(state)).filter(
    (ref) => ref.serviceId !== serviceId || !known.includes(ref.planId),
  );
  for (const ref of others) {
    try {
      const options = { ...operation.call(state.context), acceptsIncomplete: state.acceptsIncomplete };
      const result = await operation.broker.client.deprovision(instanceId, ref, options);
      if (result.outcome === "gone") continue;
      await deleted(operation, { ...state, ...ref }, result);
      return true;
    } catch (error) {
      if (!(error instanceof ProvisorError)) throw error;
    }
  }
  return false;
}

async function deprovisionAs(operation: InstanceOperation, state: ServiceInstanceState): Promise<void> {
  let result: DeleteResult;
  try {
    result = await sendDelete(operation, state);
  } catch (error) {
    return refused(operation, state, error);
  }
  hintAtSetting(operation, result);
  if (result.outcome === "gone" && !isSameBroker(operation.broker, state))
    throw stays(operation, state, describeOtherBroker(operation.broker, state));
  return deleted(operation, state, result);
}

const sendDelete = (operation: InstanceOperation, state: ServiceInstanceState): Promise<DeleteResult> => {
  const { instanceId, serviceId, planId, context, acceptsIncomplete } = state;
  const options = { ...operation.call(context), acceptsIncomplete };
  return retryWhileBusy(operation.work, operation.deadline, "the delete", () =>
    operation.broker.client.deprovision(instanceId, { serviceId, planId }, options),
  );
};

/**
 * The same delete once more. By an id that the program gave, somebody else may have made another instance once this one was
 * gone: where a fetch tells, that is asked instead.
 */
async function repeatDelete(operation: InstanceOperation, state: ServiceInstanceState): Promise<Repeated> {
  if (state.given !== true || !(await operation.isRetrievable(state))) return sendDelete(operation, state);
  try {
    await fetchInstance(operation, state);
    return { outcome: "accepted", operation: state.operation };
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error;
    if (error.code === "NotFound" || error.code === "Gone") return { outcome: "gone" };
    if (error.code === "ConcurrencyError") return { outcome: "accepted", operation: state.operation };
    return sendDelete(operation, state);
  }
}

/** Says once that there is a setting for brokers that answer so since they have nothing to delete. */
function hintAtSetting({ host, broker }: InstanceOperation, { status }: DeleteResult): void {
  if (status !== 204 || !host.session.first(`no-content:${broker.client.baseUrl}`)) return;
  host.log.info(
    "The broker answered the DELETE with 204, which is taken for done. If it keeps no instances, so that nothing was removed, set " +
      `${say.setting("brokerKeepsInstances")} (OSB_KEEPS_INSTANCES) to false.`,
  );
}

/** Waits for a delete that the broker has accepted. */
async function deleted(
  operation: InstanceOperation,
  state: ServiceInstanceState,
  result: DeleteResult,
): Promise<void> {
  if (result.outcome !== "accepted") return;
  const { instanceId, serviceId, planId } = state;
  let settled: SettledOperation;
  try {
    settled = await awaitOperation(operation.work, {
      instanceId,
      query: { serviceId, planId, operation: result.operation },
      purpose: "delete",
      doing: "deprovisioning",
      plan: await operation.plan(state),
      since: operation.now,
      deadline: operation.deadline,
      originatingIdentity: operation.call(state.context).originatingIdentity,
      repeat: () => repeatDelete(operation, { ...state, operation: result.operation }),
    });
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    throw stays(operation, state, `could not be waited for: ${withoutFullStop(error.message)}`);
  }
  switch (settled.outcome) {
    case "succeeded":
    case "gone":
      return;
    case "failed":
      return again(
        operation,
        state,
        `the delete failed: ${describeSaid(settled.description)}`,
        settled.instanceUsable,
        needsOrphanMitigation("deprovision", settled),
      );
    case "deadline":
      throw stays(
        operation,
        state,
        `the delete is ${describeTimeout(operation.timeoutMs)}${lastLookWords(settled) || ", and goes on at the broker"}. Let it end ` +
          `before the ${say.program} has the instance again: an ${say.applyNoun} does not see that it is on its way`,
      );
    default:
      throw stays(operation, state, "the delete took longer than the plan allows (maximum_polling_duration)");
  }
}

async function refused(
  operation: InstanceOperation,
  state: ServiceInstanceState,
  error: unknown,
): Promise<void> {
  if (error instanceof BusyError)
    throw stays(
      operation,
      state,
      `the broker was still busy with another operation on it when the time-out of the delete ended. ${asSentence(error.message)}`,
    );
  if (!(error instanceof ProvisorError)) throw error;
  const usable = error instanceof BrokerError ? error.instanceUsable : undefined;
  const why = withoutFullStop(error.message);
  if (error instanceof BrokerError && error.code === "AsyncRequired")
    throw stays(
      operation,
      state,
      `${why}. Set ${say.set("acceptsIncomplete", true)} and run ${say.apply} first`,
    );
  if (error instanceof BrokerError && error.status === 400)
    throw new PlanRefused(stays(operation, state, why).message);
  await again(operation, state, why, usable, needsOrphanMitigation("deprovision", error), error);
}

/**
 * A delete failed. Where the specification wants it tried until it succeeds, it is, for a while and without the user's
 * name; so it is where the broker says that it does not know the instance, which the look in a clean-up confirms.
 */
async function again(
  operation: InstanceOperation,
  state: ServiceInstanceState,
  why: string,
  usable: boolean | undefined,
  isMitigated: boolean,
  error?: ProvisorError,
): Promise<void> {
  const { instanceId, serviceId, planId } = state;
  const isUnknown = error instanceof BrokerError && error.code === "NotFound";
  const isRepeated =
    !operation.isLate && (isUnknown || (isMitigated && operation.broker.client.orphanMitigation === "auto"));
  // Another broker does not know it, and says nothing about it by that.
  if (isRepeated && isSameBroker(operation.broker, state)) {
    const orphan = { instanceId, serviceId, planId };
    const done = await cleanUp(operation.work, orphan, { deadline: operation.deadline, graceMs: 0 });
    if (done.confirmed) {
      operation.host.log.warn(
        operation.clean(`${operation.host.name}: ${why}. The delete was repeated, and the instance is gone.`),
      );
      return;
    }
    why += `. It was repeated: ${withoutFullStop(done.why ?? "the broker did not confirm it")}`;
  }
  throw stays(operation, state, `${why}.${describeUsable(usable)}`);
}

const stays = (operation: InstanceOperation, state: ServiceInstanceState, why: string): Error =>
  operation.stop(
    `not deleted: ${withoutFullStop(why)}. ${describeInstance(state, operation.host)} is still in the state and may still exist at the broker. Run the ` +
      `same command again: a delete may be repeated. If you are sure that it is gone, ${say.forget} takes it out of the state.`,
  );
