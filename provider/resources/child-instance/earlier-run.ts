import type { Instance } from "../../../sdk/subscription";
import { say } from "../../words";
import type { Host } from "../../host/contract";
import type { Account } from "../subscription/account";
import type { ChildInstanceSpec } from "./schema";
import { lookForEffect } from "./send";
import { adoptLine, instanceWords } from "./words";
import type { Claim } from "../subscription/matching";

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
    return { kind: "doubtful", why: untoldWords(foundFor(account, claims)) };
  const doubtful = effect === "found" ? unproven(account, claims) : undecided(account, claims);
  if (doubtful.length > 0 && spec.allowAdditional !== true)
    return {
      kind: "doubtful",
      why:
        "there are new instances that may be this resource's own, from an earlier run, or another resource's or tenant's, and " +
        `nothing tells: ${doubtful.map(instanceWords).join(", ")}. Nothing was sent. If one is this resource's, set, for ` +
        `instance, ${adoptLine(doubtful.slice(0, 1).map((instance) => instance.instanceId))}; if none is, set ` +
        `${say.set("allowAdditional", true)}.`,
    };
  if (effect === "none" || doubtful.length > 0) return { kind: "nothing" };
  host.log.info("Taking up what an earlier run of this resource allocated; nothing is sent.");
  warnOfOthers(host, account, claims);
  return { kind: "found" };
}

/** Of several alike in one tenant, another resource may hold this one. */
const untoldWords = (found: readonly Instance[]): string =>
  `there are new instances that fit (${found.map(instanceWords).join(", ")}): this resource's own, from an earlier run, or ` +
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
        `${instanceWords(instance)} is listed as made by ${creator}, not by these credentials. It is taken for this ` +
          "resource's own, since it fits and was not there before; if it is somebody else's, take the resource out of the state.",
      );
  }
}
