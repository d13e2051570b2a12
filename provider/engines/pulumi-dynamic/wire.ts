import type { SecretPath } from "../../host/secret-echoes";
import type { Path } from "../../schema/markers";

/** How the engine writes special values on the wire; see sdk/nodejs/runtime/rpc in pulumi/pulumi. */

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const isUnknown = (value: unknown): boolean => value === UNKNOWN;

/** Marks a value as secret: encrypted in the state, hidden on the screen. */
export const secret = (value: unknown): unknown => ({ [SIGNATURE]: SECRET, value });

/** True for a value that is marked as secret as a whole. */
export const isMarked = (value: object): boolean => (value as Record<string, unknown>)[SIGNATURE] === SECRET;

/** Begins the text that stands for a sealed object. Random, so that no other text begins with it. */
const SEAL = "provisor:9c1f5e7a4b0d4f0e8a36d2c7b1e95f48:";

/**
 * An object as a secret text: its keys are secrets too. A mark on the object itself is not enough, since an engine takes
 * that off where it has an object of the same name that is none.
 */
export const sealed = (value: object): unknown => secret(SEAL + JSON.stringify(withoutMarks(value)));

/** The value without the mark or the seal that is on it as a whole; marks inside of it stay. */
export function opened(value: unknown): unknown {
  if (typeof value === "string" && value.startsWith(SEAL)) return JSON.parse(value.slice(SEAL.length));
  if (typeof value !== "object" || value === null || !isMarked(value)) return value;
  return opened((value as { value?: unknown }).value);
}

/** The value without secret marks, at any depth; what is sealed is opened. */
export function withoutMarks(value: unknown): unknown {
  if (typeof value === "string") return opened(value);
  if (Array.isArray(value)) return value.map(withoutMarks);
  if (typeof value !== "object" || value === null) return value;
  const object = value as Record<string, unknown>;
  if (isMarked(object)) return withoutMarks(object["value"]);
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, withoutMarks(item)]));
}

/** The properties with a mark at each of these paths. */
export const marked = (
  properties: Record<string, unknown>,
  paths: readonly SecretPath[],
): Record<string, unknown> =>
  paths.reduce<unknown>(
    (value, { at, hasSecretNames }) => put(value, at, hasSecretNames ? sealed : secret),
    properties,
  ) as Record<string, unknown>;

function put(value: unknown, [name, ...rest]: Path, mark: (value: object) => unknown): unknown {
  if (name === undefined) return mark(value as object);
  if (Array.isArray(value))
    return value.map((item, index) => (index === name ? put(item, rest, mark) : item));
  const object = value as Record<string, unknown>;
  return { ...object, [name]: put(object[name], rest, mark) };
}
