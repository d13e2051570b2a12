import { z } from "zod";

/** A field that may be absent; null counts as absent. */
export const optional = <T extends z.ZodType>(schema: T) =>
  schema.nullish().transform((value) => value ?? undefined);

/** A field that decides so little that one which is not as specified counts as absent. */
export const lenient = <T extends z.ZodType>(schema: T) => optional(schema).catch(undefined);

/** How yes and no are written: by JSON, and by languages and formats that do it with a capital, a digit or a word. */
const YES = ["true", "yes", "on", "1"];
const NO = ["false", "no", "off", "0"];

/** Yes or no, however the broker writes it. */
export const flag = lenient(
  z.union([z.boolean(), z.string(), z.number()]).transform((value) => {
    const word = String(value).trim().toLowerCase();
    if (YES.includes(word)) return true;
    return NO.includes(word) ? false : undefined;
  }),
);

/** A text that says nothing when it is empty. */
export const text = z.string().transform((value) => value || undefined);

/** A text that has to say something. */
export const name = z.string().min(1);

/** A whole number; one that JavaScript would round comes as a text already (parseJson). */
const numeral = z.int().transform(String);

/** An id or a name; some brokers number them. See WrittenIds for how they are sent. */
export const label = z.union([name, numeral], {
  error: "must be a text that is not empty, or a whole number",
});

/** The same, where it may be absent. */
export const optionalLabel = optional(z.union([text, numeral]));

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
