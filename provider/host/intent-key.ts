import type { IsUnknown } from "../schema/unknown";

/** The key of the intent among inputs. Not known in a preview that makes the intent, or changes it. */
export function keyOf(inputs: Record<string, unknown>, isUnknown: IsUnknown): string | undefined {
  const { key } = (inputs["intent"] ?? {}) as { key?: unknown };
  return typeof key === "string" && !isUnknown(key) ? key : undefined;
}
