/** Tells a value that an engine does not know yet (in a preview) from one that it knows. */
export type IsUnknown = (value: unknown) => boolean;

/** True when `value` is not known yet, or anything inside it. */
export function hasUnknown(value: unknown, isUnknown: IsUnknown): boolean {
  if (isUnknown(value)) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((item) => hasUnknown(item, isUnknown));
}
