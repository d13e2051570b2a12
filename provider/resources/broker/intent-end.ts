import { ProvisorError } from "../../../sdk/broker";
import type { Orphan } from "../../../sdk/broker";
import { DeadlineError, withDeadline } from "../../../sdk/wait";
import { withoutFullStop } from "../../host/errors";
import type { Host } from "../../host/contract";
import { timeoutOf } from "../timeouts";
import { type Broker, CATALOG_MAX_AGE_MS, openBroker } from "./account";
import { isSameBroker } from "./same-broker";
import { findPlan } from "./catalog";
import { followingId } from "./ids";
import type { IntentState } from "./intent-schema";
import { brokerRunStateOf } from "./run-state";
import { type Sight, removalUrl, sightOf, strayAdviceAt } from "./stray";

type Noun = "instance" | "binding";

/** How long a look takes at most, in milliseconds: whoever destroys a stack waits for it. */
const LAST_LOOK_MS = 30_000;

/** The id that a run uses by this intent: the program's, the first one, or that of the successor that is noted. */
const presentId = ({ key, follows, want }: IntentState): string =>
  want.id ?? (follows === undefined ? key : followingId(key, follows));

/**
 * Ids that a resource may have had of which this run knows nothing: those of one that left the state in another way than
 * by its delete, or that never came into it. The second is one that may have taken the place of the first.
 */
function unknownIds(host: Host, intent: IntentState): string[] {
  const { key, follows } = intent;
  const brokerRunState = brokerRunStateOf(host.session);
  const ended = brokerRunState.endOf(key);
  const present = presentId(intent);
  // One that left with the id that is followed may have had a successor, of which nothing was saved.
  if (ended !== undefined) return ended === follows ? [present] : [];
  const given = intent.asked.flatMap(({ id }) => (id === undefined ? [] : [id]));
  return [present, follows ?? followingId(key, present), ...given];
}

/**
 * An intent leaves the state. With its resource nothing is to be said: that one was deleted itself. Alone it says nothing
 * of whether its resource is in use: that may be in another stack by now, or was let go of, or a run was killed before it
 * was saved. So what is there is looked for and named, and left as it is.
 */
export async function endIntent(host: Host, noun: Noun, intent: IntentState): Promise<void> {
  if (intent.asked.length === 0) return; // what was asked for was refused, and nothing was sent
  await tellOf(
    host,
    noun,
    intent,
    unknownIds(host, intent),
    "its Intent left the state without its resource",
  );
}

/** A successor is wanted no more that a run may have made which was killed; the resource itself stays. */
export const letGoOfSuccessor = (host: Host, noun: Noun, intent: IntentState): Promise<void> =>
  tellOf(
    host,
    noun,
    intent,
    [presentId(intent)],
    "its replacement was taken back, and an earlier run may have made it",
  );

async function tellOf(
  host: Host,
  noun: Noun,
  intent: IntentState,
  ids: readonly string[],
  because: string,
): Promise<void> {
  const brokerRunState = brokerRunStateOf(host.session);
  const [first, ...others] = [...new Set(ids)].filter((id) => !brokerRunState.isHeld(id));
  if (first === undefined) return;
  const deadline = host.session.clock.now() + Math.min(LAST_LOOK_MS, timeoutOf(intent.timeouts, "delete"));
  for (const [index, id] of [first, ...others].entries()) {
    const seen = await seenOf(host, noun, intent, id, deadline);
    // Of the others it is news only that they are there.
    if (seen.sight.kind === "nothing" || (index > 0 && seen.sight.kind === "untold")) continue;
    const { instanceId = "" } = intent.want;
    const ref = noun === "instance" ? { instanceId: id } : { instanceId, bindingId: id };
    host.log.warn(
      host.session.redact(
        `${host.name}: ${because}. ${strayAdviceAt(seen.address, ref, seen.sight, seen.url)}`,
      ),
    );
  }
}

/** What was seen, at which broker, and where a DELETE of it goes, as far as its service and plan are known. */
interface Seen {
  sight: Sight;
  address: string;
  url?: string;
}

async function seenOf(
  host: Host,
  noun: Noun,
  intent: IntentState,
  id: string,
  deadline: number,
): Promise<Seen> {
  const { clock } = host.session;
  const untold = (why: string, address = intent.broker ?? "of its settings"): Seen => ({
    sight: { kind: "untold", why },
    address,
  });
  try {
    const broker = openBroker(host.session, host.settings, intent.profile);
    if (intent.broker !== undefined && !isSameBroker(broker, { broker: intent.broker }))
      return untold(
        `the settings (from ${broker.settings.source}) address the one at ${broker.client.baseUrl}`,
      );
    const address = broker.client.baseUrl;
    if (!broker.client.keepsInstances) return untold("this broker keeps no instances", address);
    const catalog = await withDeadline(broker.catalog.get(CATALOG_MAX_AGE_MS), clock, deadline);
    const stray = strayOf(catalog, noun, intent, id);
    if (stray === undefined)
      return untold("the catalog has none of the plans that it was asked for as", address);
    return { sight: await sightOf(host, broker, stray, deadline), address, url: removalUrl(broker, stray) };
  } catch (error) {
    if (!(error instanceof ProvisorError) && !(error instanceof DeadlineError)) throw error;
    return untold(`it could not be looked at: ${withoutFullStop(error.message)}`);
  }
}

type Catalog = Awaited<ReturnType<Broker["catalog"]["get"]>>;

/** As the plan that it was asked for as last, of those that the catalog has. */
function strayOf(catalog: Catalog, noun: Noun, { asked }: IntentState, id: string): Orphan | undefined {
  for (const { service = "", plan = "", instanceId = "" } of [...asked].reverse()) {
    const found = findPlan(catalog, service, plan);
    if ("problem" in found) continue;
    const ids = noun === "instance" ? { instanceId: id } : { instanceId, bindingId: id };
    return { ...ids, serviceId: found.offering.id, planId: found.plan.id };
  }
  return undefined;
}
