import { say } from "../../words";
import { withoutFullStop } from "../../host/errors";
import type { Broker } from "../broker/account";
import { brokerRunStateOf } from "../broker/run-state";
import type { Host, Outcome } from "../../host/contract";
import { parseDuration } from "../../settings";
import type { BindTarget } from "./bind-types";
import { isGiven } from "./state";
import type { BindOutcome } from "./bind-types";
import { hideCredentials } from "./credentials";
import type { Predecessor, ServiceBindingState } from "./schema";
import { replacementsOf } from "./replacements";
import { type Known, givenBy, stateOf } from "./state";
import { omitUndefined } from "../../host/saved-state";

/** What a binding takes over from the one that it follows. */
export interface CarriedOver {
  /** Bindings that stay bound beside it for `rotationOverlap` from now on. */
  overlapping: readonly Omit<Predecessor, "unbindAfter">[];
  /** Those whose time is counted already. */
  predecessors: readonly Predecessor[];
  follows: ServiceBindingState["follows"];
}

const AGAIN = "Run the same command again: it goes on from here.";

/** What is to be saved of an attempt, and why it is not finished, if it is not. */
export function outcomeOf(
  host: Host,
  broker: Broker,
  target: BindTarget,
  carriedOver: CarriedOver,
  bound: BindOutcome,
): Outcome<ServiceBindingState> {
  const { inputs, bindingId, found, context } = target;
  const { clock } = host.session;
  const overlapMs = parseDuration(inputs.rotationOverlap ?? "") ?? 0;
  const unbindAfter = new Date(clock.now() + overlapMs).toISOString();
  const base: Known = {
    bindingId,
    serviceId: found.offering.id,
    serviceName: found.offering.name,
    planId: found.plan.id,
    context,
    broker: broker.client.baseUrl,
    given: isGiven(inputs, bindingId) || target.wasGiven === bindingId || undefined,
    follows: carriedOver.follows,
    predecessors: [
      ...carriedOver.predecessors,
      ...carriedOver.overlapping.map((one) => ({ ...one, unbindAfter })),
    ],
    state: "succeeded",
  };
  const brokerRunState = brokerRunStateOf(host.session);
  if (bound.kind !== "failed" || !bound.mitigated) brokerRunState.created(bindingId);
  const held = (base.predecessors ?? []).map((one) => one.bindingId);
  brokerRunState.hold(bindingId, ...held);
  replacementsOf(host.session).make(base);
  const what = `Service binding ${bindingId} of instance ${inputs.instance.instanceId}`;
  const save = (more: Partial<Known>, problem?: string): Outcome<ServiceBindingState> => {
    const state = stateOf(inputs, { ...base, ...omitUndefined(more) } as Known);
    if (problem === undefined) return { id: bindingId, state };
    return { id: bindingId, state, unfinished: [broker.client.redact(`${host.name}: ${problem}`)] };
  };
  const createdAt = new Date(clock.now()).toISOString();
  switch (bound.kind) {
    case "bound":
      hideCredentials(host.session, { ...base, ...bound.binding, instance: inputs.instance });
      return save({ ...givenBy(bound.binding), createdAt });
    case "accepted":
      return save(
        {
          state: "in progress",
          operation: bound.operation,
          description: withoutFullStop(bound.why),
          unfinished: { kind: "wait", since: bound.since },
        },
        bound.isUnseen
          ? `${bound.why}. The broker has accepted it, and how it stands is not known: ${what} may exist there. ${AGAIN}`
          : `${bound.why}. ${what} is being made at the broker. ${AGAIN}`,
      );
    case "unread":
      return save(
        { createdAt, description: bound.why, unfinished: { kind: "fetch" } },
        `bound, but what the binding gives could not be fetched: ${bound.why}. ${what} exists at the broker. ${AGAIN}`,
      );
    case "uncertain":
      return save(
        { state: "in progress", description: bound.why, unfinished: { kind: "bind" } },
        `${bound.why}. It is not known whether the request took effect: ${what} may exist at the broker. Run the same ` +
          "command again: it sends the same request with the same id, which makes no second one.",
      );
    case "failed":
      return save(
        {
          state: "failed",
          description: bound.why,
          mitigated: bound.mitigated,
          unfinished: { kind: "bind", ...(bound.isUnfetchable ? { isUnfetchable: true } : {}) },
        },
        bound.mitigated
          ? `${bound.why}. ${describeGone(bound, target)}; ${bound.isLeft ? "nothing was bound by this run" : "nothing is bound"}. ${remedyFor(bound, inputs)}`
          : `${bound.why}. ${what} may exist at the broker. ${leftAdvice(broker)} ${bound.remedy ?? ""}`.trim(),
      );
  }
}

/** That nothing is left of a binding that failed, or nothing that is this resource's, as a clause. */
export function describeGone(
  { wasNothing, isLeft }: BindOutcome & { kind: "failed" },
  { bindingId, inputs }: BindTarget,
): string {
  const what = `binding ${bindingId} of instance ${inputs.instance.instanceId}`;
  if (isLeft) return `Service ${what} may be at the broker, and was left as it is`;
  return wasNothing
    ? `Nothing of service ${what} is at the broker`
    : `Service ${what} was removed at the broker`;
}

/** What to do about a binding that failed and of which nothing is left. */
export function remedyFor(
  { remedy, isIdSpent }: BindOutcome & { kind: "failed" },
  { bindingId }: BindTarget["inputs"],
): string {
  if (remedy !== undefined) return remedy;
  return isIdSpent === true && bindingId !== undefined
    ? `Give another ${say.path("bindingId")}, or leave it out: the broker does not take this one again.`
    : "Run the same command again: it binds anew.";
}

/** What to do about a failed binding that is perhaps still there. */
export const leftAdvice = (broker: Broker): string =>
  broker.client.orphanMitigation === "report"
    ? `Nothing was removed, since ${say.setting("orphanMitigation")} is "report". Look at the broker why it failed and unbind it there, or ` +
      `set ${say.setting("orphanMitigation")} to "auto"; then run the same command again: it binds anew once that one is gone.`
    : "Run the same command again: it removes it first, and then binds anew.";
