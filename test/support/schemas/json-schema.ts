/** The few words of JSON Schema that the descriptions of the APIs need. */
export type Schema = Record<string, unknown> & {
  $ref?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
};

export const text: Schema = { type: "string" };
export const flag: Schema = { type: "boolean" };
export const whole: Schema = { type: "integer" };
export const anyObject: Schema = { type: "object" };
export const oneOf = (...values: string[]): Schema => ({ ...text, enum: values });
export const listOf = (items: Schema): Schema => ({ type: "array", items });

/** An object with these fields, of which some must be there. It may have others. */
export const fields = (properties: Record<string, Schema>, required: readonly string[] = []): Schema => ({
  type: "object",
  properties,
  ...(required.length > 0 ? { required } : {}),
});

/** Several fields of one type. */
export const all = (type: Schema, ...names: string[]): Record<string, Schema> =>
  Object.fromEntries(names.map((name) => [name, type]));
