import { type Identity, checkAgainstIntent } from "../check-against-intent";
import { readingSaved } from "../../host/saved-state";
import { checkServiceBinding } from "./check";
import { hasFailed } from "./changes";
import { createServiceBinding } from "./create";
import { hideCredentials } from "./credentials";
import { deleteServiceBinding } from "./delete";
import { diffServiceBinding } from "./diff";
import { readServiceBinding } from "./read";
import {
  type ServiceBindingInputs,
  type ServiceBindingState,
  serviceBindingInputs,
  savedServiceBinding,
} from "./schema";
import { STATE_VERSION, heldAs } from "./state";
import { secretOutputs } from "./credentials";
import { updateServiceBinding } from "./update";

const placed = (instanceId?: string, service?: string, plan?: string): Identity => ({
  "instance.instanceId": instanceId,
  "instance.service": service,
  "instance.plan": plan,
});

/** A binding of a service instance: credentials, or whatever else the service gives. */
export const serviceBinding = readingSaved<ServiceBindingInputs, ServiceBindingState>(
  {
    ...savedServiceBinding,
    description:
      "A binding of a service instance, made by an Open Service Broker: credentials that can be rotated, or whatever else the service gives.",
    inputs: serviceBindingInputs,
    version: STATE_VERSION,
    holds: (state) =>
      hasFailed(state)
        ? []
        : [state, ...(state.predecessors ?? [])].map(({ bindingId }) => heldAs(state.broker, bindingId)),
    secretOutputs,
    check: checkAgainstIntent(
      {
        resource: "ServiceBinding",
        intent: "ServiceBindingIntent",
        identity: ({ instance, bindingId, adopt, profile }) => {
          const { instanceId, service, plan } = (instance ?? {}) as Partial<ServiceBindingInputs["instance"]>;
          return { ...placed(instanceId, service, plan), bindingId, adopt, profile };
        },
        saved: ({ intent, bindingId }) => {
          const asked = (intent as ServiceBindingInputs["intent"])?.asked?.at(-1);
          if (!asked) return undefined;
          const { instanceId, service, plan, id } = asked;
          return {
            ...placed(instanceId, service, plan),
            [bindingId === undefined ? "adopt" : "bindingId"]: id,
          };
        },
      },
      checkServiceBinding,
    ),
    diff: diffServiceBinding,
    create: createServiceBinding,
    read: async (host, _id, state) => readServiceBinding(host, state),
    update: updateServiceBinding,
    delete: async (host, _id, state) => deleteServiceBinding(host, state),
    // From now on nothing that is said shows its credentials.
  },
  ({ session }, state) => {
    hideCredentials(session, state);
  },
);
