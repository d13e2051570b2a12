import { ProvisorError } from "../../../sdk/broker";
import { DeadlineError, withDeadline } from "../../../sdk/wait";
import { asClause } from "../clause";
import { type Host, StopError } from "../contract";
import { timeoutOf } from "../timeouts";
import { type Broker, CATALOG_MAX_AGE_MS, openBroker, workOf } from "./account";
import { isSameBroker, otherBrokerWords } from "./addressed";
import { findPlan } from "./catalog";
import { type CleanedUp, cleanUp } from "../../../sdk/broker/work";
import { followingId } from "./ids";
import type { IntentState } from "./intent-schema";
import { marksOf } from "./marks";

type Noun = "instance" | "binding";

/** The id that a run that died may have used without that the state of the resource tells. */
function forgottenId(host: Host, intent: IntentState): string | undefined {
  const { key, follows } = intent;
  const marks = marksOf(host.session);
  const ended = marks.endOf(key);
  // Where one was followed, the resource was saved before, and its first id is no news.
  const candidate = follows === undefined ? (intent.want.id ?? key) : followingId(key, follows);
  const isOurs = ended === undefined || (follows !== undefined && ended === follows);
  return isOurs && !marks.isHeld(candidate) ? candidate : undefined;
}

/**
 * An intent leaves the state. With its resource nothing is to be said: that one was deleted itself. Alone, or where a
 * successor was due, it is what a run left behind that was killed after its PUT, and what that run made would be
 * forgotten: it is deleted, which nobody can miss. Where it is to stay, or is the user's own, a warning says what may exist.
 * @throws StopError where nobody can tell whether it is gone: the intent stays.
 */
export async function endIntent(host: Host, noun: Noun, intent: IntentState): Promise<void> {
  const id = forgottenId(host, intent);
  if (id === undefined) return;
  const what = `service ${noun} ${id}`;
  const keeps = reasonToKeep(intent, id);
  let broker: Broker;
  try {
    broker = openBroker(host.session, host.settings, intent.profile);
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    if (keeps !== undefined) return warn(host, what, keeps);
    throw stop(host, what, error.message);
  }
  const reason =
    keeps ?? (broker.client.orphanMitigation === "report" ? 'orphanMitigation is "report"' : undefined);
  if (reason !== undefined) return warn(host, what, reason);
  if (intent.broker !== undefined && !isSameBroker(broker, { broker: intent.broker }))
    throw stop(host, what, otherBrokerWords(broker, { broker: intent.broker }));
  const done = await removed(host, broker, noun, id, intent);
  if (!done.confirmed) throw stop(host, what, done.why ?? "the broker did not confirm it");
}

function reasonToKeep(intent: IntentState, id: string): string | undefined {
  const { deletionPolicy } = intent;
  if (deletionPolicy === "abandon" || deletionPolicy === "prevent")
    return `deletionPolicy is "${deletionPolicy}"`;
  return intent.want.id === id ? "its id was given by the program and may be someone else's" : undefined;
}

function warn(host: Host, what: string, reason: string): void {
  host.log.warn(
    `${host.name}: an earlier run that did not end well may have made ${what}, and no resource of this stack has it any more. It was not ` +
      `deleted, since ${reason}. Look at the broker whether it is there; adopt takes it over.`,
  );
}

const stop = (host: Host, what: string, why: string): StopError =>
  new StopError(
    `${host.name}: a run that did not end may have made ${what}, and it could not be made sure that it is gone: ` +
      `${asClause(why)}. It may exist at the broker; its Intent stays in the state. Run the same command again, or, if you ` +
      `are sure that it is gone, take the Intent out with \`pulumi state delete\`.`,
  );

/** Deletes it as whichever plan it was asked for as: a broker may want to be told the right one. */
async function removed(
  host: Host,
  broker: Broker,
  noun: Noun,
  id: string,
  intent: IntentState,
): Promise<CleanedUp> {
  const { clock } = host.session;
  const deadline = clock.now() + timeoutOf(intent.timeouts, "delete");
  let last: CleanedUp = {
    confirmed: false,
    why: "the catalog has none of the plans that it was asked for as",
  };
  try {
    const catalog = await withDeadline(broker.catalog.get(CATALOG_MAX_AGE_MS), clock, deadline);
    const tried = new Set<string>();
    for (const { service = "", plan = "", instanceId } of [...intent.asked].reverse()) {
      const found = findPlan(catalog, service, plan);
      if ("problem" in found) continue;
      const ref = { serviceId: found.offering.id, planId: found.plan.id };
      const attempt = JSON.stringify([ref, instanceId]);
      if (tried.has(attempt)) continue;
      tried.add(attempt);
      const ids = noun === "instance" ? { instanceId: id } : { instanceId: instanceId ?? "", bindingId: id };
      last = await cleanUp(workOf(host, broker), { ...ids, ...ref }, { deadline });
      if (last.confirmed) return last;
    }
    return last;
  } catch (error) {
    if (!(error instanceof ProvisorError) && !(error instanceof DeadlineError)) throw error;
    return { confirmed: false, why: error.message };
  }
}
