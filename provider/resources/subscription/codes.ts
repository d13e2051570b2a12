import type { Instance } from "../../../sdk/subscription";

/** Names of fields whose values let somebody in, such as `wildfire_api_key`. */
const CODE_FIELD = /(secret|password|passphrase|token|.key|auth_?code)$/i;

/**
 * The auth code of an instance, and the keys among what else the API tells of it; not what the API shows in the open too,
 * such as the app that a `product_key` names.
 */
export function codesOf({ authCode, extra, ...open }: Instance): string[] {
  const shown = new Set<unknown>(Object.values(open));
  const codes = extra === undefined ? [] : codesIn(extra).filter((code) => !shown.has(code));
  return authCode === undefined ? codes : [authCode, ...codes];
}

function codesIn(value: object): string[] {
  return Object.entries(value).flatMap(([name, item]: [string, unknown]) => {
    if (typeof item === "object" && item !== null) return codesIn(item);
    return typeof item === "string" && CODE_FIELD.test(name) ? [item] : [];
  });
}
