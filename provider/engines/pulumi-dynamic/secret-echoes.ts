import type { SecretValues } from "../../resources/secret-values";
import { isMarked, secret } from "./wire";

/**
 * Outputs as they are to be saved. The engine encrypts those of the same name as a secret input, and nothing else: where
 * an API repeats a secret (the name of an account, of a tenant), the output that holds it is marked here. It is marked as
 * a whole: a refresh makes the engine do so too, and the SDK cannot read a secret within a secret.
 */
export const markEchoes = (
  outputs: Record<string, unknown>,
  isInput: (name: string) => boolean,
  secrets: SecretValues,
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [
      name,
      !isInput(name) && holds(value, secrets) ? secret(value) : value,
    ]),
  );

function holds(value: unknown, secrets: SecretValues): boolean {
  if (typeof value === "string" || typeof value === "number") return secrets.holds(String(value));
  if (typeof value !== "object" || value === null || isMarked(value)) return false;
  return Object.entries(value).some(([key, item]) => secrets.holds(key) || holds(item, secrets));
}

/**
 * An id is saved and shown in plain text: a part of it that holds a secret gives way to `instead`, and all of it where
 * the secret has a slash in it, which lies across parts.
 */
export function publicId(id: string, secrets: SecretValues, instead: string): string {
  const parts = id.split("/").map((part) => (secrets.holds(part) ? instead : part));
  const shown = parts.join("/");
  return secrets.holds(shown) ? instead : shown;
}
