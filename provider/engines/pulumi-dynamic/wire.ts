/** How the engine writes special values on the wire; see sdk/nodejs/runtime/rpc in pulumi/pulumi. */

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const isUnknown = (value: unknown): boolean => value === UNKNOWN;

/** Marks a value as secret: encrypted in the state, hidden on the screen. */
export const secret = (value: unknown): unknown => ({ [SIGNATURE]: SECRET, value });

/** True for a value that is marked as secret as a whole. */
export const isMarked = (value: object): boolean => (value as Record<string, unknown>)[SIGNATURE] === SECRET;

/** The value without secret marks, at any depth. */
export function withoutMarks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMarks);
  if (typeof value !== "object" || value === null) return value;
  const object = value as Record<string, unknown>;
  if (isMarked(object)) return withoutMarks(object["value"]);
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, withoutMarks(item)]));
}
