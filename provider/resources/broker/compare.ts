import { isDeepStrictEqual } from "node:util";
import { pathText } from "../../schema/validate";

/** How brokers write a value that they do not tell. */
const MASKED = /^[*•]+$|^<?redacted>?$/i;

/** Brokers that keep all values as text tell numbers and booleans so. */
const isToldAsText = (asked: unknown, got: unknown): boolean =>
  (typeof asked === "number" || typeof asked === "boolean") && String(asked) === got;

/** What was asked for against what came back. */
interface Compared {
  /** What was asked for, with the values that came back otherwise in their places. */
  value: unknown;
  /** Where they came back otherwise. */
  paths: string[];
}

/**
 * Compares as a subset: what the broker adds, does not tell, or tells as text, is no difference. Lists of another length are another
 * value as a whole.
 */
export function compared(asked: unknown, got: unknown, path: readonly PropertyKey[]): Compared {
  const same: Compared = { value: asked, paths: [] };
  if (got === undefined || isDeepStrictEqual(asked, got)) return same;
  if (typeof got === "string" && (MASKED.test(got) || isToldAsText(asked, got))) return same;
  if (Array.isArray(asked) && Array.isArray(got)) {
    if (asked.length !== got.length) return { value: got, paths: [pathText(path)] };
    const items = asked.map((item, index) => compared(item, got[index], [...path, index]));
    return { value: items.map(({ value }) => value), paths: items.flatMap(({ paths }) => paths) };
  }
  if (isObject(asked) && isObject(got)) {
    const entries = Object.entries(asked).map(
      ([name, item]) => [name, compared(item, got[name], [...path, name])] as const,
    );
    return {
      value: Object.fromEntries(entries.map(([name, { value }]) => [name, value])),
      paths: entries.flatMap(([, { paths }]) => paths),
    };
  }
  return { value: got, paths: [pathText(path)] };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The same for parameters as a whole, of which an empty object tells that there are none. */
export function comparedParameters(
  asked: Readonly<Record<string, unknown>> = {},
  got: Readonly<Record<string, unknown>> | undefined,
): { value: Record<string, unknown>; paths: string[] } {
  if (got !== undefined && Object.keys(got).length === 0)
    return { value: {}, paths: Object.keys(asked).length === 0 ? [] : ["parameters"] };
  const { value, paths } = compared(asked, got, ["parameters"]);
  return { value: value as Record<string, unknown>, paths };
}
