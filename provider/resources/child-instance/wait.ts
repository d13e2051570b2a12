import { type Instance, phaseOf, unknownStatuses } from "../../../sdk/subscription";
import { DeadlineError } from "../../../sdk/wait";
import { say } from "../../words";
import { formatDuration } from "../../settings";
import type { Host } from "../../host/contract";
import type { Account } from "../subscription/account";
import type { ClaimContext } from "./claiming";
import { adoptLine, describeInstance, describeTenant } from "./messages";
import type { Claim } from "../subscription/matching";

/** How the waiting ended. `instances` is what is known of them, done, failed or neither. */
export interface Waited {
  instances: Instance[];
  /** Why it ended early; undefined when every instance is done or failed. */
  problem: string | undefined;
}

/** The time that a wait has. All in milliseconds. */
export interface WaitTime {
  deadline: number;
  timeoutMs: number;
  /** When the POST of this run was answered, or given up; undefined where an earlier run sent it. */
  answeredAt: number | undefined;
}

/** Lists in a row that must lack an instance seen before: a list can be short once. */
const LISTS_WITHOUT = 3;

/**
 * A list that was asked for within so many milliseconds of the answer to the POST may show an equal instance of another
 * actor's and not yet ours. One that somebody else seems to have made, or that was done when it was first seen, is not
 * taken from it.
 */
const DOUBTFUL_MS = 5_000;

/** After so long without a change, a status that is on no list is pointed at. */
const UNKNOWN_STATUS_MS = 5 * 60_000;

/** Ends the wait with a reason for the user. */
class WaitProblem extends Error {}

/**
 * Waits until the instance of every claim is done or failed: one that failed ends nothing for the others of its POST.
 * Never throws for what the API or the clock does.
 */
export async function awaitInstances(
  host: Host,
  account: Account,
  context: ClaimContext,
  claims: readonly Claim[],
  time: WaitTime,
): Promise<Waited> {
  const { clock } = host.session;
  const started = clock.now();
  const tenant = describeTenant(context.spec, context.parentTsgId);
  const latest = new Map<Claim, Instance>();
  /** Claims whose instance is perhaps another actor's. */
  const doubtful = new Set<Claim>();
  const absent = new Map<Claim, number>();
  const doneAtFirstSight = new Map<string, boolean>();
  const status = new StatusWatch(host, account, tenant, started);
  const known = (): Instance[] =>
    claims
      .filter((claim) => !doubtful.has(claim))
      .map((claim) => latest.get(claim))
      .filter((instance) => instance !== undefined);

  const isDone = (instance: Instance): boolean => phaseOf(instance, account.statuses) === "done";
  const certainFrom = (time.answeredAt ?? -Infinity) + Math.min(DOUBTFUL_MS, account.appearTimeoutMs);
  const isDoubtful = (claim: Claim, { createdBy, instanceId }: Instance, askedAt: number): boolean =>
    !claim.pinned &&
    askedAt < certainFrom &&
    (doneAtFirstSight.get(instanceId) === true ||
      (createdBy !== undefined && createdBy !== account.settings.clientId));

  /** True for one that was seen and is not listed; one that is, and could be another claim's too, is not absent. */
  const isAbsent = (claim: Claim, list: readonly Instance[]): boolean => {
    const id = latest.get(claim)?.instanceId ?? (claim.pinned ? claim.instanceId : undefined);
    return id !== undefined && !list.some(({ instanceId }) => instanceId === id);
  };

  const judge = (list: readonly Instance[], askedAt: number): true | undefined => {
    const matches = account.claims.match(list);
    for (const claim of claims) {
      const match = matches.get(claim);
      if (match && "candidates" in match) {
        // What looked certain while it was the only one is not any more.
        latest.delete(claim);
        // A sign that tells them apart may still come while one of them is being provisioned.
        if (match.candidates.every((candidate) => phaseOf(candidate, account.statuses) !== "working"))
          throw new WaitProblem(ambiguous(claim, match.candidates));
      } else if (match) {
        latest.set(claim, match.instance);
        absent.delete(claim);
        const { instanceId } = match.instance;
        if (!doneAtFirstSight.has(instanceId)) doneAtFirstSight.set(instanceId, isDone(match.instance));
      } else if (isAbsent(claim, list)) {
        const times = (absent.get(claim) ?? 0) + 1;
        absent.set(claim, times);
        if (times >= LISTS_WITHOUT)
          throw new WaitProblem(
            `the instance ${latest.get(claim)?.instanceId ?? claim.instanceId ?? ""} of ${claim.appId} was listed and is not listed any more`,
          );
      }
    }
    doubtful.clear();
    for (const [claim, instance] of latest) if (isDoubtful(claim, instance, askedAt)) doubtful.add(claim);
    status.show(claims, latest, list);
    const settled = claims.filter((claim) => {
      const instance = latest.get(claim);
      if (!instance || absent.has(claim) || doubtful.has(claim)) return false;
      return phaseOf(instance, account.statuses) !== "working";
    });
    return settled.length === claims.length ? true : undefined;
  };
  try {
    await account.waiter.wait(judge, {
      deadline: time.deadline,
      signal: host.signal,
      onPollError: (error) => {
        status.pollFailed(error as Error);
      },
    });
    return { instances: known(), problem: undefined };
  } catch (error) {
    const problem =
      error instanceof DeadlineError
        ? `not finished within its time-out of ${formatDuration(time.timeoutMs)} (${say.timeouts}); last seen: ${status.text === "" ? tenant : status.text}`
        : (error as Error).message;
    return { instances: known(), problem };
  }
}

