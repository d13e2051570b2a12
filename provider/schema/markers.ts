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
  /**
   * Of a saved output: its resource may be told it where an engine shows no saved state, without what is secret in it.
   * `whole`: only where nothing in it is; in part it would be another one. `hidden too`: also what the state hides, which is
   * no secret by itself, but repeats one. `digest`: a digest of it, by which it is told from another one. Of an object that
   * has such properties, these.
   */
  exposed?: true | "whole" | "hidden too" | "digest";
  /** Resources of the same type may be told it as well. There may be a thousand of them. */
  exposedToOthers?: true;
}

export const markersOf = (schema: z.ZodType): Markers => (schema.meta() ?? {}) as Markers;

/** The schema inside optional and nullable wrappers. */
export function unwrap(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable
    ? unwrap(schema.unwrap() as z.ZodType)
    : schema;
}

/** Where a value is in another one: names of properties, and places in lists. */
export type Path = readonly (string | number)[];

/** Paths of the values that their schema marks as secret, at any depth; none of a value that is not there. */
export function secretsAt(schema: z.ZodType, value: unknown, at: Path = []): Path[] {
  if (value === undefined || value === null) return [];
  if (markersOf(schema).secret) return [at];
  const inner = unwrap(schema);
  if (inner !== schema && markersOf(inner).secret) return [at];
  if (inner instanceof z.ZodArray && Array.isArray(value))
    return value.flatMap((item, index) => secretsAt(inner.element as z.ZodType, item, [...at, index]));
  if (!(inner instanceof z.ZodObject) || typeof value !== "object") return [];
  const shape = inner.shape as Record<string, z.ZodType>;
  return Object.entries(value).flatMap(([key, item]) => {
    const property = shape[key];
    return property ? secretsAt(property, item, [...at, key]) : [];
  });
}
