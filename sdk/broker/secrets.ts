import type { Redactor } from "../http/redact";

/** Names that end in a word for a secret: `db_password`, `apiKey`, `key1`, `AccountKey`; a `uri` often holds one. */
const SECRET_NAME =
  /(pass(word|wd|phrase|code)?|pwd|secrets?|token|key|auth(orization|[_-]?code)?|cred(ential)?s?|cert(ificate)?|sas|sig(nature)?|dsn|ur[il]s?|conn(ection)?([_-]?str(ing)?)?)[\d_-]*$/i;

/** Names of texts that are secrets whatever word comes after: `passwordPrimary`. */
const PASSWORD_NAME = /pass|pwd|secret/i;

/** Numbers, sizes and spans: a limit or a port, unless the name says otherwise. */
const NUMBER = /^[-+]?[\d.,:]+ ?[a-z%]{0,3}$/i;

/** No secrets whatever their name: `useSecret`. */
const FLAG = /^(true|false|null|none)$/i;

/** Another text is taken for a secret from this length on: shorter ones are user names, ports, modes, databases. */
const LONG = 12;

/** The password in the user info of an address. */
const USER_INFO = /:\/\/[^\s/?#:@]*:([^\s/?#]+)@/g;

/** One `name=value` in the query of an address, or in a connection string. */
const PARAMETER = /(?:^|[?&;\s])([\w.-]+)=([^\s&;#]+)/g;

/** From now on no text shows what is secret in the body of a binding, for a broker may say it again in an error. */
export function hideBinding(redactor: Redactor, body: unknown): void {
  if (!isObject(body)) return;
  const hide = (value: unknown, name?: string): void => {
    for (const text of secretTexts(value, name)) redactor.add(text);
  };
  hide(body["credentials"]);
  for (const name of ["syslog_drain_url", "route_service_url"]) hide(body[name], name);
  const mounts: unknown[] = Array.isArray(body["volume_mounts"]) ? body["volume_mounts"] : [];
  for (const mount of mounts)
    if (isObject(mount) && isObject(mount["device"])) hide(mount["device"]["mount_config"]);
}

/**
 * What is secret in a part of a binding that has this name, at any depth: texts and numbers, and what an address or a
 * connection string among them holds. Names tell most of it, so that ports, limits and short user names are not among it.
 */
export function secretTexts(value: unknown, name = ""): string[] {
  if (typeof value === "string" || typeof value === "number") {
    const text = String(value);
    return [...(isSecret(name, text) ? [text] : []), ...secretParts(text)];
  }
  if (Array.isArray(value)) return value.flatMap((one) => secretTexts(one, name));
  return isObject(value) ? Object.entries(value).flatMap(([key, one]) => secretTexts(one, key)) : [];
}

function isSecret(name: string, text: string): boolean {
  if (FLAG.test(text)) return false;
  if (SECRET_NAME.test(name)) return true;
  return !NUMBER.test(text) && (text.length >= LONG || PASSWORD_NAME.test(name));
}

/** What an address or a connection string holds, as it is there and decoded. */
function secretParts(text: string): string[] {
  const passwords = [...text.matchAll(USER_INFO)].map(([, password = ""]) => password);
  const parameters = [...text.matchAll(PARAMETER)].flatMap(([, name = "", value = ""]) =>
    SECRET_NAME.test(name) ? [value] : [],
  );
  const parts = [...passwords, ...parameters].filter((part) => !FLAG.test(part));
  return parts.flatMap((part) => [part, decoded(part)]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
