import type { Redactor } from "../http/redact";

/** Names of credentials that are secrets however short they are; `uri` and the like hold a password as a rule. */
const SECRET_NAME = /pass|pwd|secret|token|key|auth|cred|cert|sas|dsn|ur[il]|conn/i;

/** Another text is taken for a secret from this length on: shorter ones are user names, ports, modes, databases. */
const LONG = 12;

/** From now on no text shows what is in these credentials, for a broker may say it again in an error. */
export function hideCredentials(redactor: Redactor, credentials: unknown): void {
  const hide = (name: string, value: unknown): void => {
    if (typeof value === "string") {
      if (value.length >= LONG || SECRET_NAME.test(name)) redactor.add(value);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, one] of Object.entries(value)) hide(Array.isArray(value) ? name : key, one);
    }
  };
  hide("", credentials);
}
