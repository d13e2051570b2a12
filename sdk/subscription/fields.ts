import { z } from "zod";

/*
 * Fields as the API sends them, read liberally: ids and sizes are numbers in one place and strings in another,
 * null means absent, and what cannot be read as what it should be counts as absent too.
 */

export type Fields = Record<string, unknown>;

/** A text, or a number taken for its digits. */
export const text = z.union([z.string(), z.number()]).transform(String).optional().catch(undefined);

/** What an object is addressed by: neither missing nor empty. */
export const id = z.union([z.string().min(1), z.number()]).transform(String);

/** A number of units. */
export const size = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\s*\d+(\.\d+)?\s*$/)
      .transform(Number),
  ])
  .optional()
  .catch(undefined);

/** Fields whose names are not the API's. */
export const record = z.record(z.string(), z.unknown()).optional().catch(undefined);

/** A list within an object. */
export function list<T>(item: z.ZodType<T>): z.ZodType<T[] | undefined> {
  return z
    .array(z.unknown())
    .transform((items) => readable(items, item))
    .optional()
    .catch(undefined);
}

/** What can be read of a list: items that are not of the schema are left out. */
export function readable<T>(items: unknown[], item: z.ZodType<T>): T[] {
  return items.flatMap((raw) => {
    const read = item.safeParse(raw);
    return read.success ? [read.data] : [];
  });
}

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : S;
type CamelKeys<T> = { [K in keyof T as K extends string ? Camel<K> : never]: T[K] };

/**
 * An object of the API. `shape` names its fields as the API does; `build` is given them in camelCase, and beside
 * them the fields that are not in the shape, as they came.
 */
export function apiObject<Shape extends z.ZodRawShape, T>(
  shape: Shape,
  build: (known: CamelKeys<z.output<z.ZodObject<Shape>>>, unknown: Fields) => T,
): z.ZodType<T> {
  const schema = z.object(shape);
  return z.record(z.string(), z.unknown()).transform((raw, context) => {
    const read = schema.safeParse(raw);
    if (!read.success) {
      context.addIssue({ code: "custom", message: read.error.message });
      return z.NEVER;
    }
    const known = Object.entries(read.data).map(([name, value]) => [camelCase(name), value]);
    const unknown = Object.entries(raw).filter(([name]) => !(name in shape));
    return build(
      Object.fromEntries(known) as CamelKeys<z.output<z.ZodObject<Shape>>>,
      Object.fromEntries(unknown),
    );
  });
}

const camelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());

/** The object without what is absent (undefined or null). */
export function compact<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(([, field]) => (field ?? undefined) !== undefined),
  ) as T;
}

/** The fields that are not absent, or undefined when there are none. */
export function extraOf(fields: Fields): Fields | undefined {
  const present = compact(fields);
  return Object.keys(present).length > 0 ? present : undefined;
}
