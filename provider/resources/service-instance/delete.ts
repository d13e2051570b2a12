import {
  BrokerError,
  CancelledError,
  type DeleteResult,
  ProvisorError,
  type SettledOperation,
  needsOrphanMitigation,
} from "../../../sdk/broker";
import { assertSameBroker, isSameBroker, openedToDelete, otherBrokerWords } from "../broker/same-broker";
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
import { marksOf } from "../broker/run-state";
import { tellOfStray } from "../broker/stray";
import { asClause, asSentence } from "../../host/errors";
import { type Host, StopError } from "../../host/contract";
import { fetchInstance } from "./fetch";
import { Run } from "./operation";
import type { ServiceInstanceState } from "./schema";
import { isStanding } from "./state";
import { instanceWords, saidWords, timeoutWords, usableWords } from "./messages";

/** The broker found fault with the request, perhaps with the plan that it names. */
class PlanRefused extends StopError {}

/** Deprovisions the instance, or what a failed create may have left, as the policy says. */
export async function deleteServiceInstance(host: Host, state: ServiceInstanceState): Promise<void> {
  const { instanceId, intentKey, deletionPolicy } = state;
  const marks = marksOf(host.session);
  const what = instanceWords(state, host);
  if (marks.isClaimedBeside(intentKey, state.broker, instanceId)) {
    host.log.warn(
      `${host.name}: ${what} is not deprovisioned: another resource of this ${say.stack} has it.`,
    );
    return;
  }
  if (marks.wasCreated(instanceId)) {
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
    const run = openedToDelete(stays, () => new Run(host, state, "delete"));
    if (!run.broker.client.keepsInstances) await sayGoodbye(run, state);
    else await (isStanding(state) ? deprovision : removeLeftovers)(run, state);
  }
  if (intentKey !== undefined) marks.ended(intentKey, instanceId);
  marks.hold(instanceId);
}

/** A broker that keeps nothing removes nothing: it is told once, and people what stays. */
async function sayGoodbye(run: Run, state: ServiceInstanceState): Promise<void> {
  if (!isStanding(state)) return;
  const { instanceId, serviceId, planId } = state;
  const what = instanceWords(state, run.host);
  try {
    await run.broker.client.deprovision(instanceId, { serviceId, planId }, run.call(state.context));
  } catch (error) {
    if (error instanceof CancelledError) throw error.cause;
    if (!(error instanceof ProvisorError)) throw error;
    if (!(error instanceof BrokerError) || error.code !== "NotFound") throw stays(run, state, error.message);
  }
  run.host.log.warn(
    `${run.host.name}: what the action of ${what} made stays: this broker keeps no instances, and its DELETE removes nothing. ` +
      "Remove it where it is, if it is to go.",
  );
}

/** A create failed: what may be left of it. What a run that was killed may have made since then is told of. */
async function removeLeftovers(run: Run, state: ServiceInstanceState): Promise<void> {
  const { instanceId, intentKey, serviceId, planId, mitigated } = state;
  assertSameBroker(
    run.host,
    run.broker,
    state,
    `${instanceWords(state, run.host)} is not deleted, and its create failed`,
  );
  if (mitigated !== true) {
    const orphan = { instanceId, serviceId, planId };
    const done = await cleanUp(run.work, orphan, { deadline: run.deadline, graceMs: 0 });
    if (!done.confirmed)
      throw run.stop(
        `not deleted: its create failed, and it could not be made sure that nothing is left of ${instanceWords(state, run.host)}: ` +
          `${done.why ?? "the broker did not confirm it"}. It stays in the state and may exist at the broker. Run the same ` +
          `command again. If you are sure that it is gone, ${say.forget} takes it out of the state.`,
      );
  }
  const next = intentKey === undefined ? undefined : followingId(intentKey, instanceId);
  if (next !== undefined && !run.marks.wasCreated(next))
    await tellOfStray(run.host, run.broker, { instanceId: next, serviceId, planId }, run.deadline);
}

