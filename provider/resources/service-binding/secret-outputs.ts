import { secretTexts } from "../../../sdk/broker";
import { hasUserInfo } from "../broker/user-info";
import { SecretValues } from "../../host/secret-values";
import { plainTexts } from "./credentials";
import type { ServiceBindingState } from "./schema";

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
