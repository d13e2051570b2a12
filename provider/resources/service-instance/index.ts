import { besideIntent } from "../beside-intent";
import type { Host, Resource } from "../../host/contract";
import { readSaved } from "../../host/saved-state";
import { checkServiceInstance } from "./check";
import { createServiceInstance } from "./create";
import { deleteServiceInstance } from "./delete";
import { diffServiceInstance } from "./diff";
import { inputsRead } from "./inputs-read";
import { readServiceInstance } from "./read";
import { hideResponse, secretOutputs } from "./response";
import {
  STATE_VERSION,
  type ServiceInstanceInputs,
  type ServiceInstanceState,
  serviceInstanceInputs,
  serviceInstanceOutputs,
  savedServiceInstance,
} from "./schema";
import { isStanding } from "./state";
import { updateServiceInstance } from "./update";

/** The saved state; from now on nothing that is said shows what the broker answered. */
function saved(host: Host, state: unknown): ServiceInstanceState {
  const read = readSaved<ServiceInstanceState>(host, serviceInstanceOutputs, STATE_VERSION, state);
  hideResponse(host, read);
  return read;
}

/** An instance of a service, provisioned by any Open Service Broker. */
export const serviceInstance: Resource<ServiceInstanceInputs, ServiceInstanceState> = {
  ...savedServiceInstance,
  description:
    "An instance of a service, provisioned by any Open Service Broker (`PUT /v2/service_instances/:instance_id`).",
  inputs: serviceInstanceInputs,
  holds: (state) =>
    isStanding(state) ? [`instance ${String(state.instanceId)} at ${String(state.broker)}`] : [],
  check: besideIntent(
    {
      resource: "ServiceInstance",
      intent: "ServiceInstanceIntent",
      identity: ({ service, plan, instanceId, adopt, profile }) => ({
        ...{ service, plan, instanceId, adopt, profile },
      }),
      saved: ({ intent, instanceId }) => {
        const asked = (intent as ServiceInstanceInputs["intent"])?.asked?.at(-1);
        return (
          asked && {
            service: asked.service,
            plan: asked.plan,
            [instanceId === undefined ? "adopt" : "instanceId"]: asked.id,
          }
        );
      },
    },
    checkServiceInstance,
  ),
  diff: (host, state, inputs) => diffServiceInstance(host, saved(host, state), inputs),
  create: createServiceInstance,
  read: async (host, _id, state) => readServiceInstance(host, saved(host, state)),
  update: async (host, id, state, inputs) => updateServiceInstance(host, id, saved(host, state), inputs),
  delete: async (host, _id, state) => deleteServiceInstance(host, saved(host, state)),
  inputsRead,
  secretOutputs,
};