async function deprovision(run: Run, state: ServiceInstanceState): Promise<void> {
  const { planId, unfinished, given } = state;
  if (given === true)
    assertSameBroker(
      run.host,
      run.broker,
      state,
      `${instanceWords(state, run.host)} is not deleted, since its id is the ${say.program}'s own and may be another instance's elsewhere`,
    );
  // A change of the plan may have taken place without anyone knowing.
  const known = [...new Set([planId, unfinished?.wanted?.planId ?? planId])];
  let refusal: unknown;
  for (const plan of known) {
    try {
      return await deprovisionAs(run, { ...state, planId: plan });
    } catch (error) {
      if (!(error instanceof PlanRefused)) throw error;
      refusal ??= error;
    }
  }
  if (given !== true && (await wasDeletedAsAnother(run, state, known))) return;
  throw refusal;
}

/**
 * Tries the other plans of the service, and those that it has under a new id, for an id that is ours alone: a run that was killed as it changed the plan has told
 * a delete nothing of that. Only a broker that deletes it is believed: that there is no such instance may be said of a plan
 * that it never had.
 */
async function wasDeletedAsAnother(
  run: Run,
  state: ServiceInstanceState,
  known: readonly string[],
): Promise<boolean> {
  const { instanceId, serviceId } = state;
  const others = (await run.plansOf(state)).filter(
    (ref) => ref.serviceId !== serviceId || !known.includes(ref.planId),
  );
  for (const ref of others) {
    try {
      const options = { ...run.call(state.context), acceptsIncomplete: state.acceptsIncomplete };
      const result = await run.broker.client.deprovision(instanceId, ref, options);
      if (result.outcome === "gone") continue;
      await deleted(run, { ...state, ...ref }, result);
      return true;
    } catch (error) {
      if (!(error instanceof ProvisorError)) throw error;
    }
  }
  return false;
}

async function deprovisionAs(run: Run, state: ServiceInstanceState): Promise<void> {
  let result: DeleteResult;
  try {
    result = await sendDelete(run, state);
  } catch (error) {
    return refused(run, state, error);
  }
  hintAtSetting(run, result);
  if (result.outcome === "gone" && !isSameBroker(run.broker, state))
    throw stays(run, state, otherBrokerWords(run.broker, state));
  return deleted(run, state, result);
}

const sendDelete = (run: Run, state: ServiceInstanceState): Promise<DeleteResult> => {
  const { instanceId, serviceId, planId, context, acceptsIncomplete } = state;
  const options = { ...run.call(context), acceptsIncomplete };
  return retryWhileBusy(run.work, run.deadline, "the delete", () =>
    run.broker.client.deprovision(instanceId, { serviceId, planId }, options),
  );
};

/**
 * The same delete once more. By an id that the program gave, somebody else may have made another instance once this one was
 * gone: where a fetch tells, that is asked instead.
 */
async function repeatDelete(run: Run, state: ServiceInstanceState): Promise<Repeated> {
  if (state.given !== true || !(await run.isRetrievable(state))) return sendDelete(run, state);
  try {
    await fetchInstance(run, state);
    return { outcome: "accepted", operation: state.operation };
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error;
    if (error.code === "NotFound" || error.code === "Gone") return { outcome: "gone" };
    if (error.code === "ConcurrencyError") return { outcome: "accepted", operation: state.operation };
    return sendDelete(run, state);
  }
}

/** Says once that there is a setting for brokers that answer so since they have nothing to delete. */
function hintAtSetting({ host, broker }: Run, { status }: DeleteResult): void {
  if (status !== 204 || !host.session.first(`no-content:${broker.client.baseUrl}`)) return;
  host.log.info(
    "The broker answered the DELETE with 204, which is taken for done. If it keeps no instances, so that nothing was removed, set " +
      `${say.setting("brokerKeepsInstances")} (OSB_KEEPS_INSTANCES) to false.`,
  );
}

