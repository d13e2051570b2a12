/** An answer is JSON, but not of the shape it must have; `message` ends a sentence "… was answered with". */
export class UnexpectedShape extends Error {}

const WRAPPERS = ["items", "data", "instances", "licenses"];
const TOTALS = ["total", "count"];

/** The items of a list that may be wrapped in an object, and how many the answer says there are. */
export function unwrapList(body: unknown): { items: unknown[]; total: number | undefined } {
  if (Array.isArray(body)) return { items: body, total: undefined };
  if (typeof body === "object" && body !== null) {
    const fields = new Map<string, unknown>(Object.entries(body));
    const items = WRAPPERS.map((name) => fields.get(name)).find((value) => Array.isArray(value));
    const total = TOTALS.map((name) => Number(fields.get(name) ?? NaN)).find((value) => !Number.isNaN(value));
    if (items) return { items, total };
  }
  throw new UnexpectedShape("something else than a list");
}

/** The same for a list that is of no use unless complete: what it does not hold would be taken for gone. */
export function unwrapComplete(body: unknown): unknown[] {
  const { items, total = 0 } = unwrapList(body);
  if (items.length < total)
    throw new UnexpectedShape(`an incomplete list, ${items.length} of ${total} items`);
  return items;
}
