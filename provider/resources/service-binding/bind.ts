import {
  type BindResult,
  type Binding,
  BrokerError,
  ConnectionError,
  RequestError,
  needsOrphanMitigation,
} from "../../../sdk/broker";
import { formatDuration } from "../../settings";
import { type Broker, identityFor, workOf } from "../broker/account";
import { BusyError, cleanUp, lastLookWords, awaitOperation } from "../../../sdk/broker/operations";
import { say } from "../../words";
import { isRefusal, spentId } from "../broker/spent-id";
import { withoutFullStop } from "../../host/errors";
import { type Host, StopError } from "../../host/contract";
import type { BindOutcome } from "./bind-types";
import { type BindingRef, fetchMade } from "./fetch";
import { type BindTarget, refOf } from "./bind-types";
import { describeOverdue } from "./messages";
import { assertUnclaimed, leave, describeLeft, othersBinding } from "./stray";
import { adviceFor, isRotationRefused, sendBind } from "./send";
import { UNFETCHABLE_ADVICE, describeUnfetchable } from "./messages";

/**
 * One binding on its way: the request, the waiting, the fetching, and the cleaning up after a failure.
 * Nothing here saves anything.
 */
export class Attempt {
  private readonly ref: BindingRef;
  private rotates: string | undefined;
  /** Whether what has the id is surely this resource's. */
  private isOwn: boolean;
  /** Whether it was cleaned up once already and is bound again. */
  private isSecond = false;

  constructor(
    private readonly host: Host,
    private readonly broker: Broker,
    private readonly target: BindTarget,
  ) {
    this.rotates = target.found.plan.bindingRotatable ? target.rotates : undefined;
    this.ref = refOf(target);
    this.isOwn = target.isOwn;
  }

  /**
   * Sends the request; an equal one that an earlier run sent is met again by it.
   * @throws StopError where nothing is bound.
   */
  async run(): Promise<BindOutcome> {
    if (this.target.isUnproven) await assertUnclaimed(this.host, this.broker, this.target);
    let result: BindResult;
    try {
      result = await sendBind(this.host, this.broker, this.target, this.rotates);
    } catch (error) {
      return this.afterError(error);
    }
    if (result.outcome === "exists" && this.target.isUnproven)
      throw othersBinding(this.host, this.broker, this.target);
    // What it says that this request made, nobody else has.
    this.isOwn ||= result.outcome !== "exists";
    if (result.outcome === "accepted") return this.wait(result.operation, this.host.session.clock.now());
    return this.take(result.binding, result.outcome === "created");
  }

  /** Goes on with what the broker took at `since`; the request is sent again where it knows nothing of it. */
  async resume(operation: string | undefined, since: number): Promise<BindOutcome> {
    return this.wait(operation, since, () => this.run());
  }

  /** Fetches what an earlier run bound; where the broker does not know it any more, it is bound anew. */
  async fetchOrRun(): Promise<BindOutcome> {
    return this.fetch(() => this.run());
  }

  private async fetch(whenUnknown?: () => Promise<BindOutcome>, isOnce = false): Promise<BindOutcome> {
    const { offering } = this.target.found;
    const fetched = await fetchMade(
      this.host,
      this.broker,
      this.ref,
      this.target.deadline,
      isOnce || !offering.bindingsRetrievable,
    );
    if (!("why" in fetched)) return this.take(fetched, false, true);
    if (fetched.isUnknown && whenUnknown) return whenUnknown();
    if (offering.bindingsRetrievable) return { kind: "unread", why: fetched.why };
    const failed = await this.cleanUp(describeUnfetchable(offering.name));
    return { ...failed, remedy: `${UNFETCHABLE_ADVICE}.`, isUnfetchable: true };
  }

  private async afterError(error: unknown): Promise<BindOutcome> {
    if (error instanceof BusyError && error.refusal.effect === "unknown")
      return { kind: "uncertain", why: withoutFullStop(error.message) };
    if (error instanceof BusyError)
      throw this.stop(
        `another operation was in progress at the broker until its time-out of ${formatDuration(this.target.timeoutMs)} ` +
          `(${say.timeouts}) passed. Nothing was bound by this run. Run the same command again.`,
      );
    if (!(error instanceof RequestError)) throw error;
    if (this.rotates !== undefined && isRotationRefused(error)) return this.runAlone(error);
    if (error instanceof BrokerError && error.code === "Conflict") return this.settleConflict(error);
    const why = withoutFullStop(error.message);
    if (this.target.isOurs && isRefusal(error) && (await this.isIdSpent()))
      return this.spent(
        `${why} (the broker knows the id ${this.ref.bindingId} of an earlier binding)`,
        error,
      );
    // Only our user's time was up: the next run goes on with it.
    if (error instanceof ConnectionError && error.effect === "unknown" && this.isLate())
      return { kind: "uncertain", why };
    if (needsOrphanMitigation("bind", error)) {
      if (this.isOwn) return this.cleanUp(why);
      throw this.stop(`${why}. ${describeLeft(this.broker, this.target)}`);
    }
    if (error.effect === "unknown") return { kind: "uncertain", why };
    throw this.stop(`${why}. Nothing was bound by this run.${adviceFor(error, this.ref.instanceId)}`);
  }

