import type { Redactor } from "../http/redact";

/** Names that end in a word for a secret: `db_password`, `apiKey`, `key1`, `AccountKey`; a `uri` often holds one. */
const SECRET_NAME =
  /(pass(word|wd|phrase|code)?|pwd|secrets?|token|key|auth(orization|[_-]?code)?|cred(ential)?s?|cert(ificate)?|sas|sig(nature)?|dsn|ur[il]s?|conn(ection)?([_-]?str(ing)?)?)[\d_-]*$/i;

/** Names of texts that are secrets whatever word comes after: `passwordPrimary`. */
const PASSWORD_NAME = /pass|pwd|secret/i;

/** Names of parameters that are secrets. */
const SECRET_PARAMETER = /pass|pwd|secret|token|api[_-]?key|private[_-]?key|credential/i;

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

/** The same for the parameters that are sent: what has the name of a secret in them. All else is for users to read. */
export function hideParameters(redactor: Redactor, body: unknown): void {
  if (isObject(body)) hideNamed(redactor, body["parameters"]);
}

/** The same for any value, such as the result of an action. */
export function hideNamed(redactor: Redactor, value: unknown): void {
  for (const [name, text] of namedTexts(value))
    if (SECRET_PARAMETER.test(name) && !FLAG.test(text)) redactor.add(text);
}

/** Texts and numbers at any depth, each with the name that it has, or that its list has. */
function namedTexts(
  value: unknown,
  name = "",
  around: readonly object[] = [],
): [name: string, text: string][] {
  if (typeof value === "string" || typeof value === "number") return [[name, String(value)]];
  // An object that holds itself is for the request to refuse.
  if (!isObject(value) || around.includes(value)) return [];
  const inside = [...around, value];
  if (Array.isArray(value)) return value.flatMap((one) => namedTexts(one, name, inside));
  return Object.entries(value).flatMap(([key, one]) => namedTexts(one, key, inside));
}

/**
 * What is secret in a part of a binding that has this name, at any depth: texts and numbers, and what an address or a
 * connection string among them holds. Names tell most of it, so that ports, limits and short user names are not among it.
 */
export const secretTexts = (value: unknown, name?: string): string[] =>
  namedTexts(value, name).flatMap(([own, text]) => [
    ...(isSecret(own, text) ? [text] : []),
    ...secretParts(text),
  ]);

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
