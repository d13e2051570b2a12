import type { Host, Resource } from "../contract";
import { readSaved } from "../saved";
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
  serviceBindingOutputs,
} from "./schema";
import { STATE_VERSION } from "./state";
import { secretOutputs } from "./secret-outputs";
import { updateServiceBinding } from "./update";

/** The saved state; from now on nothing that is said shows its credentials. */
function savedState(host: Host, saved: unknown): ServiceBindingState {
  const state = readSaved<ServiceBindingState>(host, serviceBindingOutputs, STATE_VERSION, saved);
  hideCredentials(host.session, state);
  return state;
}

/** A binding of a service instance: credentials, or whatever else the service gives. */
export const serviceBinding: Resource<ServiceBindingInputs, ServiceBindingState> = {
  name: "ServiceBinding",
  description:
    "A binding of a service instance, made by an Open Service Broker: credentials that can be rotated, or whatever else the service gives.",
  inputs: serviceBindingInputs,
  outputs: serviceBindingOutputs,
  holds: (state) =>
    hasFailed(state)
      ? []
      : [state, ...(state.predecessors ?? [])].map(
          ({ bindingId }) => `binding ${String(bindingId)} at ${String(state.broker)}`,
        ),
  secretOutputs,
  check: checkServiceBinding,
  diff: (host, state, inputs) => diffServiceBinding(host, savedState(host, state), inputs),
  create: createServiceBinding,
  read: async (host, _id, state) => readServiceBinding(host, savedState(host, state)),
  update: async (host, id, state, inputs) => updateServiceBinding(host, id, savedState(host, state), inputs),
  delete: async (host, _id, state) => deleteServiceBinding(host, savedState(host, state)),
};
