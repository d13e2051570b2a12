import type { Instance } from "../../../sdk/subscription";

type Candidates = (claim: Claim) => Instance[];
type Give = (claim: Claim, match: Match) => void;

/** Claims that compete for the same candidates, directly or through others, and what they compete for. */
interface Group {
  members: Claim[];
  ids: Set<string>;
}

/** Equal claims are interchangeable: whichever instance each gets, every resource has what it asked for. */
const equal = (a: Claim, b: Claim): boolean =>
  a.tenant === b.tenant &&
  a.appId === b.appId &&
  a.region === b.region &&
  a.licenseId === b.licenseId &&
  a.tsgIds?.join() === b.tsgIds?.join();

/**
 * Gives candidates to claims, as far as it is certain whose they are. A claim that is told of its candidates instead
 * has several, and nothing tells them apart; a claim that is given nothing has none, or not yet enough to decide.
 *
 * @param spare Claims that may have an instance too, and that come after these.
 */
export function assign(
  claims: readonly Claim[],
  spare: readonly Claim[],
  candidatesOf: Candidates,
  give: Give,
): void {
  let waiting = claims.filter((claim) => candidatesOf(claim).length > 0);
  while (waiting.length > 0) {
    const group = groupOf(waiting, candidatesOf);
    waiting = waiting.filter((claim) => !group.members.includes(claim));
    if (isUniform(group)) share(group, spare, candidatesOf, give);
    else tellApart(group, candidatesOf, give);
  }
}

const isUniform = ({ members }: Group): boolean =>
  members.every((member) => equal(member, members[0] as Claim));

/** Among equal claims. Each stays with the one it was given before, so that nothing flips from poll to poll. */
function share({ members, ids }: Group, spare: readonly Claim[], candidatesOf: Candidates, give: Give): void {
  const others = spare.filter(
    (claim) =>
      equal(claim, members[0] as Claim) &&
      candidatesOf(claim).some((instance) => ids.has(instance.instanceId)),
  );
  const tooMany = ids.size > members.length + others.length;
  // Whoever has no choice comes first, then whoever was given one before.
  const rank = (claim: Claim): number =>
    (candidatesOf(claim).length === 1 ? 0 : 2) + (claim.instanceId === undefined ? 1 : 0);
  const ranked = members.map((claim) => ({ claim, rank: rank(claim) })).sort((a, b) => a.rank - b.rank);
  for (const { claim } of ranked) {
    const candidates = candidatesOf(claim);
    const instance = candidates.find(({ instanceId }) => instanceId === claim.instanceId) ?? candidates[0];
    if (tooMany) give(claim, { candidates });
    else if (instance) give(claim, { instance });
  }
}

/** Among claims that differ: only what can be nobody else's is given, and only when every instance has shown. */
function tellApart({ members, ids }: Group, candidatesOf: Candidates, give: Give): void {
  if (ids.size < members.length) return;
  let open = members;
  for (;;) {
    const single = open.find((claim) => candidatesOf(claim).length === 1);
    if (!single) break;
    give(single, { instance: candidatesOf(single)[0] as Instance });
    open = open.filter((claim) => claim !== single);
  }
  while (open.length > 0) {
    const group = groupOf(open, candidatesOf);
    open = open.filter((claim) => !group.members.includes(claim));
    if (isUniform(group)) share(group, [], candidatesOf, give);
    else for (const claim of group.members) give(claim, { candidates: candidatesOf(claim) });
  }
}

/** The first of `claims` and all that compete with it. */
function groupOf(claims: readonly Claim[], candidatesOf: Candidates): Group {
  const members = claims.slice(0, 1);
  const ids = new Set<string>();
  for (const member of members) {
    for (const { instanceId } of candidatesOf(member)) ids.add(instanceId);
    const joining = claims.filter(
      (claim) =>
        !members.includes(claim) && candidatesOf(claim).some(({ instanceId }) => ids.has(instanceId)),
    );
    members.push(...joining);
  }
  return { members, ids };
}

/** One instance that a resource waits for, and how to know it. */
export interface Claim extends Place {
  /** Name of its tenant; undefined for the parent itself. */
  tenant: string | undefined;
  appId: string;
  region: string | undefined;
  licenseId: string | undefined;
  skus: readonly string[];
  /** Ids that were listed before the POST: not this one's. */
  before: ReadonlySet<string>;
  /** What the POST's answer told. */
  answer: {
    jobId?: string | undefined;
    tenantId?: string | undefined;
    tenantInstanceName?: string | undefined;
  };
  /** False while nobody knows whether the POST was carried out: then those that are sure come first. */
  sure: boolean;
  /** True once its POST has its turn. */
  posted: boolean;
  /** The instance that it was given, once it was. */
  instanceId: string | undefined;
  /** Claims of the same POST: their instances are tied to this one's, where the list shows associations. */
  siblings: readonly Claim[];
  /** True when `instanceId` is certain (from the saved state) and is not to be judged again. */
  pinned: boolean;
}

/** What the list has for a claim: its instance, or several that nothing tells apart. */
export type Match = { instance: Instance } | { candidates: Instance[] };

/** Where an instance may be. */
export interface Place {
  /** TSGs in which it may show; undefined where that cannot be told. */
  tsgIds: readonly string[] | undefined;
  /** Ids of all known tenants; undefined where they were not asked for. */
  knownTsgIds: ReadonlySet<string> | undefined;
}

/** Whether an instance may be at a place: a TSG id that is no known tenant's says nothing. */
export const mayBeAt = ({ tsgIds, knownTsgIds }: Place, { tsgId }: Instance): boolean =>
  tsgIds === undefined || tsgId === undefined || tsgIds.includes(tsgId) || knownTsgIds?.has(tsgId) === false;

/**
 * Tells of an instance whether somebody else certainly made it. Only a list that names this client as a creator tells:
 * elsewhere creators may be named otherwise than by client id.
 */
export function madeByOthers(list: readonly Instance[], clientId: string): (instance: Instance) => boolean {
  const showsClient = list.some(({ createdBy }) => createdBy === clientId);
  return ({ createdBy }) => showsClient && createdBy !== undefined && createdBy !== clientId;
}
