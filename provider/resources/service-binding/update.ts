import { asSentence } from "../../host/errors";
import { say } from "../../words";
import { type Broker, openBroker } from "../broker/account";
import { followingId } from "../broker/ids";
import { brokerRunStateOf } from "../broker/run-state";
import type { Host, Outcome } from "../../host/contract";
import { assertSameBroker, makerOf } from "./same-broker";
import { adopted } from "./adopt";
import { namesAnother } from "./state";
import { bindInTurn } from "./create";
import type { Attempt } from "./bind";
import type { BindOutcome } from "./bind-types";
import { duePredecessors, hasFailed } from "./changes";
import { timeOf } from "../timeouts";
import type { BindTarget } from "./bind-types";
import { leftBehind } from "./unbind";
import { type CarriedOver, leftAdvice, outcomeOf } from "./outcome";
import { planFor, planIfKnown } from "../broker/catalog";
import { contextOf } from "./send";
import type { Predecessor, ServiceBindingInputs, ServiceBindingState } from "./schema";
import { knownOf, stateOf } from "./state";
import { unbind } from "./unbind";

/** Ends what is not done; else takes over policies and the instance's plan, and unbinds predecessors that are due. */
export async function updateServiceBinding(
  host: Host,
  id: string,
  state: ServiceBindingState,
  inputs: ServiceBindingInputs,
): Promise<Outcome<ServiceBindingState>> {
  const broker = openBroker(host.session, host.settings, inputs.profile);
  const outcome = await (state.unfinished
    ? finish(host, broker, state, inputs)
    : takeOver(host, broker, state, inputs));
  return { ...outcome, id };
}

async function takeOver(
  host: Host,
  broker: Broker,
  state: ServiceBindingState,
  inputs: ServiceBindingInputs,
): Promise<Outcome<ServiceBindingState>> {
  const due = duePredecessors(state, inputs, host.session.clock.now());
  const left = due.length > 0 ? await unbindDue(host, broker, state, inputs, due) : state.predecessors;
  const { serviceId = state.serviceId, serviceName = state.serviceName, planId = state.planId } = inputs;
  brokerRunStateOf(host.session).hold(state.bindingId, ...(left ?? []).map((one) => one.bindingId));
  return {
    id: state.bindingId,
    state: stateOf(inputs, { ...knownOf(state), serviceId, serviceName, planId, predecessors: left }),
  };
}

/** Unbinds the predecessors whose time is over; those that could not be stay, and the next run tries again. */
async function unbindDue(
  host: Host,
  broker: Broker,
  state: ServiceBindingState,
  inputs: ServiceBindingInputs,
  due: readonly string[],
): Promise<Predecessor[]> {
  const { serviceId, planId, instance } = state;
  const plan = { serviceId, planId: inputs.planId ?? planId };
  const servicePlan = (await planIfKnown(broker, plan))?.plan;
  const { deadline } = timeOf(host, inputs, "update");
  const gone: string[] = [];
  for (const bindingId of due) {
    if (inputs.deletionPolicy === "abandon") {
      host.log.warn(
        `${host.name}: predecessor ${bindingId} of instance ${instance.instanceId} is let go of as ${say.path("deletionPolicy")} says; it ` +
          "stays bound, and its credentials valid.",
      );
      gone.push(bindingId);
      continue;
    }
    const acceptsIncomplete = inputs.acceptsIncomplete !== false;
    const where = {
      instanceId: instance.instanceId,
      bindingId,
      plan,
      servicePlan,
      madeBy: makerOf(state, bindingId),
    };
    const done = await unbind(host, broker, {
      ...where,
      acceptsIncomplete,
      context: state.context,
      deadline,
    });
    if (done.confirmed) {
      gone.push(bindingId);
      host.log.info(
        `${host.name}: predecessor ${bindingId} was unbound; its time beside its successor was over.`,
      );
    } else
      host.log.warn(
        broker.client.redact(
          `${host.name}: predecessor ${bindingId} of instance ${instance.instanceId} could not be unbound, and its ` +
            `credentials may still be valid. ${asSentence(done.why ?? "no confirmation")} The next ${say.apply} tries again.`,
        ),
      );
  }
  return (state.predecessors ?? []).filter(({ bindingId }) => !gone.includes(bindingId));
}

/** Brings a binding to its end that an earlier run began. */
async function finish(
  host: Host,
  broker: Broker,
  state: ServiceBindingState,
  inputs: ServiceBindingInputs,
): Promise<Outcome<ServiceBindingState>> {
  assertSameBroker(host, broker, state);
  const time = timeOf(host, inputs, "update");
  if (hasFailed(state) && state.mitigated !== true) {
    const left = await leftBehind(host, broker, state, time.deadline);
    if (left !== undefined) {
      const what = `Service binding ${state.bindingId} of instance ${state.instance.instanceId}`;
      const words = `${host.name}: binding failed before, and it is not sure that nothing is left: ${left}. ${what} may exist at the broker. ${leftAdvice(broker)}`;
      return {
        id: state.bindingId,
        state,
        unfinished: [broker.client.redact(words)],
      };
    }
  }
  const found = await planFor(host, broker, inputs.instance, time.deadline);
  const context = inputs.context ?? state.context ?? contextOf(inputs);
  if (hasFailed(state) && namesAnother(state, inputs))
    return adopted(host, broker, { ...time, inputs, found, context }, carriedOver(state));
  const next = hasFailed(state)
    ? (inputs.bindingId ?? followingId(inputs.intent?.key ?? "", state.bindingId))
    : state.bindingId;
  const first: BindTarget = {
    ...time,
    inputs,
    found,
    bindingId: next,
    context,
    rotates: state.follows?.isRotation ? state.follows.bindingId : undefined,
    wasGiven: state.given ? state.bindingId : undefined,
    isOurs: inputs.bindingId === undefined || inputs.bindingId === state.bindingId,
    // A run that was killed may have used the next id, of which the state knows nothing.
    isOwn: next === state.bindingId && !hasFailed(state),
  };
  const { target, bound } = await bindInTurn(host, broker, first, (attempt) => resume(attempt, state));
  return outcomeOf(host, broker, target, carriedOver(state), bound);
}

function resume(attempt: Attempt, { unfinished, operation }: ServiceBindingState): Promise<BindOutcome> {
  if (unfinished?.kind === "fetch") return attempt.fetchOrRun();
  return unfinished?.kind === "wait" && unfinished.since !== undefined
    ? attempt.resume(operation, unfinished.since)
    : attempt.run();
}

/** The time of the one that it follows counts from its own creation, and that of others goes on. */
function carriedOver({ follows, predecessors = [] }: ServiceBindingState): CarriedOver {
  return {
    follows,
    overlapping: predecessors
      .filter(({ bindingId }) => bindingId === follows?.bindingId)
      .map(({ unbindAfter: _, ...rest }) => rest),
    predecessors: predecessors.filter(({ bindingId }) => bindingId !== follows?.bindingId),
  };
}
