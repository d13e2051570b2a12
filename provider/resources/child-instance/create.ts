import { type Instance, ProvisorError } from "../../../sdk/subscription";
import { DeadlineError, withDeadline } from "../../../sdk/wait";
import { type Host, type Outcome, StopError } from "../../host/contract";
import { openAccount, type Account } from "../subscription/account";
import { slotsOf, tenantRefOf } from "./allocation";
import { childDecision, abandonedNow } from "./decision";
import { intentsOf, type Intents } from "./run-state";
import { assertTold } from "../../host/saved-state";
import type { ChildInstanceInputs, ChildInstanceState, InstanceOutput } from "./schema";
import { specOf, heldElsewhere, idOf, unfinishedOf, stateOf, toOutput, type Prior } from "./state";
import { say } from "../../words";
import { formatDuration } from "../../settings";
import { withoutFullStop } from "../../host/errors";
import { type ResolvedTenant, TenantError, resolveTenant } from "../subscription/tenants";
import { adoption, describeTrust, describeExisting } from "./adopt";
import { awaitInstances } from "./wait";
import { capacityAgain } from "./capacity";
import { type ClaimContext, claimsFor } from "./claiming";
import { lookBack, send } from "./post";
import { isLookAt, describeOtherLook } from "./identity";
import { timeoutOf } from "../timeouts";
import { outcomeOf, describeAllocated } from "./messages";
import type { Claim } from "../subscription/matching";

export async function createChildInstance(
  host: Host,
  inputs: ChildInstanceInputs,
): Promise<Outcome<ChildInstanceState>> {
  const apps = slotsOf(specOf(inputs)).map(({ appId }) => appId);
  const isDecided = childDecision(host).abandons !== undefined;
  assertTold(host, isDecided || intentsOf(host.session).isFresh(inputs.intent, apps));
  return provision(host, openAccount(host.session, host.settings, inputs.profile), inputs, "create");
}

/** How old the list may be that is looked at before a POST: many are sent at once, and share one. */
const LIST_BEFORE_POST_MS = 1_000;

const nothing = (id: string): Prior => ({
  id,
  instances: [],
  jobId: undefined,
  tenantId: undefined,
  tenantInstanceName: undefined,
  replaced: [],
  awaited: [],
  uncertain: [],
});

/**
 * Brings what the inputs ask for into being, from whatever `prior` knows of it: takes up, allocates or adopts, then
 * waits. Used by create and by every update that has something to allocate or to wait for.
 * @throws StopError when nothing was allocated by this call.
 */
export async function provision(
  host: Host,
  account: Account,
  inputs: ChildInstanceInputs,
  operation: "create" | "update",
  prior?: Prior,
): Promise<Outcome<ChildInstanceState>> {
  return new Provisioning(host, account, inputs, operation, prior).start();
}

class Provisioning {
  private readonly spec;
  private readonly timeoutMs: number;
  private readonly deadline: number;
  private readonly parentTsgId: string;
  private readonly intents: Intents;
  private prior: Prior;
  private tenant: ResolvedTenant = { name: undefined, tsgId: undefined };
  private answeredAt: number | undefined;

  constructor(
    private readonly host: Host,
    private readonly account: Account,
    private readonly inputs: ChildInstanceInputs,
    private readonly operation: "create" | "update",
    prior: Prior | undefined,
  ) {
    this.spec = specOf(inputs);
    this.parentTsgId = account.settings.parentTsgId;
    this.intents = intentsOf(host.session);
    this.prior = prior ?? {
      ...nothing(idOf(this.spec, this.parentTsgId)),
      replaced: abandonedNow(host),
    };
    this.timeoutMs = timeoutOf(this.spec.timeouts, operation);
    this.deadline = host.session.clock.now() + this.timeoutMs;
  }

  /** What fails before the POST, or instead of it, is told with what is allocated already. */
  async start(): Promise<Outcome<ChildInstanceState>> {
    try {
      return await this.run();
    } catch (error) {
      if (error instanceof StopError) throw error;
      if (!(error instanceof ProvisorError) && !(error instanceof DeadlineError)) throw error;
      const why =
        error instanceof DeadlineError
          ? `its time-out of ${formatDuration(this.timeoutMs)} (${say.timeouts}) passed before anything could be sent`
          : withoutFullStop(error.message);
      throw this.stop(`${why}. ${this.allocatedBefore()}`);
    }
  }

