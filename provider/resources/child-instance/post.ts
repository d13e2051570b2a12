import {
  ApiError,
  ConnectionError,
  type Instance,
  type ProvisioningJob,
  RequestError,
  ResponseFormatError,
} from "../../../sdk/subscription";
import { DeadlineError, withDeadline } from "../../../sdk/wait";
import { say } from "../../words";
import { withoutFullStop, asSentence } from "../../host/errors";
import type { Host } from "../../host/contract";
import type { Account } from "../subscription/account";
import { itemsToSend } from "./allocation";
import type { ClaimContext } from "./claiming";
import { liveElsewhere } from "./state";
import { describeTenant, adoptLine, describeInstance } from "./messages";
import type { Claim } from "../subscription/matching";
import type { ChildInstanceSpec } from "./schema";

/** What became of a POST. */
export type Sent =
  /** Accepted: the job, as far as its answer told. */
  | { kind: "accepted"; job: ProvisioningJob }
  /** Its answer was lost, and the list shows what it made. */
  | { kind: "taken-up" }
  /** Its answer was lost, and the time is up before the list could tell. */
  | { kind: "uncertain"; why: string };

/** How often a POST that verifiably had no effect is sent again. */
const MAX_ATTEMPTS = 3;

/**
 * Sends the POST for `apps` once. It is sent again only after a refusal that had no effect (429), or after its
 * answer was lost and the list has shown for `appearTimeout` that nothing came of it.
 * @throws RequestError when the API refused it: nothing was allocated.
 */
export async function send(
  host: Host,
  account: Account,
  context: ClaimContext,
  apps: readonly string[],
  claims: readonly Claim[],
  deadline: number,
): Promise<Sent> {
  const { clock } = host.session;
  for (let attempt = 1; ; attempt++) {
    try {
      const job = await post(host, account, context, apps, deadline);
      return { kind: "accepted", job };
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (error.effect === "none") {
        const wait =
          error instanceof ApiError && error.status === 429
            ? (error.retryAfterMs ?? 5_000 * attempt)
            : undefined;
        if (wait === undefined || attempt >= MAX_ATTEMPTS || clock.now() + wait >= deadline) throw error;
        host.log.progress("the API asks to wait before the POST", clock.now());
        await clock.sleep(wait, host.signal);
        continue;
      }
      host.log.warn(
        `The answer to the POST for ${apps.join(" + ")} (${describeTenant(context.spec, context.parentTsgId)}) was lost. ` +
          `${error.message} Looking whether it took effect before anything is sent again.`,
      );
      const found = await lookForEffect(host, account, claims, deadline);
      if (found === "found") return { kind: "taken-up" };
      // An answer that only could not be read was a success: whatever the list shows, it is not sent again by this run.
      const accepted =
        error instanceof ResponseFormatError ||
        (error instanceof ConnectionError && error.status !== undefined && error.status < 300);
      if (accepted || found !== "none" || attempt >= MAX_ATTEMPTS)
        return { kind: "uncertain", why: whyUncertain(error, found) };
    }
  }
}

const whyUncertain = (error: RequestError, found: Effect): string =>
  typeof found === "string"
    ? error.message
    : `${withoutFullStop(error.message)}. ${asSentence(found.unclear)}`;

function post(
  host: Host,
  account: Account,
  context: ClaimContext,
  apps: readonly string[],
  deadline: number,
): Promise<ProvisioningJob> {
  const options = {
    // Not the signal: a request that may allocate comes to its end.
    deadline,
    beforeSend: async () => {
      await host.session.assertEngineAlive();
      host.beforeAllocating?.();
    },
  };
  if (context.spec.freeApp) return account.client.createFreeApp(context.spec.freeApp, options);
  const items = itemsToSend(context.spec, apps, context.tenant.name).map(
    ({ tsgId: _tsgId, ...item }) => item,
  );
  return account.client.onboard(items, options);
}

/** What the list says of a POST whose fate is not known; where it does not tell, why. */
export type Effect = "found" | "none" | { unclear: string };

const unwatched: Effect = {
  unclear:
    "the list of instances could not be watched long enough to know whether an earlier POST took effect",
};

/**
 * Watches the list for as long as a new instance may take to show. `none` only when it was seen to the end that
 * nothing came, in a list that shows what the stack holds.
 */
async function lookForEffect(
  host: Host,
  account: Account,
  claims: readonly Claim[],
  deadline: number,
): Promise<Effect> {
  const { clock } = host.session;
  const since = clock.now();
  const until = since + account.appearTimeoutMs;
  const matched = (list: Parameters<typeof account.claims.match>[0]): boolean => {
    const matches = account.claims.match(list);
    return claims.some((claim) => matches.has(claim));
  };
  try {
    if (matched(await withDeadline(account.instances.refresh(), clock, deadline))) return "found";
  } catch (error) {
    if (error instanceof DeadlineError) return unwatched;
    if (!(error instanceof RequestError)) throw error;
    if (error.effect === "none") return unwatched;
  }
  try {
    return await account.waiter.wait(
      (list) => {
        host.log.progress("looking in the list whether an earlier POST took effect", since);
        return matched(list) ? "found" : undefined;
      },
      { deadline: Math.min(until, deadline), signal: host.signal },
    );
  } catch (error) {
    if (error instanceof RequestError) return unwatched;
    if (!(error instanceof DeadlineError)) throw error;
    if (until > deadline) return unwatched;
  }
  // The last word is a look after the time was up: without it, polls that failed would pass for an empty list.
  try {
    const list = await withDeadline(account.instances.refresh(), clock, deadline);
    return matched(list) ? "found" : believed(host, account, list);
  } catch (error) {
    if (error instanceof RequestError || error instanceof DeadlineError) return unwatched;
    throw error;
  }
}

