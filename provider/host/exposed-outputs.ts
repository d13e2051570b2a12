import type { z } from "zod";
import { type Markers, markersOf, unwrap } from "../schema/markers";
import type { SavedOutputs } from "./contract";
import { digestOf } from "./digest";

/** How an engine marks what is secret in the outputs that it has saved. */
export interface SecretMarks {
  isMarked(value: object): boolean;
  /** The value without marks, at any depth. */
  unmark(value: unknown): unknown;
}

type Reader = "itself" | "others";

/**
 * What of its saved outputs may be told: to the resource itself, when an engine shows it none, or to other resources. It is
 * what their schema calls `exposed`.
 */
export const exposedOutputs = (
  { outputs }: { readonly outputs: z.ZodObject },
  saved: SavedOutputs,
  marks: SecretMarks,
  reader: Reader = "itself",
): SavedOutputs => picked(outputs, saved, marks, reader);

function picked(schema: z.ZodObject, value: object, marks: SecretMarks, reader: Reader): SavedOutputs {
  const properties = value as SavedOutputs;
  const exposed = exposedIn(schema, reader).map(
    ([name, property]) => [name, partOf(property, properties[name], marks, reader)] as const,
  );
  return Object.fromEntries(exposed.filter(([, part]) => part !== undefined));
}

/** The properties of a schema that are exposed. */
const exposedIn = (schema: z.ZodObject, reader: Reader): [string, z.ZodType][] =>
  Object.entries(schema.shape as Record<string, z.ZodType>).filter(([, property]) => {
    const { exposed, exposedToOthers } = markersOf(property);
    return exposed !== undefined && (reader === "itself" || exposedToOthers === true);
  });

function partOf(property: z.ZodType, value: unknown, marks: SecretMarks, reader: Reader): unknown {
  const { exposed } = markersOf(property);
  if (exposed === "digest") return digestOf(marks.unmark(value));
  const open = opened(value, exposed, marks);
  const inner = unwrap(property);
  const [item, isList] = isArray(inner) ? [unwrap(inner.element as z.ZodType), true] : [inner, false];
  if (!isObject(item) || exposedIn(item, "itself").length === 0) return open;
  const part = (one: unknown): unknown =>
    typeof one === "object" && one !== null ? picked(item, one, marks, reader) : undefined;
  if (isList) return Array.isArray(open) ? open.map(part) : undefined;
  return part(open);
}

function opened(value: unknown, exposed: Markers["exposed"], marks: SecretMarks): unknown {
  if (exposed === "hidden too") return marks.unmark(value);
  if (exposed === "whole" && hasMarks(value, marks)) return undefined;
  return withoutSecrets(value, marks);
}

/** The value without its secret parts; undefined where it is one itself. */
function withoutSecrets(value: unknown, marks: SecretMarks): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (marks.isMarked(value)) return undefined;
  if (Array.isArray(value))
    return value.map((item) => withoutSecrets(item, marks)).filter((item) => item !== undefined);
  const parts = Object.entries(value).map(([key, item]) => [key, withoutSecrets(item, marks)] as const);
  return Object.fromEntries(parts.filter(([, part]) => part !== undefined));
}

/** True for a value with a secret in it. */
const hasMarks = (value: unknown, marks: SecretMarks): boolean =>
  typeof value === "object" &&
  value !== null &&
  (marks.isMarked(value) || Object.values(value).some((item) => hasMarks(item, marks)));

const isArray = (schema: z.ZodType): schema is z.ZodArray => schema.type === "array";
const isObject = (schema: z.ZodType): schema is z.ZodObject => schema.type === "object";
