import { secretTexts } from "../../../sdk/broker";
import { textsIn, hasUserInfo } from "../broker/secret-texts";
import type { RunState } from "../../host/run-state";
import type { ServiceBindingState } from "./schema";
import { SecretValues } from "../../host/secret-values";

/** What a binding gives, and what is said beside it. */
export type Shown = Pick<
  ServiceBindingState,
  | "credentials"
  | "syslogDrainUrl"
  | "routeServiceUrl"
  | "volumeMounts"
  | "bindingId"
  | "serviceName"
  | "instance"
  | "broker"
  | "endpoints"
>;

/** Ids, names and addresses that are no secrets, whatever repeats them: no error could be understood without them. */
const plainTexts = ({ broker, bindingId, serviceName, instance, endpoints }: Shown): string[] => [
  broker,
  bindingId,
  serviceName,
  ...textsIn(instance),
  ...textsIn(endpoints),
];

/**
 * From now on nothing that this process says shows the credentials, whoever repeats them. What is to be read beside them
 * in plain text (the broker's address, ids, endpoints) is no secret.
 */
export function hideCredentials(session: RunState, binding: Shown): void {
  const { credentials, syslogDrainUrl, routeServiceUrl, volumeMounts } = binding;
  const plain = plainTexts(binding);
  const isSecret = (text: string): boolean => !plain.some((one) => one.includes(text));
  const mountConfigs = volumeMounts?.map(({ device }) => device.mountConfig);
  const secrets = secretTexts({ credentials, syslogDrainUrl, routeServiceUrl, mountConfigs });
  session.addCodes([...textsIn(credentials), ...textsIn(mountConfigs)].filter(isSecret));
  // Short ones too, which stand for themselves.
  session.secretInputs.add(secrets.filter(isSecret));
}

/** Outputs in the broker's own words, which may repeat what is secret. */
const foreign = [
  "syslogDrainUrl",
  "routeServiceUrl",
  "volumeMounts",
  "endpoints",
  "operation",
  "description",
] as const;

/** An address with a query, which often is a token. */
const WITH_QUERY = /:\/\/[^\s?#]*\?./;

const letsIn = (text: string): boolean => hasUserInfo(text) || WITH_QUERY.test(text);

/**
 * Outputs that are secrets in this state though they need not be: they repeat a part of the credentials, or let in. Each
 * as a whole: programs cannot read a secret inside of an output.
 */
export function secretOutputs(state: ServiceBindingState): string[] {
  const plain = plainTexts(state);
  const secrets = new SecretValues(secretTexts(state.credentials).filter((text) => !plain.includes(text)));
  const isSecret = (value: unknown): boolean => {
    if (typeof value === "string" || typeof value === "number")
      return secrets.holds(String(value)) || letsIn(String(value));
    if (typeof value !== "object" || value === null) return false;
    return Object.entries(value).some(([name, item]) => name === "mountConfig" || isSecret(item));
  };
  return foreign.filter((name) => isSecret(state[name]));
}
