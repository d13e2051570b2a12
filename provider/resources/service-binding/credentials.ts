import { secretTexts } from "../../../sdk/broker";
import { textsIn } from "../broker/texts";
import type { Session } from "../../host/run-state";
import type { ServiceBindingState } from "./schema";

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
export const plainTexts = ({ broker, bindingId, serviceName, instance, endpoints }: Shown): string[] => [
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
export function hideCredentials(session: Session, binding: Shown): void {
  const { credentials, syslogDrainUrl, routeServiceUrl, volumeMounts } = binding;
  const plain = plainTexts(binding);
  const isSecret = (text: string): boolean => !plain.some((one) => one.includes(text));
  const mountConfigs = volumeMounts?.map(({ device }) => device.mountConfig);
  const secrets = secretTexts({ credentials, syslogDrainUrl, routeServiceUrl, mountConfigs });
  session.addCodes([...textsIn(credentials), ...textsIn(mountConfigs)].filter(isSecret));
  // Short ones too, which stand for themselves.
  session.secretInputs.add(secrets.filter(isSecret));
}
