/** A JSON schema that is an object, as all are but `true` and `false`. */
export type Schema = Readonly<Record<string, unknown>>;

export const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Keywords whose schemas judge the very value that the schema with the keyword judges. */
const inPlace = ["allOf", "anyOf", "dependencies", "dependentSchemas", "else", "if", "not", "oneOf", "then"];

const perItem = ["additionalItems", "contains", "items", "prefixItems", "unevaluatedItems"];
const perProperty = [
  "additionalProperties",
  "patternProperties",
  "properties",
  "propertyNames",
  "unevaluatedProperties",
];
/** Those that judge what is inside of the value. */
const inside = [...perItem, ...perProperty];

/** Keywords that hold schemas by name; the others hold one, or a list of them. */
const byName = new Set([
  "$defs",
  "definitions",
  "dependencies",
  "dependentSchemas",
  "patternProperties",
  "properties",
]);

const holding = new Set([...inPlace, ...inside, ...byName]);

/** The value with `map` done to each schema that the keyword holds in it; what is no schema stays. */
export function mapSchemas(keyword: string, value: unknown, map: (schema: Schema) => unknown): unknown {
  if (!holding.has(keyword)) return value;
  const mapped = (item: unknown): unknown => (isSchema(item) ? map(item) : item);
  if (Array.isArray(value)) return value.map(mapped);
  if (!byName.has(keyword)) return mapped(value);
  return isSchema(value)
    ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapped(item)]))
    : value;
}

function schemasOf(schema: Schema, keywords: readonly string[]): Schema[] {
  const found: Schema[] = [];
  for (const keyword of keywords)
    if (Object.hasOwn(schema, keyword)) mapSchemas(keyword, schema[keyword], (part) => found.push(part));
  return found;
}

/** The object under a keyword; an empty one where there is none. */
export function objectOf(schema: Schema, keyword: string): Schema {
  const value = schema[keyword];
  return Object.hasOwn(schema, keyword) && isSchema(value) ? value : {};
}

/** References, which lead somewhere else in `root`. Undefined for one that leads anywhere else, or cannot be told. */
export function referredBy(root: Schema, schema: Schema): (Schema | undefined)[] {
  const refs = ["$ref", "$recursiveRef", "$dynamicRef"]
    .filter((keyword) => typeof schema[keyword] === "string")
    .map((keyword) => [keyword, schema[keyword] as string] as const);
  return refs.map(([keyword, ref]) => (keyword === "$ref" ? resolved(root, ref) : undefined));
}

function resolved(root: Schema, ref: string): Schema | undefined {
  if (!/^#(\/|$)/.test(ref)) return undefined;
  let current: unknown = root;
  for (const part of ref.split("/").slice(1)) {
    if (typeof current !== "object" || current === null) return undefined;
    current = (current as Record<string, unknown>)[nameOf(part)];
  }
  return isSchema(current) ? current : undefined;
}

function nameOf(part: string): string {
  try {
    return decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
  } catch {
    return part;
  }
}

/** The schemas that judge the same value: this one, and what it holds and refers to for that. */
export function together(root: Schema, schema: Schema): Set<Schema> {
  return reached(schema, (next) => [...schemasOf(next, inPlace), ...referredBy(root, next)]);
}

/** The schemas that judge a value or a part of it. */
export function below(root: Schema, schema: Schema): Set<Schema> {
  return reached(schema, (next) => [...schemasOf(next, [...inPlace, ...inside]), ...referredBy(root, next)]);
}

/** The schemas that judge what is inside of the value. */
export const partsOf = (schema: Schema): Schema[] => schemasOf(schema, inside);

function reached(from: Schema, next: (schema: Schema) => readonly (Schema | undefined)[]): Set<Schema> {
  const found = new Set<Schema>([from]);
  for (const schema of found) for (const other of next(schema)) if (other) found.add(other);
  return found;
}
