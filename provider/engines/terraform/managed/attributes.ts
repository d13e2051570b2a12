import { z } from "zod";
import { markersOf, unwrap } from "../../../schema/markers";
import { isUnknown } from "../unknown";
import type { TfObject, TfPath } from "./managed-resource";

type Properties = Readonly<Record<string, unknown>>;

/** `licenseId` as `license_id`. */
export const snake = (name: string): string =>
  name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);

/** The properties that users see, by name. */
export const visible = (schema: z.ZodObject): [string, z.ZodType][] =>
  Object.entries(schema.shape as Record<string, z.ZodType>).filter(
    ([, property]) => markersOf(property).internal !== true,
  );

/** What is declared as an object is spelt as the engine spells it; all else is the user's, and stays as it is. */
const objectIn = (schema: z.ZodType): z.ZodObject | undefined => {
  const inner = unwrap(schema);
  return inner instanceof z.ZodObject ? inner : undefined;
};

const itemIn = (schema: z.ZodType): z.ZodType | undefined => {
  const inner = unwrap(schema);
  return inner instanceof z.ZodArray ? (inner.element as z.ZodType) : undefined;
};

/** Properties as attributes of an object: all that the schema has, null where nothing is. */
export const attributesOf = (schema: z.ZodObject, properties: Properties): TfObject =>
  Object.fromEntries(
    visible(schema).map(([name, property]) => [snake(name), attributeOf(property, properties[name])]),
  );

function attributeOf(schema: z.ZodType, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  const [object, item] = [objectIn(schema), itemIn(schema)];
  if (item && Array.isArray(value)) return value.map((one) => attributeOf(item, one));
  if (!object || typeof value !== "object") return value;
  return attributesOf(object, value as Properties);
}

/** Attributes as properties; what is null is not there. */
export const propertiesOf = (schema: z.ZodObject, attributes: TfObject): Record<string, unknown> =>
  Object.fromEntries(
    visible(schema)
      .map(([name, property]) => [name, propertyOf(property, attributes[snake(name)])] as const)
      .filter(([, value]) => value !== undefined),
  );

function propertyOf(schema: z.ZodType, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  if (isUnknown(value)) return value;
  const [object, item] = [objectIn(schema), itemIn(schema)];
  if (item && Array.isArray(value)) return value.map((one: unknown) => propertyOf(item, one));
  if (!object || typeof value !== "object") return value;
  return propertiesOf(object, value as TfObject);
}

/** A path in a message, such as `onboard[0].license_id`, as Terraform's attribute path. */
export function pathOf(text: string): TfPath | undefined {
  const steps = [...text.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) =>
    index === undefined ? (name as string) : Number(index),
  );
  return steps.length > 0 ? steps : undefined;
}