  /** Binds without the predecessor, of which the broker makes no successor. */
  private async runAlone(refusal: RequestError): Promise<BindOutcome> {
    this.host.log.warn(
      `${this.host.name}: the broker did not make a successor of ${this.rotates ?? ""}: ${withoutFullStop(refusal.message)}. A ` +
        "binding of its own, with the same parameters, is tried instead.",
    );
    this.rotates = undefined;
    return this.run();
  }

  /** Whether the broker knows the id of something that was there once. */
  private async isIdSpent(): Promise<boolean> {
    const { instanceId, bindingId, plan } = this.ref;
    const options = { signal: this.host.signal, deadline: this.target.deadline };
    const about = await spentId(
      (id) => this.broker.client.getLastBindingOperation(instanceId, id, plan, options),
      bindingId,
    );
    return about !== undefined;
  }

  /** Makes sure that nothing has the id, which the broker does not take. */
  private async spent(why: string, refusal: RequestError): Promise<BindOutcome> {
    const said = refusal instanceof BrokerError ? { refusal } : {};
    return { ...(await this.cleanUp(why)), isIdSpent: true, ...said };
  }

  private isLate(): boolean {
    return this.host.session.clock.now() >= this.target.deadline;
  }

  /**
   * The id is taken. Where it can only be our own, an earlier run sent it: the same, or with other values. A binding
   * cannot be changed, and nobody has had its credentials, so that one with other values is made anew.
   */
  private async settleConflict(error: BrokerError): Promise<BindOutcome> {
    const { target, host, broker, ref } = this;
    if (target.isUnproven && !this.isOwn) throw othersBinding(host, broker, target);
    if (!target.isOurs)
      throw this.stop(
        `the id ${ref.bindingId} is taken by a binding with other attributes: ${withoutFullStop(error.message)}. Nothing was ` +
          `changed. Give another ${say.path("bindingId")}, or take that binding over with ${say.set("adopt", true)}.`,
      );
    let last: string | undefined;
    try {
      const options = { signal: host.signal, deadline: target.deadline };
      const { instanceId, bindingId, plan } = ref;
      last = (await broker.client.getLastBindingOperation(instanceId, bindingId, plan, options)).state;
    } catch (failure) {
      // Brokers know no operation of what was bound at once.
      if (!(failure instanceof RequestError)) throw failure;
    }
    // Nothing that is there may have the id: then it is one that the broker takes only once, or what is missing is the
    // binding that is to be rotated.
    const whenUnknown = (): Promise<BindOutcome> =>
      this.rotates === undefined
        ? this.spent(
            `${withoutFullStop(error.message)}, and the broker knows no binding ${ref.bindingId}`,
            error,
          )
        : this.runAlone(error);
    const isSame = (target.inputs.intent?.asked?.length ?? 1) <= 1;
    if (last === "failed") return this.bindAgain("an earlier run made it, and that failed");
    if (last === "in progress" && isSame) return this.wait(undefined, host.session.clock.now());
    if (isSame && target.found.offering.bindingsRetrievable)
      return this.fetch(whenUnknown, last === undefined || last === "gone");
    // Here it is not known either what the broker does not take: what has the id, if anything, gives way, and nothing is
    // rotated.
    if (this.rotates !== undefined) {
      this.rotates = undefined;
      return this.bindAgain(withoutFullStop(error.message));
    }
    return this.bindAgain(
      isSame
        ? "an earlier run made it, and what it gives cannot be fetched"
        : "an earlier run made it with other values",
      error,
    );
  }

