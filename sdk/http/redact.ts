/** Stands where something secret was. */
export const REDACTED = "[redacted]";

/** Anything shorter would be found all over a text and make it unreadable. */
const SHORTEST_SECRET = 4;

/** Field names whose values are secrets wherever they turn up, in the spellings that JSON and forms use. */
const SECRET_FIELD =
  "[\\w-]{0,40}(?:secret|password|passwd|passphrase|token|api[_-]?key|auth[_-]?code|private[_-]?key|authorization)";
/** The same without the bare words `token` and `secret`, which prose uses too. */
const SECRET_PARAMETER =
  "[\\w-]{0,40}(?:client_?secret|password|passwd|passphrase|[_-]token|api[_-]?key|auth_?code|private[_-]?key)";

/** Known shapes of secrets. In each, what group 1 matches stays; every repetition is bounded or unambiguous. */
const SHAPES: RegExp[] = [
  // A field in JSON, in JSON inside a JSON string, and with a value that has no quotes.
  new RegExp(`("${SECRET_FIELD}"\\s*:\\s*")(?:[^"\\\\]|\\\\.)*`, "gi"),
  new RegExp(`(\\\\"${SECRET_FIELD}\\\\"\\s*:\\s*\\\\")[^"\\\\]*`, "gi"),
  new RegExp(`("${SECRET_FIELD}"\\s*:\\s*)[\\w.+-]+`, "gi"),
  // A form or query parameter; "name: value" only where the value has a digit, or it may be prose.
  new RegExp(
    `(\\b${SECRET_PARAMETER}(?:\\s*=\\s*|\\s*:\\s*(?=\\S*\\d)))(?!\\[redacted\\])[^\\s"'&,;\\\\}\\]]+`,
    "gi",
  ),
  /(\bauthorization\s*[=:]\s*)(?:(?:bearer|basic)\s+)?[^\s"',;]+/gi,
  /(\bbearer\s+)(?!(?:tokens?|auth\w*|credentials?|scheme|realm|error|challenge|access)\b)[\w.~+/=-]{6,}/gi,
  // Base64 has digits, an equals sign or capitals within; the words after "basic" in prose do not.
  /(\b(?:[Bb]asic|BASIC)\s+)(?=[\w+/-]*(?:[0-9=]|[a-z][A-Z]))[\w+/-]{6,}=*/g,
  // A JWT.
  /()\beyJ[\w-]{1,2000}\.[\w-]+(?:\.[\w-]*)?/g,
  // User info in a URL.
  /(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"']+(?=@)/gi,
];

/** How a value travels: as it is, in a URL (with hexadecimal digits of either case), in a form, in JSON (of either kind). */
export function spellingsOf(value: string): string[] {
  const text = Buffer.from(value, "utf8").toString("utf8"); // without lone surrogates, which no URL can hold
  const json = JSON.stringify(value).slice(1, -1);
  const encoded = [encodeURIComponent(text), new URLSearchParams([["", text]]).toString().slice(1)];
  const lower = encoded.map((one) => one.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()));
  return [...new Set([value, ...encoded, ...lower, json, json.replaceAll("/", "\\/")])];
}

/**
 * Takes secrets out of texts: the values it has been told, in the spellings in which they travel (plain, URL
 * encoded, inside a JSON string), and what has the shape of a secret (credentials of an Authorization header,
 * JWTs, fields such as `client_secret`, `auth_code` and `wildfire_api_key`, user info in a URL).
 */
export class Redactor {
  readonly #values = new Set<string>();

  /** From now on `secret` is taken out of every text. Values of fewer than four characters are not. */
  add(secret: string): void {
    for (const value of spellingsOf(secret)) if (value.length >= SHORTEST_SECRET) this.#values.add(value);
  }

  /** The text without secrets. */
  clean(text: string): string {
    // The longest first: a secret may be part of another one.
    const values = [...this.#values].sort((a, b) => b.length - a.length);
    const known = values.reduce((cleaned, value) => cleaned.replaceAll(value, REDACTED), text);
    return SHAPES.reduce(
      (cleaned, shape) => cleaned.replace(shape, (_match, kept: string) => `${kept}${REDACTED}`),
      known,
    );
  }
}