  private allocatedBefore(): string {
    const { instances, awaited, uncertain, jobId } = this.prior;
    if (instances.length + awaited.length === 0) {
      const isFirst = uncertain.length === 0 && this.intents.isFresh(this.spec.intent, this.lacking());
      return isFirst
        ? "Nothing was allocated."
        : "This run allocated nothing; what an earlier one may have allocated is looked for by the next. Run the same command again.";
    }
    return `This run allocated nothing. ${describeAllocated(this.spec, this.parentTsgId, { jobId, instances })}`;
  }

  private async run(): Promise<Outcome<ChildInstanceState>> {
    await this.lookAtFailed();
    if (this.lacking().length + this.pinned().length === 0)
      return this.outcome(this.prior.instances, undefined);
    this.tenant = await this.inTime(this.resolveTenant());
    this.account.claims.hold(heldElsewhere(this.host));
    if (this.spec.adopt !== undefined) await this.adopt(this.spec.adopt, this.adoptable());
    const lacking = this.lacking();
    const toSend = lacking.filter((app) => !this.prior.awaited.includes(app));
    const claims = [
      ...this.pinned(),
      ...claimsFor(
        this.context,
        lacking.filter((app) => !toSend.includes(app)),
        true,
      ),
    ];
    const fresh = claimsFor(this.context, toSend, false);
    for (const claim of [...claims, ...fresh]) this.account.claims.add(claim);
    try {
      if (fresh.length > 0) {
        const uncertain = await this.allocate(toSend, fresh);
        if (uncertain !== undefined) {
          const unsure = fresh.filter((claim) => !claim.sure).map((claim) => claim.appId);
          return this.outcome([], uncertain, unsure);
        }
      }
      if (fresh.length > 0) this.host.onAccepted?.(this.outcome([], undefined));
      return await this.wait([...claims, ...fresh]);
    } finally {
      for (const claim of [...claims, ...fresh]) this.account.claims.end(claim);
    }
  }

  /** What failed for good is looked at once, not waited for: the vendor may have repaired it. */
  private async lookAtFailed(): Promise<void> {
    const { account, prior } = this;
    const { failed = [] } = unfinishedOf(account, this.spec, prior.instances);
    if (failed.length === 0) return;
    let list: readonly Instance[];
    try {
      list = await this.inTime(account.instances.get(LIST_BEFORE_POST_MS));
    } catch (error) {
      if (error instanceof ProvisorError || error instanceof DeadlineError) return;
      throw error;
    }
    const instances = prior.instances.map((known) => {
      const listed = list.find((instance) => instance.instanceId === known.instanceId);
      return listed && failed.includes(known.appId) ? toOutput(listed) : known;
    });
    this.prior = { ...prior, instances };
  }

  /** Requests before the POST end with the operation's own time-out. */
  private inTime<T>(work: Promise<T>): Promise<T> {
    return withDeadline(work, this.host.session.clock, this.deadline);
  }

  private get context(): ClaimContext {
    return {
      spec: this.spec,
      tenant: this.tenant,
      parentTsgId: this.parentTsgId,
      intent: this.spec.intent,
      replaced: this.prior.replaced,
    };
  }

  /** Apps that have no instance yet. */
  private lacking(): string[] {
    return slotsOf(this.spec)
      .map((slot) => slot.appId)
      .filter((app) => !this.prior.instances.some((instance) => instance.appId === app));
  }

  /** Apps for which `adopt` counts: at create, and where a create is not finished; an added item is allocated. */
  private adoptable(): string[] {
    const open = [...this.prior.awaited, ...this.prior.uncertain];
    return this.lacking().filter((app) => this.operation === "create" || open.includes(app));
  }

