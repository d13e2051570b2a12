import { ProvisorError } from "../../../sdk/broker";

/** What {@link secretDataOf} reads of a binding. */
export interface SecretDataSource {
  /** As the broker gave them. */
  credentials?: Readonly<Record<string, unknown>> | undefined;
  /** Catalog name of the service: the `type` where neither an option nor the credentials say one. */
  service?: string | undefined;
}

/** How {@link secretDataOf} names what the Service Binding Specification for Kubernetes wants beside the credentials. */
export interface SecretDataOptions {
  /** Value of `type`, such as `mysql`. Default: the credentials' own `type` where it is a text, else the catalog name of the service. */
  type?: string | undefined;
  /** Value of `provider`, such as `bitnami`. Default: the credentials' own `provider`, else none. */
  provider?: string | undefined;
}

/**
 * A binding's credentials as a flat map of strings: what `stringData` of a Kubernetes secret wants, and what the Service
 * Binding Specification for Kubernetes (servicebinding.io, "Well-known Secret Entries") projects as files.
 *
 * - Texts stay as they are; numbers and booleans become text; null is left out.
 * - An object or a list becomes JSON text under its own key: a path such as `a.b` could be another key's name.
 * - A character that Kubernetes forbids in a key (anything but letters, digits, `-`, `_` and `.`) becomes `_`.
 * - `type` is always there, `provider` where it is known.
 * @throws ProvisorError where two keys become the same, or no `type` is known. Names keys, never a value.
 */
export function secretDataOf(
  source: SecretDataSource,
  options: SecretDataOptions = {},
): Record<string, string> {
  const entries = new Map<string, { key: string; text: string }>();
  for (const [key, value] of Object.entries(source.credentials ?? {})) {
    const text = textOf(value);
    if (text === undefined) continue;
    const name = keyFor(key);
    const other = entries.get(name);
    if (other !== undefined)
      throw new ProvisorError(
        `toSecretData: the credentials "${other.key}" and "${key}" would both be the key "${name}" of the secret. Use ` +
          "`credentials` of the binding, and name them yourself.",
      );
    entries.set(name, { key, text });
  }
  const type = options.type ?? typeIn(source.credentials) ?? source.service;
  if (type === undefined || type === "")
    throw new ProvisorError(
      'toSecretData: the entry "type" that the Service Binding Specification demands is not known. Give it: ' +
        'toSecretData(binding, { type: "mysql" }).',
    );
  return {
    ...Object.fromEntries([...entries].map(([name, { text }]) => [name, text])),
    type,
    ...(options.provider === undefined ? {} : { provider: options.provider }),
  };
}

/** What the credentials say of their type, where it can be one: JSON of something else is nothing that a reader knows. */
function typeIn(credentials: SecretDataSource["credentials"]): string | undefined {
  const type = credentials?.["type"];
  return typeof type === "string" && type !== "" ? type : undefined;
}

function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Kubernetes takes no key longer than that. */
const LONGEST_KEY = 253;

/** The key as Kubernetes allows it: `.`, and what begins with `..`, are no file names. */
function keyFor(key: string): string {
  const allowed = key
    .replace(/[^-._a-zA-Z0-9]/gu, "_")
    .replace(/^\.\.|^\.$/, (dots) => "_".repeat(dots.length));
  return allowed === "" ? "_" : allowed.slice(0, LONGEST_KEY);
}
