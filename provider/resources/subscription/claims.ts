import type { Instance } from "../../../sdk/subscription";
import { assign, type Claim, type Match, madeByOthers, mayBeAt } from "./matching";

/** Whether two regions can be the same: one that is not told says nothing. */
export const sameRegion = (a: string | undefined, b: string | undefined): boolean =>
  a === undefined || b === undefined || a.toLowerCase() === b.toLowerCase();

const isOneOf = (id: string | undefined, ids: readonly unknown[]): boolean =>
  id !== undefined && ids.some((other) => other !== undefined && String(other) === id);

/**
 * Whether the tenant id in the answer to the POST is an id of this instance. The published list has no job id; should
 * the API show one all the same, it says the same.
 */
const identified = ({ answer }: Claim, { instanceId, tsgId, serialNumber, extra }: Instance): boolean =>
  isOneOf(answer.tenantId, [instanceId, tsgId, serialNumber, extra?.["tenant_id"]]) ||
  isOneOf(answer.jobId, [extra?.["job_id"]]);

/** Whether it has the display name of the answer, which may be that of the product. */
const named = ({ answer }: Claim, instance: Instance): boolean =>
  answer.tenantInstanceName !== undefined && instance.tenantInstanceName === answer.tenantInstanceName;

/** Tells whether the list ties an instance to that of a sibling. */
function tiedToSibling(claim: Claim, list: readonly Instance[]): (instance: Instance) => boolean {
  const ids = new Set(claim.siblings.map(({ instanceId }) => instanceId));
  const tiesOf = ({ associations = [] }: Instance): (string | undefined)[] =>
    associations.map((association) => association.instanceId);
  const tied = new Set(list.filter(({ instanceId }) => ids.has(instanceId)).flatMap(tiesOf));
  ids.delete(undefined);
  return (instance) => tied.has(instance.instanceId) || tiesOf(instance).some((id) => ids.has(id));
}

/**
 * Which listed instance came from which POST. The list names no job, so an instance is told by what it is, by what
 * was there before, and by who made it. No instance is given to two claims; equal claims are interchangeable; where
 * there are more candidates than claims and nothing tells them apart, nothing is given at all.
 */
export class ClaimRegistry {
  private readonly open = new Set<Claim>();
  /** Ended before their instance had shown, though their POST was accepted: it may show yet. */
  private readonly unseen = new Set<Claim>();
  private readonly held = new Set<string>();
  private last: { list: readonly Instance[]; matches: Map<Claim, Match> } | undefined;

  constructor(private readonly clientId: string) {}

  add(claim: Claim): void {
    this.open.add(claim);
    this.last = undefined;
  }

  /** Ends a claim. The instance that a sure one was given belongs to it for the rest of the run. */
  end(claim: Claim): void {
    this.open.delete(claim);
    if (!claim.sure) return;
    if (claim.instanceId === undefined) this.unseen.add(claim);
    else this.held.add(claim.instanceId);
  }

  /** Instances that belong to some resource already. */
  hold(instanceIds: readonly string[]): void {
    for (const id of instanceIds) this.held.add(id);
  }

  isHeld(instanceId: string): boolean {
    return this.held.has(instanceId);
  }

  /** True when another open claim is for the same app of the same tenant. */
  hasRival(claims: readonly Claim[]): boolean {
    return this.others(claims).some((other) =>
      claims.some((claim) => claim.appId === other.appId && claim.tenant === other.tenant),
    );
  }

  private others(except: readonly Claim[]): Claim[] {
    return [...this.open].filter((claim) => !except.includes(claim));
  }

  /**
   * Takes the turn to send the POST of `claims`, unless another one is under way, or was accepted, whose instance is
   * not known yet and which nothing but time tells from these: another tenant's, where the tenancy API does not tell
   * which TSG is whose.
   */
  takeTurn(claims: readonly Claim[]): boolean {
    const rival = [...this.others(claims), ...this.unseen].some(
      (other) =>
        other.posted &&
        other.instanceId === undefined &&
        claims.some(
          (claim) =>
            claim.appId === other.appId &&
            claim.tenant !== other.tenant &&
            (claim.tsgIds === undefined || other.tsgIds === undefined),
        ),
    );
    if (!rival) for (const claim of claims) claim.posted = true;
    return !rival;
  }