  private async wait(
    operation: string | undefined,
    since: number,
    whenLost?: () => Promise<BindOutcome>,
  ): Promise<BindOutcome> {
    const { host, broker, ref, target } = this;
    let settled;
    try {
      settled = await awaitOperation(workOf(host, broker), {
        instanceId: ref.instanceId,
        bindingId: ref.bindingId,
        query: { ...ref.plan, operation },
        purpose: "create",
        doing: "binding",
        plan: target.found.plan,
        since,
        deadline: target.deadline,
        originatingIdentity: identityFor(broker, target.context),
      });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      return { kind: "accepted", operation, since, why: withoutFullStop(error.message), isUnseen: true };
    }
    switch (settled.outcome) {
      case "succeeded":
        return this.fetch();
      case "deadline": {
        const timeout = formatDuration(target.timeoutMs);
        const why = `not finished within its time-out of ${timeout} (${say.timeouts})${lastLookWords(settled)}`;
        // The broker does not seem to know of it: the next run asks by the request itself.
        if (settled.isUnknown) return { kind: "uncertain", why };
        return { kind: "accepted", operation, since, why, isUnseen: settled.lastError !== undefined };
      }
      case "failed":
        return this.cleanUp(
          `the broker says that it failed: ${withoutFullStop(settled.description ?? "without an explanation")}`,
        );
      case "overdue":
        return {
          ...(await this.cleanUp(describeOverdue(target.found.plan, settled))),
          remedy:
            "Run the same command again: it binds anew. If the broker always takes so long, its operator has to raise that " +
            "time in the catalog.",
        };
      default:
        return whenLost
          ? whenLost()
          : this.cleanUp("the broker took the request, and does not know the binding any more");
    }
  }

  /** Takes what the broker gave, unless it keeps back credentials that it has shown to a run that could not save them. */
  private async take(binding: Binding, isNew: boolean, isFetched = false): Promise<BindOutcome> {
    const { offering } = this.target.found;
    const mayLack = isNew || offering.requires.length > 0;
    if (binding.credentials !== undefined || mayLack) return { kind: "bound", binding };
    if (!isFetched && offering.bindingsRetrievable) return this.fetch();
    // A second binding that gives none has none.
    if (this.isSecond) return { kind: "bound", binding };
    return this.bindAgain(
      "the broker does not give its credentials, perhaps since it has given them once before",
    );
  }

  /**
   * Unbinds what nobody has used, and binds under the same id. Where that was refused with `conflict`, and nothing has it,
   * it is one that the broker does not take.
   */
  private async bindAgain(why: string, conflict?: BrokerError): Promise<BindOutcome> {
    const { bindingId } = this.ref;
    if (!this.target.isOurs)
      throw this.stop(
        `binding ${bindingId}, whose id the ${say.program} gave, exists: ${why}. It may be someone else's, and was left alone. Unbind ` +
          `it, or give another ${say.path("bindingId")}.`,
      );
    const cleaned = await this.cleanUp(why);
    if (cleaned.isLeft) return { ...cleaned, isIdSpent: true };
    if (conflict && cleaned.wasNothing)
      return { ...cleaned, why: withoutFullStop(conflict.message), isIdSpent: true, refusal: conflict };
    if (!cleaned.mitigated || this.isSecond) return { ...cleaned, isIdSpent: this.isSecond };
    this.host.log.info(`${this.host.name}: binding ${bindingId} was unbound and is bound again: ${why}.`);
    this.isSecond = true;
    try {
      return await this.run();
    } catch (error) {
      if (!(error instanceof StopError)) throw error;
      return {
        ...cleaned,
        why: `${why}, and after it was unbound: ${withoutFullStop(error.message)}`,
        isIdSpent: true,
      };
    }
  }

  /**
   * Cleans up after a failure, as the settings say (spec: "Orphan Mitigation"). What may be another's is told of instead.
   * @throws StopError where it has an id that the program gave
   */
  private async cleanUp(why: string): Promise<BindOutcome & { kind: "failed" }> {
    const { broker, host, ref, target } = this;
    if (!this.isOwn) {
      if (!target.isOurs) throw this.stop(`${why}. ${describeLeft(broker, target)}`);
      return { kind: "failed", why, mitigated: true, ...(await leave(host, broker, target)) };
    }
    if (broker.client.orphanMitigation === "report") return { kind: "failed", why, mitigated: false };
    const { instanceId, bindingId, plan } = ref;
    const done = await cleanUp(workOf(host, broker), { instanceId, bindingId, ...plan }, target);
    return done.confirmed
      ? { kind: "failed", why, mitigated: true, wasNothing: done.isNothing === true }
      : {
          kind: "failed",
          why: `${why}. It could not be cleaned up: ${done.why ?? "no confirmation"}`,
          mitigated: false,
        };
  }

  private stop(why: string): StopError {
    return new StopError(this.broker.client.redact(`${this.host.name}: ${why}`));
  }
}
