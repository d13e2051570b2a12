import { z } from "zod";
import { SettingsError } from "../../../../../sdk/broker";
import type { ProviderProcess } from "../../../../host/process";
import type { Properties } from "../../../../host/serve";
import { openBroker } from "../../../../resources/broker/account";
import { guidOf } from "../../../../resources/broker/ids";
import { brokerRunStateOf } from "../../../../resources/broker/run-state";
import { registry } from "../../../../resources/registry";
import { serviceInstanceInputs, serviceInstanceOutputs } from "../../../../resources/service-instance/schema";
import { UNKNOWN, isUnknown } from "../../unknown";
import { visible } from "../attributes";
import { intentOfText } from "../intent-key";
import type { ManagedKind } from "../kind";
import {
  type Key,
  brokerArguments,
  described,
  evidenceOf,
  importedParts,
  mergedParameters,
  nameProblems,
  resourceArguments,
  secretsIn,
  wait,
  withSecrets,
} from "./broker-arguments";

const inputs = z.strictObject({
  ...Object.fromEntries(visible(serviceInstanceInputs)),
  instanceId: described(
    serviceInstanceInputs.shape.instanceId,
    "Id of the instance. By default it follows from `intent` or `name`.",
  ),
  organizationGuid: described(
    serviceInstanceInputs.shape.organizationGuid,
    "Id of the organization, for brokers that want one. By default a UUID that is the same for all.",
  ),
  spaceGuid: described(
    serviceInstanceInputs.shape.spaceGuid,
    "Id of the space, for brokers that want one. By default a UUID that is the same for all.",
  ),
  context: described(
    serviceInstanceInputs.shape.context,
    "Contextual data of the platform. By default platform `provisor` and the word `terraform` for what holds the resource.",
  ),
  ...brokerArguments,
  wait,
});

const { shape } = serviceInstanceOutputs;

const outputs = z.object({
  id: z.string().meta({ description: "Id of the object: that of the instance when it was made." }),
  instanceId: shape.instanceId,
  serviceId: shape.serviceId,
  planId: shape.planId,
  context: shape.context,
  organizationGuid: shape.organizationGuid,
  spaceGuid: shape.spaceGuid,
  dashboardUrl: shape.dashboardUrl,
  metadata: shape.metadata,
  response: shape.response,
  effectiveParameters: shape.parameters.meta({
    description: "Parameters as the broker tells them, with what it adds; without those that are write-only.",
  }),
  effectiveMaintenanceInfo: shape.maintenanceInfo,
  operation: shape.operation,
  state: shape.state,
  description: shape.description,
});

/** The id that the configuration gives, or the key from which it follows. */
function keyOf(process: ProviderProcess, given: Properties): Key | undefined {
  const { instanceId, adopt, intent, name, profile, organizationGuid, spaceGuid } = given;
  const id = typeof adopt === "string" ? adopt : instanceId;
  if (id !== undefined) return isUnknown(id) ? undefined : { id: id as string, isGiven: true };
  if (intent !== undefined)
    return isUnknown(intent) ? undefined : { id: intentOfText(intent as string).id, isGiven: false };
  const belongs = [organizationGuid, spaceGuid, name];
  if ([profile, ...belongs].some(isUnknown)) return undefined;
  try {
    const { client } = openBroker(process.session, process.settings, profile as string | undefined);
    const texts = belongs.map((text) => (typeof text === "string" ? text : ""));
    return { id: guidOf("instance", client.baseUrl, ...texts), isGiven: false };
  } catch (error) {
    if (error instanceof SettingsError) return undefined; // For the check to report.
    throw error;
  }
}

export const serviceInstanceKind: ManagedKind = {
  typeName: "provisor_service_instance",
  resource: registry.serviceInstance,
  inputs,
  outputs,
  stable: ["id", "instanceId", "context", "organizationGuid", "spaceGuid"],
  writeOnly: ["parameters_wo"],
  mayGoOn: true,
  problems: ({ name, intent, instanceId, adopt }) =>
    nameProblems([name, intent, instanceId, adopt], "instanceId"),
  secretsIn,
  withSecrets,
  resourceInputs: (given) => ({
    ...resourceArguments(given),
    parameters: mergedParameters(given),
  }),
  outputsOf: (state) => ({
    ...state,
    effectiveParameters: state["parameters"],
    effectiveMaintenanceInfo: state["maintenanceInfo"],
  }),
  identityOf: (process, given) => {
    const key = keyOf(process, given);
    return key && `instance ${key.id}`;
  },
  identityOfState: ({ given, instanceId, intentKey }) =>
    `instance ${String(given === true ? instanceId : (intentKey ?? instanceId))}`,
  evidenceFor: (process, memory, given, recorded, isReplacement) => {
    const key = keyOf(process, given);
    if (key && memory.isFreshIntent(key.id)) brokerRunStateOf(process.session).began(key.id);
    return Promise.resolve(evidenceOf(key, given, recorded, isReplacement));
  },
  plannedIntent: (process, given, recorded) => recorded ?? { key: keyOf(process, given)?.id ?? UNKNOWN },
  // What was imported has none yet.
  intentFor: (process, given, saved) =>
    Promise.resolve(saved ?? evidenceOf(keyOf(process, given), { intent: "" }, undefined, false).intent),
  completed: (state, { parameters }) => ({ parameters, ...state }),
  importsOf: (_process, id) => {
    const parts = importedParts(id, ["service", "plan", "instanceId"]);
    if (typeof parts === "string") return Promise.resolve({ problem: parts });
    const { instanceId, ...rest } = parts;
    return Promise.resolve({ inputs: { ...rest, adopt: instanceId } });
  },
};
