import type { z } from "zod";
import { type Markers, markersOf, unwrap } from "../schema/markers";
import type { SavedOutputs } from "./contract";
import { digestOf } from "./digest";

/** How an engine marks what is secret in the outputs that it has saved. */
export interface Marks {
  isMarked(value: object): boolean;
  /** The value without marks, at any depth. */
  unmark(value: unknown): unknown;
}

type Reader = "itself" | "others";

/**
 * What of its saved outputs may be told: to the resource itself, when an engine shows it none, or to other resources. It is
 * what their schema calls `told`.
 */
export const toldOf = (
  { outputs }: { readonly outputs: z.ZodObject },
  saved: SavedOutputs,
  marks: Marks,
  reader: Reader = "itself",
): SavedOutputs => picked(outputs, saved, marks, reader);

function picked(schema: z.ZodObject, value: object, marks: Marks, reader: Reader): SavedOutputs {
  const properties = value as SavedOutputs;
  const told = toldIn(schema, reader).map(
    ([name, property]) => [name, partOf(property, properties[name], marks, reader)] as const,
  );
  return Object.fromEntries(told.filter(([, part]) => part !== undefined));
}

/** The properties of a schema that are told. */
const toldIn = (schema: z.ZodObject, reader: Reader): [string, z.ZodType][] =>
  Object.entries(schema.shape as Record<string, z.ZodType>).filter(([, property]) => {
    const { told, toldToOthers } = markersOf(property);
    return told !== undefined && (reader === "itself" || toldToOthers === true);
  });

function partOf(property: z.ZodType, value: unknown, marks: Marks, reader: Reader): unknown {
  const { told } = markersOf(property);
  if (told === "digest") return digestOf(marks.unmark(value));
  const open = opened(value, told, marks);
  const inner = unwrap(property);
  const [item, isList] = isArray(inner) ? [unwrap(inner.element as z.ZodType), true] : [inner, false];
  if (!isObject(item) || toldIn(item, "itself").length === 0) return open;
  const part = (one: unknown): unknown =>
    typeof one === "object" && one !== null ? picked(item, one, marks, reader) : undefined;
  if (isList) return Array.isArray(open) ? open.map(part) : undefined;
  return part(open);
}

function opened(value: unknown, told: Markers["told"], marks: Marks): unknown {
  if (told === "hidden too") return marks.unmark(value);
  if (told === "whole" && hasMarks(value, marks)) return undefined;
  return withoutSecrets(value, marks);
}

/** The value without its secret parts; undefined where it is one itself. */
function withoutSecrets(value: unknown, marks: Marks): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (marks.isMarked(value)) return undefined;
  if (Array.isArray(value))
    return value.map((item) => withoutSecrets(item, marks)).filter((item) => item !== undefined);
  const parts = Object.entries(value).map(([key, item]) => [key, withoutSecrets(item, marks)] as const);
  return Object.fromEntries(parts.filter(([, part]) => part !== undefined));
}

/** True for a value with a secret in it. */
const hasMarks = (value: unknown, marks: Marks): boolean =>
  typeof value === "object" &&
  value !== null &&
  (marks.isMarked(value) || Object.values(value).some((item) => hasMarks(item, marks)));

const isArray = (schema: z.ZodType): schema is z.ZodArray => schema.type === "array";
const isObject = (schema: z.ZodType): schema is z.ZodObject => schema.type === "object";
