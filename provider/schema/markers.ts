import { z } from "zod";

/** What a schema says of a property beyond its type. */
export interface Markers {
  /** Never shown, never stored in plain text. */
  secret?: boolean;
  /** Given by Provisor or the API, not by the user. */
  computed?: boolean;
  /** Default in the words of the reference. */
  default?: string;
  /** The resource that a program may give in place of the value. */
  resource?: string;
  /** Between the parts of Provisor only; not in the reference. */
  internal?: boolean;
}

export const markersOf = (schema: z.ZodType): Markers => (schema.meta() ?? {}) as Markers;

/** The schema inside optional and nullable wrappers. */
export function unwrap(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable
    ? unwrap(schema.unwrap() as z.ZodType)
    : schema;
}

/** Replaces each value that its schema marks as secret, at any depth. */
export function mapSecrets(schema: z.ZodType, value: unknown, map: (secret: unknown) => unknown): unknown {
  if (value === undefined || value === null) return value;
  if (markersOf(schema).secret) return map(value);
  const inner = unwrap(schema);
  if (inner !== schema && markersOf(inner).secret) return map(value);
  if (inner instanceof z.ZodArray && Array.isArray(value))
    return value.map((item) => mapSecrets(inner.element as z.ZodType, item, map));
  if (inner instanceof z.ZodObject && typeof value === "object") {
    const shape = inner.shape as Record<string, z.ZodType>;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        const property = shape[key];
        return [key, property ? mapSecrets(property, item, map) : item];
      }),
    );
  }
  return value;
}