  /** Claims for instances that the state knows and that are still being provisioned. */
  private pinned(): Claim[] {
    const { awaited } = unfinishedOf(this.account, this.spec, this.prior.instances);
    const known = this.prior.instances.filter((instance) => awaited?.includes(instance.appId));
    return known.flatMap((instance) =>
      claimsFor(this.context, [instance.appId], true).map((claim) => ({
        ...claim,
        instanceId: instance.instanceId,
        pinned: true,
      })),
    );
  }

  private async resolveTenant(): Promise<ResolvedTenant> {
    try {
      return await resolveTenant(this.account, tenantRefOf(this.spec), (text) => {
        this.host.log.warn(text);
      });
    } catch (error) {
      if (error instanceof TenantError) throw this.stop(`${say.path(error.field)} ${error.message}.`);
      throw error;
    }
  }

  private async adopt(adopt: "existing" | string[], apps: string[]): Promise<void> {
    if (apps.length === 0) return;
    const list = await this.inTime(this.account.instances.get(LIST_BEFORE_POST_MS));
    const own = this.prior.instances.map((instance) => instance.instanceId);
    const found = adoption(
      this.context,
      apps,
      adopt,
      list,
      (id) => !own.includes(id) && this.account.claims.isHeld(id),
      this.host.saved.others !== "untold",
    );
    if (found.problems.length > 0) throw this.stop(`${say.path("adopt")}: ${found.problems.join("; ")}.`);
    if (found.instances.length === 0) return;
    this.account.claims.hold(found.instances.map((instance) => instance.instanceId));
    this.host.log.warn(describeTrust(this.context, found.instances));
    this.prior = {
      ...this.prior,
      instances: [...this.prior.instances, ...found.instances.map(toOutput)],
    };
  }

  /**
   * Allocates `apps`, or takes up what an earlier run allocated. Afterwards the claims are sure.
   * Returns why nobody knows whether the POST took effect, if so.
   */
  private async allocate(apps: string[], claims: Claim[]): Promise<string | undefined> {
    const { host, account } = this;
    const { looked } = this.spec.intent ?? {};
    if (isLookAt(account, looked) === false) throw this.stop(describeOtherLook(account, looked));
    const uncovered = apps.filter((app) => this.spec.intent?.before[app] === undefined);
    if (uncovered.length > 0)
      throw this.stop(
        `its Intent does not know of ${uncovered.join(", ")} yet, so that a crash could not be told from a first run. ` +
          `Nothing was sent. ${say.targets("ChildInstance", "Intent")}.`,
      );
    const makeSure = (): void => {
      for (const claim of claims) claim.sure = true;
    };
    // An item that was added since was in no POST that is uncertain, and one that this run has added in none at all.
    const uncertain = apps.filter((app) => this.prior.uncertain.includes(app));
    const old =
      uncertain.length > 0 ? uncertain : apps.filter((app) => !this.intents.isFresh(this.spec.intent, [app]));
    if (old.length > 0) {
      const theirs = claims.filter((claim) => old.includes(claim.appId));
      const earlier = await lookBack(host, account, this.spec, theirs, this.deadline);
      if (earlier.kind === "doubtful") throw this.stop(earlier.why);
      if (earlier.kind === "unclear") {
        if (uncertain.length === apps.length) return earlier.why;
        throw this.stop(`${earlier.why}. Nothing was sent by this run.`);
      }
      if (earlier.kind === "found") {
        for (const claim of theirs) claim.sure = true;
        const added = claims.filter((claim) => !theirs.includes(claim));
        return added.length === 0
          ? undefined
          : this.allocate(
              added.map((claim) => claim.appId),
              added,
            );
      }
    }
    await this.awaitTurn(claims);
    const list = await this.inTime(account.instances.get(LIST_BEFORE_POST_MS));
    for (const claim of claims) {
      claim.before = new Set([
        ...claim.before,
        ...list.filter((i) => i.appId === claim.appId).map((i) => i.instanceId),
      ]);
      // What it was given for a while was there before its POST.
      claim.instanceId = undefined;
    }
    if (this.spec.allowAdditional !== true) this.refuseAdditional(apps, claims, list);
    const tooLittle = await this.inTime(capacityAgain(host, account, this.spec, apps));
    if (tooLittle !== undefined) throw this.stop(`${tooLittle}. Nothing was sent.`);
    const sent = await send(host, account, this.context, apps, claims, this.deadline);
    this.answeredAt = host.session.clock.now();
    if (sent.kind === "uncertain") return sent.why;
    if (sent.kind === "accepted") {
      const { jobId, tenantId, tenantInstanceName } = sent.job;
      this.prior = {
        ...this.prior,
        jobId: jobId ?? this.prior.jobId,
        tenantId: tenantId ?? this.prior.tenantId,
        tenantInstanceName: tenantInstanceName ?? this.prior.tenantInstanceName,
      };
      for (const claim of claims) claim.answer = { jobId, tenantId, tenantInstanceName };
    }
    makeSure();
    return undefined;
  }

