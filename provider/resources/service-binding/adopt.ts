import { type Binding, BrokerError, ProvisorError } from "../../../sdk/broker";
import { say } from "../../words";
import type { Broker } from "../broker/account";
import { isHeldElsewhere } from "../broker/ids";
import { comparedParameters } from "../broker/compare";
import { withoutFullStop } from "../../host/errors";
import { type Host, type Outcome, StopError } from "../../host/contract";
import type { BindTarget } from "./bind-types";
import { isUnknownThere } from "./fetch";
import { adoptedId } from "./state";
import { type CarriedOver, outcomeOf } from "./outcome";
import type { ServiceBindingState } from "./schema";

const MAKE = `. To have it made, leave out ${say.path("adopt")}`;

/**
 * Takes over a binding that exists, and changes nothing at the broker.
 * @throws StopError where the broker does not know it, or knows it with other parameters.
 */
export async function adopted(
  host: Host,
  broker: Broker,
  common: Omit<BindTarget, "bindingId" | "isOurs" | "isOwn">,
  carriedOver: CarriedOver,
): Promise<Outcome<ServiceBindingState>> {
  const { inputs, found } = common;
  const bindingId = adoptedId(inputs) ?? "";
  const stop = (why: string): StopError =>
    new StopError(broker.client.redact(`${host.name}: ${say.path("adopt")}: ${why}. Nothing was changed.`));
  if (isHeldElsewhere(host, broker, bindingId))
    throw stop(`binding ${bindingId} belongs to another resource of this ${say.stack}`);
  const unknown = `the broker does not know binding ${bindingId} of instance ${inputs.instance.instanceId}`;
  let binding: Binding | undefined;
  try {
    binding = await look(host, broker, bindingId, common);
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    throw stop(
      isUnknownThere(error)
        ? `${unknown} (${(error as BrokerError).status})${MAKE}`
        : withoutFullStop(error.message),
    );
  }
  if (binding === undefined) throw stop(`${unknown} any more (410)${MAKE}`);
  if (!found.offering.bindingsRetrievable)
    host.log.warn(
      `${host.name}: binding ${bindingId} is taken over as the ${say.program} says: bindings of service ${found.offering.name} ` +
        "cannot be fetched, so that nothing could be compared, and its credentials are not known. A change of " +
        `${say.path("rotationTrigger")} makes a successor with credentials of its own.`,
    );
  const unlike = comparedParameters(inputs.parameters, binding.parameters).paths;
  if (unlike.length > 0)
    throw stop(
      `binding ${bindingId} has other values than the ${say.program} at ${unlike.map(say.path).join(", ")}`,
    );
  return outcomeOf(host, broker, { ...common, bindingId, isOurs: false, isOwn: false }, carriedOver, {
    kind: "bound",
    binding,
  });
}

/** What the broker tells of the binding; undefined, or an error, where it does not know it. */
async function look(
  host: Host,
  broker: Broker,
  bindingId: string,
  { inputs, found, deadline }: Omit<BindTarget, "bindingId" | "isOurs" | "isOwn">,
): Promise<Binding | undefined> {
  const { instanceId } = inputs.instance;
  const plan = { serviceId: found.offering.id, planId: found.plan.id };
  const options = { signal: host.signal, deadline };
  if (found.offering.bindingsRetrievable)
    return broker.client.getBinding(instanceId, bindingId, plan, options);
  try {
    const last = await broker.client.getLastBindingOperation(instanceId, bindingId, plan, options);
    if (last.state === "gone") return undefined;
  } catch (error) {
    // A broker that binds at once need not know of operations.
    if (!(error instanceof BrokerError) || isUnknownThere(error)) throw error;
  }
  return {};
}