function ambiguous(claim: Claim, candidates: readonly Instance[]): string {
  return (
    `several new instances of ${claim.appId} fit, and nothing tells which one came from this POST: ` +
    `${candidates.map(describeInstance).join(", ")}. Find out which one no other ${say.stack} or resource has, and set, for instance, ` +
    `${adoptLine([candidates[0]?.instanceId ?? ""])}`
  );
}

/** Puts together what the user sees while waiting. */
class StatusWatch {
  text = "";
  private state = "";
  private changedAt: number;
  private pollError: string | undefined;

  constructor(
    private readonly host: Host,
    private readonly account: Account,
    private readonly tenant: string,
    private readonly started: number,
  ) {
    this.changedAt = started;
  }

  show(claims: readonly Claim[], latest: ReadonlyMap<Claim, Instance>, list: readonly Instance[]): void {
    this.pollError = undefined;
    const parts = claims.map((claim) => `${claim.appId}: ${this.describe(claim, latest.get(claim), list)}`);
    const state = claims.map((claim) => statusOf(latest.get(claim))).join();
    const { clock } = this.host.session;
    if (state !== this.state) this.changedAt = clock.now();
    this.state = state;
    this.text = this.account.client.redact(`${this.tenant}, ${parts.join("; ")}`);
    const hint = this.hint(claims, latest);
    this.host.log.progress(this.text + hint, this.started, `${state}${hint}`);
  }

  pollFailed(error: Error): void {
    if (error.message === this.pollError) return;
    this.pollError = error.message;
    const text = this.text === "" ? this.tenant : this.text;
    this.host.log.progress(`${text} (last look failed: ${error.message})`, this.started, this.state);
  }

  private describe(claim: Claim, instance: Instance | undefined, list: readonly Instance[]): string {
    if (!instance) {
      const near = this.account.claims.elsewhere(claim, list);
      const hint = near.map((other) => `${other.instanceId} is new, but in region ${other.region ?? ""}`);
      return ["not listed yet", ...hint].join(", ");
    }
    const message = instance.provisioningMessage ?? instance.message;
    return message === undefined ? statusOf(instance) : `${statusOf(instance)}, ${message}`;
  }

  private hint(claims: readonly Claim[], latest: ReadonlyMap<Claim, Instance>): string {
    if (this.host.session.clock.now() - this.changedAt < UNKNOWN_STATUS_MS) return "";
    const unknown = claims
      .map((claim) => latest.get(claim))
      .flatMap((instance) => (instance ? unknownStatuses(instance, this.account.statuses) : []));
    if (unknown.length === 0) return "";
    return (
      ` (status "${unknown[0] ?? ""}" is not known to Provisor and has not changed for 5 minutes: if it is final, add it ` +
      `to ${say.setting("doneStatuses")} or ${say.setting("failedStatuses")})`
    );
  }
}

const statusOf = (instance: Instance | undefined): string =>
  instance === undefined ? "not listed" : (instance.provisioningStatus ?? instance.status ?? "no status");