  /** Where only time can tell two tenants' instances apart, one POST waits until the other's instance has shown. */
  private async awaitTurn(claims: Claim[]): Promise<void> {
    const { account, host } = this;
    if (account.claims.takeTurn(claims)) return;
    const since = host.session.clock.now();
    try {
      await account.waiter.wait(
        (list) => {
          account.claims.match(list);
          host.log.progress("waiting for another tenant's new instance to show before the POST", since);
          return account.claims.takeTurn(claims) ? true : undefined;
        },
        { deadline: this.deadline, signal: host.signal },
      );
    } catch (error) {
      const why = error instanceof DeadlineError ? "its time-out passed" : (error as Error).message;
      throw this.stop(
        `${why} while it waited for the instance of another tenant to show in the list. Tenants cannot be listed, so ` +
          "that nothing else would tell the two apart. Nothing was sent.",
      );
    }
  }

  private refuseAdditional(
    apps: string[],
    claims: Claim[],
    list: Parameters<typeof describeExisting>[3],
  ): void {
    const own = [...this.prior.instances.map((instance) => instance.instanceId), ...this.prior.replaced];
    const { before = {} } = this.spec.intent ?? {};
    const lacking = this.intents.isFresh(this.spec.intent, apps)
      ? apps.flatMap((app) => before[app] ?? []).filter((id) => !list.some((i) => i.instanceId === id))
      : [];
    if (lacking.length > 0)
      throw this.stop(
        `the list of instances lacks what it showed a moment ago (${lacking.join(", ")}), so that it does not tell what ` +
          "is there. Nothing was sent. Run the same command again.",
      );
    const words = describeExisting(this.account, this.context, apps, list, own, heldElsewhere(this.host));
    if (words !== undefined) throw this.stop(words);
    if (this.account.claims.hasRival(claims))
      throw this.stop(
        "another resource of this run allocates the same app for the same tenant, which has at most one instance of an " +
          `app. Nothing was sent. To allocate both, set ${say.set("allowAdditional", true)} on both.`,
      );
  }

  private async wait(claims: Claim[]): Promise<Outcome<ChildInstanceState>> {
    if (claims.length === 0) return this.outcome(this.prior.instances, undefined);
    const { deadline, timeoutMs, answeredAt } = this;
    const time = { deadline, timeoutMs, answeredAt };
    const waited = await awaitInstances(this.host, this.account, this.context, claims, time);
    const seen = waited.instances.map(toOutput);
    const others = this.prior.instances.filter(
      (known) => !seen.some((i) => i.instanceId === known.instanceId),
    );
    const bySlot = slotsOf(this.spec).flatMap((slot) =>
      [...seen, ...others].filter((i) => i.appId === slot.appId),
    );
    return this.outcome(bySlot, waited.problem);
  }

  /** What is known now, as it is saved; `uncertain` are apps whose POST may have been carried out. */
  private outcome(
    instances: InstanceOutput[],
    problem: string | undefined,
    uncertain: string[] = [],
  ): Outcome<ChildInstanceState> {
    const known = instances.length > 0 ? instances : this.prior.instances;
    const unfinished = unfinishedOf(this.account, this.spec, known, uncertain);
    const state = stateOf(this.account, this.inputs, { ...this.prior, instances: known, unfinished });
    return outcomeOf(this.host, this.account, this.spec, this.prior.id, state, problem);
  }

  private stop(why: string): StopError {
    return new StopError(this.account.client.redact(`${this.host.name}: ${why}`));
  }
}
