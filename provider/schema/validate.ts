import type { z } from "zod";
import { say } from "../words";
import type { Problem } from "./problem";
import { suggestion } from "./suggestion";
import { type IsUnknown, hasUnknown } from "./unknown";

/** `onboard[0].licenseId` */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text === "" ? String(part) : `${text}.${String(part)}`,
    "",
  );
}

/** True when a value on the way to `path`, or at it, is not known yet. */
function reachesUnknown(value: unknown, path: readonly PropertyKey[], isUnknown: IsUnknown): boolean {
  let current = value;
  for (const part of path) {
    if (isUnknown(current)) return true;
    if (typeof current !== "object" || current === null) return false;
    current = (current as Record<PropertyKey, unknown>)[part];
  }
  return isUnknown(current);
}

function words(issue: z.core.$ZodIssue, known: readonly string[]): string {
  if (issue.input === undefined && issue.code.startsWith("invalid_")) return "is required";
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys
        .map((key) => `unknown property ${say.path(key)}${suggestion(key, known, say.path)}`)
        .join("; ");
    case "invalid_type":
      return `must be of type ${issue.expected}`;
    case "invalid_value":
      return `must be one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return issue.origin === "string" || issue.origin === "array" ? "must not be empty" : "is too small";
    default:
      return issue.message;
  }
}

/**
 * Every way in which `value` breaks `schema`, with property paths and without values. What is not known yet breaks
 * nothing. `knownKeys` gives the property names at a path, for a hint at a misspelled one.
 */
export function problemsOf(
  schema: z.ZodType,
  value: unknown,
  isUnknown: IsUnknown,
  knownKeys: (path: readonly PropertyKey[]) => readonly string[] = () => [],
): Problem[] {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return [];
  return result.error.issues
    .filter((issue) => !reachesUnknown(value, issue.path, isUnknown))
    .map((issue) => ({ path: pathText(issue.path), message: words(issue, knownKeys(issue.path)) }));
}

/** Whether a property was given, and did not keep to its schema. */
export const isLost = (name: string, value: unknown, part: object): boolean =>
  typeof value === "object" &&
  value !== null &&
  (value as Item)[name] !== undefined &&
  !Object.hasOwn(part, name);

type Item = Record<string, unknown>;

/** The properties of `value` that keep to the schema, as it reads them, and those that are not known yet. */
export function validPart(
  schema: z.ZodObject,
  value: unknown,
  isUnknown: IsUnknown,
): Record<string, unknown> {
  if (typeof value !== "object" || value === null) return {};
  const entries = Object.entries(value).flatMap(([name, item]): [string, unknown][] => {
    // Names of JavaScript's own, such as `toString`, are no properties of the schema.
    if (!Object.hasOwn(schema.shape, name) || item === undefined) return [];
    const property = schema.shape[name] as z.ZodType;
    if (hasUnknown(item, isUnknown)) return [[name, item]];
    const read = property.safeParse(item);
    return read.success ? [[name, read.data]] : [];
  });
  return Object.fromEntries(entries);
}
