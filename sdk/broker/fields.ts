import { z } from "zod";

/** A field that may be absent; null counts as absent. */
export const optional = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? undefined);

/** A field that decides so little that one which is not as specified counts as absent. */
export const lenient = <T extends z.ZodType>(schema: T) => optional(schema).catch(undefined);

/** Yes or no; some brokers write it as a text. */
export const flag = lenient(
  z.union([z.boolean(), z.enum(["true", "false"]).transform((value) => value === "true")]),
);

/** A text that says nothing when it is empty. */
export const text = z.string().transform((value) => value || undefined);

/** A text that has to say something. */
export const name = z.string().min(1);

/** An object that may be empty: PHP writes that as an empty list. */
export const emptiable = <T extends z.ZodType>(object: T) =>
  z.preprocess((value) => (Array.isArray(value) && value.length === 0 ? {} : value), object);

/** A free-form object, passed on as it is. */
export const record = emptiable(z.record(z.string(), z.unknown()));

/** A list; Go writes an empty one as null. */
export const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullable()
    .transform((items) => items ?? []);

/** The object without the fields that are absent. */
export function compact<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

/** What a body has that the specification does not allow, and where; the values themselves are not repeated. */
export function problemIn(error: z.ZodError): string {
  const [issue] = error.issues;
  const path = (issue?.path ?? []).map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`));
  return `${path.join("").replace(/^\./, "") || "the body"}: ${issue?.message ?? "malformed"}`;
}