  /** What `list` has for each open claim. Claims that it has nothing for are not in the map. */
  match(list: readonly Instance[]): ReadonlyMap<Claim, Match> {
    if (this.last?.list !== list) this.last = { list, matches: this.compute(list) };
    return this.last.matches;
  }

  /**
   * New instances that fit the claim and that nobody was given: they can be its own, or those of claims that differ from
   * it, and nothing tells yet.
   */
  undecided(claim: Claim, list: readonly Instance[]): Instance[] {
    const matches = this.match(list);
    if (matches.has(claim)) return [];
    const taken = new Set(this.held);
    for (const match of matches.values()) if ("instance" in match) taken.add(match.instance.instanceId);
    const isForeign = madeByOthers(list, this.clientId);
    return this.fitting(claim, list, isForeign).filter(({ instanceId }) => !taken.has(instanceId));
  }

  private compute(list: readonly Instance[]): Map<Claim, Match> {
    const matches = new Map<Claim, Match>();
    const taken = new Set(this.held);
    for (const claim of this.open) {
      if (!claim.pinned) continue;
      const instance = list.find((candidate) => candidate.instanceId === claim.instanceId);
      if (instance) matches.set(claim, { instance });
      if (claim.instanceId !== undefined) taken.add(claim.instanceId);
    }
    const free = [...this.open].filter((claim) => !claim.pinned);
    const sure = free.filter((claim) => claim.sure);
    const unsure = free.filter((claim) => !claim.sure);
    const isForeign = madeByOthers(list, this.clientId);
    const fresh = list.filter((instance) => !taken.has(instance.instanceId));
    const fitting = new Map(free.map((claim) => [claim, this.fitting(claim, fresh, isForeign)]));
    const candidatesOf = (claim: Claim): Instance[] =>
      this.narrowed(
        claim,
        (fitting.get(claim) ?? []).filter((instance) => !taken.has(instance.instanceId)),
        list,
      );
    // Those whose POST was accepted choose before those that may have none; what is left over is for these.
    const give = (claim: Claim, match: Match): void => {
      matches.set(claim, match);
      if ("instance" in match) taken.add(match.instance.instanceId);
    };
    assign(sure, unsure, candidatesOf, give);
    assign(unsure, [], candidatesOf, give);
    for (const [claim, match] of matches)
      if ("instance" in match) claim.instanceId = match.instance.instanceId;
    // What an unsure claim was given for a while, and is not any more, was never its own.
    for (const claim of unsure) if (!matches.has(claim)) claim.instanceId = undefined;
    return matches;
  }

  /** New instances that would fit, were they not in another region: words of the API's that differ from ours. */
  elsewhere(claim: Claim, list: readonly Instance[]): Instance[] {
    return list.filter(
      (instance) =>
        instance.appId === claim.appId &&
        !this.held.has(instance.instanceId) &&
        !claim.before.has(instance.instanceId) &&
        !sameRegion(instance.region, claim.region) &&
        mayBeAt(claim, instance),
    );
  }

  /** Instances that can be the claim's. */
  private fitting(
    claim: Claim,
    list: readonly Instance[],
    isForeign: (instance: Instance) => boolean,
  ): Instance[] {
    return list.filter(
      (instance) =>
        instance.appId === claim.appId &&
        !claim.before.has(instance.instanceId) &&
        sameRegion(instance.region, claim.region) &&
        (mayBeAt(claim, instance) || identified(claim, instance)) &&
        !isForeign(instance),
    );
  }

  /** Those of `candidates` that show the most signs of being the claim's: each sign counts that leaves one. */
  private narrowed(claim: Claim, candidates: Instance[], list: readonly Instance[]): Instance[] {
    if (candidates.length < 2) return candidates;
    const signs: ((instance: Instance) => boolean)[] = [
      (instance) => identified(claim, instance),
      (instance) => named(claim, instance),
      tiedToSibling(claim, list),
      (instance) => instance.createdBy === this.clientId,
      (instance) => claim.licenseId !== undefined && instance.licenseQuotaId === claim.licenseId,
      (instance) => instance.sku !== undefined && claim.skus.includes(instance.sku),
    ];
    return signs.reduce((left, sign) => {
      const narrowed = left.filter(sign);
      return narrowed.length > 0 ? narrowed : left;
    }, candidates);
  }
}
