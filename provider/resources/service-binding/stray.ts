import { asSentence } from "../../host/errors";
import { say } from "../../words";
import type { Broker } from "../broker/account";
import { removalUrl, sightOf, strayAdvice } from "../broker/stray";
import { type Host, StopError } from "../../host/contract";
import { type BindTarget, refOf } from "./bind-types";

/** What may have the id of a binding of ours and be in use: another stack may have it, or someone else whose id it is. */

const strayOf = (target: BindTarget): Parameters<typeof removalUrl>[1] => {
  const { instanceId, bindingId, plan } = refOf(target);
  return { instanceId, bindingId, ...plan };
};

/** Looks at it, and tells of it if it is there or may be: nothing is unbound. */
export async function leave(
  host: Host,
  broker: Broker,
  target: BindTarget,
): Promise<{ wasNothing: true } | { isLeft: true }> {
  const stray = strayOf(target);
  const sight = await sightOf(host, broker, stray, target.deadline);
  if (sight.kind === "nothing") return { wasNothing: true };
  host.log.warn(
    broker.client.redact(
      `${host.name}: no credentials can be had under the id ${target.bindingId}. ${strayAdvice(broker, stray, sight)}`,
    ),
  );
  return { isLeft: true };
}

/** That it was left alone after a request whose outcome is not known, and what to do. */
export function describeLeft(broker: Broker, target: BindTarget): string {
  const { bindingId, inputs, isOurs } = target;
  const whose = isOurs
    ? `an earlier run may have made it, and another ${say.stack} may have it by now (${say.move})`
    : `its id is the ${say.program}'s, and it may be someone else's`;
  return (
    `Service binding ${bindingId} of instance ${inputs.instance.instanceId} may exist at the broker and was not cleaned up. ` +
    `${asSentence(whose)} Run the same command again, which repeats the request. If that ends in the same way, take it over with ` +
    `${say.set("adopt", bindingId)}. Or delete it at the broker by its ids: DELETE ${removalUrl(broker, strayOf(target))}.`
  );
}

/**
 * Refuses an id that something has. It follows from names, so that somebody else may have come to it too.
 * @throws StopError where something has it.
 */
export async function assertUnclaimed(host: Host, broker: Broker, target: BindTarget): Promise<void> {
  // The request that follows would tell too: one look is enough.
  const sight = await sightOf(host, broker, strayOf(target), target.deadline, false);
  if (sight.kind === "there") throw othersBinding(host, broker, target);
}

/** What has the id may be another's, and is left alone. */
export function othersBinding(host: Host, broker: Broker, { bindingId, inputs }: BindTarget): StopError {
  const { instanceId, service, plan } = inputs.instance;
  const importId = [inputs.profile ?? "default", service, plan, instanceId, bindingId].join("/");
  return new StopError(
    broker.client.redact(
      `${host.name}: service binding ${bindingId} of instance ${instanceId} exists at the broker, and nothing shows that a run of ` +
        `this resource made it. Nothing was changed. If it is somebody else's, give another ${say.path("name")}. If it is this ` +
        `resource's own, ${say.takeOver("ServiceBinding", bindingId, importId)}`,
    ),
  );
}
