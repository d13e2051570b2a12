import { checkAgainstIntent } from "../check-against-intent";
import { readingSaved } from "../../host/saved-state";
import { checkServiceInstance } from "./check";
import { createServiceInstance } from "./create";
import { deleteServiceInstance } from "./delete";
import { diffServiceInstance } from "./diff";
import { inputsRead } from "./read";
import { readServiceInstance } from "./read";
import { hideResponse, secretOutputs } from "./response";
import {
  STATE_VERSION,
  type ServiceInstanceInputs,
  type ServiceInstanceState,
  serviceInstanceInputs,
  savedServiceInstance,
} from "./schema";
import { exists } from "./state";
import { updateServiceInstance } from "./update";

/** An instance of a service, provisioned by any Open Service Broker. */
export const serviceInstance = readingSaved<ServiceInstanceInputs, ServiceInstanceState>(
  {
    ...savedServiceInstance,
    description:
      "An instance of a service, provisioned by any Open Service Broker (`PUT /v2/service_instances/:instance_id`).",
    inputs: serviceInstanceInputs,
    version: STATE_VERSION,
    holds: (state) =>
      exists(state) ? [`instance ${String(state.instanceId)} at ${String(state.broker)}`] : [],
    check: checkAgainstIntent(
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
    diff: diffServiceInstance,
    create: createServiceInstance,
    read: async (host, _id, state) => readServiceInstance(host, state),
    update: updateServiceInstance,
    delete: async (host, _id, state) => deleteServiceInstance(host, state),
    inputsRead,
    secretOutputs,
    // From now on nothing that is said shows what the broker answered.
  },
  hideResponse,
);