/** Waits for a delete that the broker has accepted. */
async function deleted(run: Run, state: ServiceInstanceState, result: DeleteResult): Promise<void> {
  if (result.outcome !== "accepted") return;
  const { instanceId, serviceId, planId } = state;
  let settled: SettledOperation;
  try {
    settled = await awaitOperation(run.work, {
      instanceId,
      query: { serviceId, planId, operation: result.operation },
      purpose: "delete",
      doing: "deprovisioning",
      plan: await run.plan(state),
      since: run.now,
      deadline: run.deadline,
      originatingIdentity: run.call(state.context).originatingIdentity,
      repeat: () => repeatDelete(run, { ...state, operation: result.operation }),
    });
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    throw stays(run, state, `could not be waited for: ${asClause(error.message)}`);
  }
  switch (settled.outcome) {
    case "succeeded":
    case "gone":
      return;
    case "failed":
      return again(
        run,
        state,
        `the delete failed: ${saidWords(settled.description)}`,
        settled.instanceUsable,
        needsOrphanMitigation("deprovision", settled),
      );
    case "deadline":
      throw stays(
        run,
        state,
        `the delete is ${timeoutWords(run.timeoutMs)}${lastLookWords(settled) || ", and goes on at the broker"}. Let it end ` +
          `before the ${say.program} has the instance again: an ${say.applyNoun} does not see that it is on its way`,
      );
    default:
      throw stays(run, state, "the delete took longer than the plan allows (maximum_polling_duration)");
  }
}

async function refused(run: Run, state: ServiceInstanceState, error: unknown): Promise<void> {
  if (error instanceof BusyError)
    throw stays(
      run,
      state,
      `the broker was still busy with another operation on it when the time-out of the delete ended. ${asSentence(error.message)}`,
    );
  if (!(error instanceof ProvisorError)) throw error;
  const usable = error instanceof BrokerError ? error.instanceUsable : undefined;
  const why = asClause(error.message);
  if (error instanceof BrokerError && error.code === "AsyncRequired")
    throw stays(run, state, `${why}. Set ${say.set("acceptsIncomplete", true)} and run ${say.apply} first`);
  if (error instanceof BrokerError && error.status === 400)
    throw new PlanRefused(stays(run, state, why).message);
  await again(run, state, why, usable, needsOrphanMitigation("deprovision", error), error);
}

/**
 * A delete failed. Where the specification wants it tried until it succeeds, it is, for a while and without the user's
 * name; so it is where the broker says that it does not know the instance, which the look in a clean-up confirms.
 */
async function again(
  run: Run,
  state: ServiceInstanceState,
  why: string,
  usable: boolean | undefined,
  isMitigated: boolean,
  error?: ProvisorError,
): Promise<void> {
  const { instanceId, serviceId, planId } = state;
  const isUnknown = error instanceof BrokerError && error.code === "NotFound";
  const isRepeated =
    !run.isLate && (isUnknown || (isMitigated && run.broker.client.orphanMitigation === "auto"));
  // Another broker does not know it, and says nothing about it by that.
  if (isRepeated && isSameBroker(run.broker, state)) {
    const orphan = { instanceId, serviceId, planId };
    const done = await cleanUp(run.work, orphan, { deadline: run.deadline, graceMs: 0 });
    if (done.confirmed) {
      run.host.log.warn(
        run.clean(`${run.host.name}: ${why}. The delete was repeated, and the instance is gone.`),
      );
      return;
    }
    why += `. It was repeated: ${asClause(done.why ?? "the broker did not confirm it")}`;
  }
  throw stays(run, state, `${why}.${usableWords(usable)}`);
}

const stays = (run: Run, state: ServiceInstanceState, why: string): Error =>
  run.stop(
    `not deleted: ${asClause(why)}. ${instanceWords(state, run.host)} is still in the state and may still exist at the broker. Run the ` +
      `same command again: a delete may be repeated. If you are sure that it is gone, ${say.forget} takes it out of the state.`,
  );