/** `none`, unless the list lacks what other resources of the stack hold: then it may lack this too. */
function believed(host: Host, account: Account, list: readonly Instance[]): Effect {
  const { baseUrl, parentTsgId } = account.settings;
  const lacking = liveElsewhere(host)
    .filter((other) => other.host === baseUrl && other.parentTsgId === parentTsgId)
    .flatMap((other) => other.instanceIds)
    .filter((id) => !list.some((instance) => instance.instanceId === id));
  if (lacking.length === 0) return "none";
  return {
    unclear:
      `the list of instances lacks what other resources of this ${say.stack} hold (${lacking.join(", ")}), so that it does not ` +
      `tell whether an earlier POST took effect. If they are gone for good, run ${say.refresh} first`,
  };
}

/** What an earlier run of a resource has left in the list. */
export type EarlierRun =
  /** Nothing: its POST was not sent, or had no effect. */
  | { kind: "nothing" }
  /** What it allocated; the claims have it. */
  | { kind: "found" }
  /** The list does not tell; the words say why. */
  | { kind: "unclear"; why: string }
  /** Something that may be its own or somebody else's; the words say what to do. */
  | { kind: "doubtful"; why: string };

/** Looks for what a run that did not end has allocated for these claims, as long as an instance may take to show. */
export async function lookBack(
  host: Host,
  account: Account,
  spec: ChildInstanceSpec,
  claims: readonly Claim[],
  deadline: number,
): Promise<EarlierRun> {
  const effect = await lookForEffect(host, account, claims, deadline);
  if (typeof effect !== "string") return { kind: "unclear", why: effect.unclear };
  if (effect === "found" && spec.allowAdditional === true && host.saved.others === "untold")
    return { kind: "doubtful", why: describeUntold(foundFor(account, claims)) };
  const doubtful = effect === "found" ? unproven(account, claims) : undecided(account, claims);
  if (doubtful.length > 0 && spec.allowAdditional !== true)
    return {
      kind: "doubtful",
      why:
        "there are new instances that may be this resource's own, from an earlier run, or another resource's or tenant's, and " +
        `nothing tells: ${doubtful.map(describeInstance).join(", ")}. Nothing was sent. If one is this resource's, set, for ` +
        `instance, ${adoptLine(doubtful.slice(0, 1).map((instance) => instance.instanceId))}; if none is, set ` +
        `${say.set("allowAdditional", true)}.`,
    };
  if (effect === "none" || doubtful.length > 0) return { kind: "nothing" };
  host.log.info("Taking up what an earlier run of this resource allocated; nothing is sent.");
  warnOfOthers(host, account, claims);
  return { kind: "found" };
}

/** Of several alike in one tenant, another resource may hold this one. */
const describeUntold = (found: readonly Instance[]): string =>
  `there are new instances that fit (${found.map(describeInstance).join(", ")}): this resource's own, from an earlier run, or ` +
  "another resource's. Nothing tells what others hold. Nothing was sent. For one that is this resource's, set " +
  `${adoptLine(found.slice(0, 1).map(({ instanceId }) => instanceId))}.`;

/** What the list shows for claims. */
function foundFor(account: Account, claims: readonly Claim[]): Instance[] {
  const matches = account.claims.match(account.instances.latest ?? []);
  return claims.flatMap((claim) => {
    const match = matches.get(claim);
    if (!match) return [];
    return "instance" in match ? [match.instance] : match.candidates;
  });
}

/** Found for claims whose tenant cannot be told, and without a sign of having been made by these credentials. */
function unproven(account: Account, claims: readonly Claim[]): Instance[] {
  const open = claims.filter((claim) => claim.tsgIds === undefined);
  return foundFor(account, open).filter((instance) => instance.createdBy !== account.settings.clientId);
}

/**
 * What may be this POST's or that of another resource. One POST makes all of its instances, so that none of them can be
 * there where one surely is not.
 */
function undecided(account: Account, claims: readonly Claim[]): Instance[] {
  const list = account.instances.latest ?? [];
  const each = claims.map((claim) => account.claims.undecided(claim, list));
  return each.every((instances) => instances.length > 0) ? each.flat() : [];
}

/** The list may name creators otherwise than by client id, so that this alone proves nothing. */
function warnOfOthers(host: Host, account: Account, claims: readonly Claim[]): void {
  const matches = account.claims.match(account.instances.latest ?? []);
  for (const claim of claims) {
    const match = matches.get(claim);
    const instance = match && "instance" in match ? match.instance : undefined;
    const creator = instance?.createdBy;
    if (instance && creator !== undefined && creator !== account.settings.clientId)
      host.log.warn(
        `${describeInstance(instance)} is listed as made by ${creator}, not by these credentials. It is taken for this ` +
          "resource's own, since it fits and was not there before; if it is somebody else's, take the resource out of the state.",
      );
  }
}
