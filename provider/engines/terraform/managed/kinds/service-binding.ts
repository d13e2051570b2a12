import { z } from "zod";
import { SettingsError } from "../../../../../sdk/broker";
import type { ProviderProcess } from "../../../../host/process";
import type { Properties } from "../../../../host/serve";
import { openBroker } from "../../../../resources/broker/account";
import { guidOf } from "../../../../resources/broker/ids";
import { brokerRunStateOf } from "../../../../resources/broker/run-state";
import { registry } from "../../../../resources/registry";
import { serviceBindingInputs, serviceBindingOutputs } from "../../../../resources/service-binding/schema";
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
  withSecrets,
} from "./broker-arguments";

const inputs = z.strictObject({
  ...Object.fromEntries(visible(serviceBindingInputs)),
  bindingId: described(
    serviceBindingInputs.shape.bindingId,
    "Id of the binding. By default it follows from `intent`, or from the instance and `name`; a successor gets another. An id given here rules out rotation, since both bindings exist at once.",
  ),
  context: described(
    serviceBindingInputs.shape.context,
    "Contextual data of the platform. By default platform `provisor` and the word `terraform` for what holds the resource.",
  ),
  ...brokerArguments,
});

const { shape } = serviceBindingOutputs;

/** Where a broker puts a credential now and then; Terraform has to know before it does. */
const sensitive = <T extends z.ZodType>(schema: T): T => schema.meta({ ...schema.meta(), secret: true }) as T;

const outputs = z.object({
  id: z.string().meta({ description: "Id of the object: that of the binding when it was made." }),
  bindingId: shape.bindingId,
  context: shape.context,
  serviceId: shape.serviceId,
  serviceName: shape.serviceName,
  planId: shape.planId,
  credentials: shape.credentials,
  syslogDrainUrl: sensitive(shape.syslogDrainUrl),
  routeServiceUrl: sensitive(shape.routeServiceUrl),
  volumeMounts: sensitive(shape.volumeMounts),
  endpoints: shape.endpoints,
  metadata: shape.metadata,
  createdAt: shape.createdAt,
  operation: shape.operation,
  state: shape.state,
  description: shape.description,
  predecessors: shape.predecessors,
});

const instanceOf = ({ instance }: Properties): Properties =>
  (typeof instance === "object" && instance !== null ? instance : {}) as Properties;

/** The id that the configuration gives, or the key from which it follows. */
function keyOf(process: ProviderProcess, given: Properties): Key | undefined {
  const { bindingId, adopt, intent, name, profile } = given;
  const id = typeof adopt === "string" ? adopt : bindingId;
  if (id !== undefined) return isUnknown(id) ? undefined : { id: id as string, isGiven: true };
  if (intent !== undefined)
    return isUnknown(intent) ? undefined : { id: intentOfText(intent as string).id, isGiven: false };
  const { instanceId } = instanceOf(given);
  if ([given["instance"], instanceId, profile, name].some(isUnknown)) return undefined;
  try {
    const { client } = openBroker(process.session, process.settings, profile as string | undefined);
    return { id: guidOf("binding", client.baseUrl, String(instanceId), String(name)), isGiven: false };
  } catch (error) {
    if (error instanceof SettingsError) return undefined; // For the check to report.
    throw error;
  }
}

export const serviceBindingKind: ManagedKind = {
  typeName: "provisor_service_binding",
  resource: registry.serviceBinding,
  inputs,
  outputs,
  stable: ["id", "bindingId", "context"],
  writeOnly: ["parameters_wo"],
  mayGoOn: false,
  problems: ({ name, intent, bindingId, adopt }) =>
    nameProblems([name, intent, bindingId, adopt], "bindingId"),
  secretsIn,
  withSecrets,
  resourceInputs: (given) => ({
    ...resourceArguments(given),
    parameters: mergedParameters(given),
  }),
  outputsOf: (state) => state,
  identityOf: (process, given) => {
    const key = keyOf(process, given);
    return key && `binding ${key.id}`;
  },
  identityOfState: ({ given, bindingId, intentKey }) =>
    `binding ${String(given === true ? bindingId : (intentKey ?? bindingId))}`,
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
    const parts = importedParts(id, ["service", "plan", "instanceId", "bindingId"]);
    if (typeof parts === "string") return Promise.resolve({ problem: parts });
    const { profile, bindingId, ...instance } = parts;
    const inputs = { ...(profile === undefined ? {} : { profile }), instance, adopt: bindingId };
    return Promise.resolve({ inputs });
  },
};
