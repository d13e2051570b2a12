import type { SecretValues } from "../../host/secret-values";
import { isMarked, sealed, secret, withoutMarks } from "./wire";

/**
 * What an output is to the engine: the input of its name, as the program has `written` it; what the state has `kept` for
 * that input; the same where the program had a secret in it (`once secret`), which may be nothing that can be looked for; or
 * what Provisor or the API has `told`.
 */
export type Standing = "written" | "kept" | "once secret" | "told";

/**
 * Outputs as they are to be saved. The engine encrypts those of the same name as a secret input, and nothing else: where
 * an API repeats a secret (the name of an account, of a tenant), the output that holds it is marked here, all of it.
 */
export const markEchoes = (
  outputs: Record<string, unknown>,
  standingOf: (name: string) => Standing,
  secrets: SecretValues,
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => {
      const standing = standingOf(name);
      const isSecret = standing === "once secret" || (standing !== "written" && holds(value, secrets));
      return [name, isSecret ? hidden(value, secrets, standing) : value];
    }),
  );

/**
 * All of the value marked. Of an object the leaves are: from engine 3.274 on a mark on the object itself is lost where
 * the input of that name, or the output that was saved before, is an object without one. One whose keys are secrets is
 * sealed, and so is one that the program once gave: it may have been a secret as a whole. A list keeps its mark, and is
 * marked as a whole: the engine does so too where one of its items is a secret.
 */
function hidden(value: unknown, secrets: SecretValues, standing: Standing): unknown {
  if (value === undefined || value === null) return value;
  if (typeof value !== "object") return secret(value);
  if (isMarked(value)) return value;
  if (Array.isArray(value)) return secret(withoutMarks(value));
  if (standing !== "told" || Object.keys(value).some((key) => secrets.holds(key))) return sealed(value);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, hidden(item, secrets, standing)]),
  );
}

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
