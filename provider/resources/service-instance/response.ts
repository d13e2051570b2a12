import { secretTexts } from "../../../sdk/broker";
import { textsIn } from "../broker/secret-texts";
import { hasUserInfo } from "../broker/secret-texts";
import type { Host } from "../../host/contract";
import { SecretValues } from "../../host/secret-values";
import type { ServiceInstanceState } from "./schema";

/*
 * `response` is a secret as a whole, and so is what it says wherever that is said again. Ids, names and parameters that it
 * repeats are no secrets for that: no error could be understood without them.
 */

/** Texts of the response that no message shows. */
function hiddenTexts(state: ServiceInstanceState, plain: readonly string[] = []): string[] {
  const { response, broker, instanceId, service, plan, serviceId, planId, parameters, context } = state;
  if (response === undefined) return [];
  const known = [
    ...plain,
    broker,
    ...textsIn([instanceId, service, plan, serviceId, planId, parameters, context]),
  ];
  return secretTexts(response).filter((text) => !known.some((one) => one.includes(text)));
}

/** From now on nothing that this process says shows what the response holds. */
export const hideResponse = ({ session, name }: Host, state: ServiceInstanceState): void =>
  session.secretInputs.add(hiddenTexts(state, [name]));

/** Outputs in the broker's own words, which may repeat it. */
const foreign = ["dashboardUrl", "metadata", "operation", "description"] as const;

/** Outputs that are secrets in this state though they need not be: they repeat a part of the response, or let in. */
export function secretOutputs(state: ServiceInstanceState): string[] {
  const secrets = new SecretValues(hiddenTexts(state));
  const isSecret = (name: (typeof foreign)[number]): boolean =>
    textsIn(state[name]).some((text) => secrets.holds(text)) ||
    (name === "dashboardUrl" && hasUserInfo(state[name] ?? ""));
  return foreign.filter(isSecret);
}
