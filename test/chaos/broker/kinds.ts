import {
  type HandlerName,
  type Kind as EngineKind,
  serviceBindingKind,
  serviceInstanceKind,
} from "../../../provider/engines/pulumi-dynamic/tokens";
import { partOf } from "../../../provider/engines/pulumi-dynamic/saved-parts";
import { registry } from "../../../provider/resources/registry";
import type { Kind, Kinds, Properties } from "../engine";

/** What of a saved state a program is told: the engine adapter's own choice. */
const toldBy =
  ({ type }: EngineKind) =>
  (state: Properties): Properties =>
    partOf[type]?.(state) ?? {};

function kindOf(
  kind: EngineKind,
  handler: HandlerName & ("serviceInstance" | "serviceBinding"),
  idName: string,
): Kind {
  const part = toldBy(kind);
  return {
    resource: registry[handler],
    intent: registry[`${handler}Intent`],
    intentInputs: ({ origin: _origin, ...inputs }) => inputs,
    intentValue: ({ key, asked, turn }) => ({ key, asked, turn }),
    told: (own, others) => ({
      ...(own ? { own: part(own) } : {}),
      heldAtBrokers: others.map((other) => ({ id: String(other[idName]) })),
    }),
    toldIntent: (intent, own) =>
      intent
        ? { own: { ...partOf[kind.intentType]?.(intent), ...(own ? { real: withDigest(part(own)) } : {}) } }
        : {},
  };
}

/** To an intent a trigger is its digest. */
const withDigest = ({ triggerDigest, ...part }: Properties): Properties =>
  triggerDigest === undefined ? part : { ...part, rotationTrigger: triggerDigest };

/** ServiceInstance and ServiceBinding, as their programs register them. */
export const kinds: Kinds = {
  ServiceInstance: kindOf(serviceInstanceKind, "serviceInstance", "instanceId"),
  ServiceBinding: kindOf(serviceBindingKind, "serviceBinding", "bindingId"),
};
