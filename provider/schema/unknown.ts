/** Tells a value that an engine does not know yet (in a preview) from one that it knows. */
export type IsUnknown = (value: unknown) => boolean;

/** True when `value` is not known yet, or anything inside it. What is looked at may be wrong yet: deep, or a cycle. */
export function hasUnknown(value: unknown, isUnknown: IsUnknown): boolean {
  const rest = [value];
  const seen = new WeakSet<object>();
  while (rest.length > 0) {
    const next = rest.pop();
    if (isUnknown(next)) return true;
    if (typeof next !== "object" || next === null || seen.has(next)) continue;
    seen.add(next);
    for (const item of Object.values(next)) rest.push(item);
  }
  return false;
}
