import { z } from "zod";
import type { DataSource } from "./data-sources";
import { markersOf, unwrap } from "../../schema/markers";
import { snake, visible } from "./managed/attributes";
import type { ManagedKind } from "./managed/kind";
import type { Fields } from "./protocol/messages";
import { type TfType, typeBytes } from "./types";

/** An attribute of a schema, as the protocol describes it and as values of it are written. */
export interface Attribute {
  readonly name: string;
  readonly type: TfType;
  readonly fields: Fields;
}

/** What a block holds: attributes, and blocks of one object each. */
export interface Block {
  readonly type: TfType;
  readonly schema: Fields;
}

/** How an attribute is given. */
interface Given {
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly writeOnly?: boolean;
}

const [SINGLE, LIST, MARKDOWN] = [1, 2, 1] as const;

const described = (schema: z.ZodType): string => {
  const { default: byDefault } = markersOf(schema);
  const description = schema.meta()?.description ?? "";
  const text = byDefault === undefined ? description : `${description} By default ${byDefault}.`;
  // Names are spelt as Terraform's users spell them.
  return text.replace(/`([a-z]+(?:[A-Z][a-zA-Z]*)+)`/g, (_, name: string) => `\`${snake(name)}\``);
};

const isOptional = (schema: z.ZodType): boolean => schema.safeParse(undefined).success;

/** An attribute for a property; an object's own attributes are required, optional or computed as it says. */
export function attributeOf(property: string, schema: z.ZodType, given: Given): Attribute {
  const name = snake(property);
  const inner = unwrap(schema);
  const common = {
    name,
    description: described(schema),
    descriptionKind: MARKDOWN,
    sensitive: markersOf(schema).secret === true && given.writeOnly !== true,
    required: given.required === true,
    optional: given.optional === true,
    computed: given.computed === true,
    writeOnly: given.writeOnly === true,
  };
  const item = inner instanceof z.ZodArray ? unwrap(inner.element as z.ZodType) : inner;
  if (!(item instanceof z.ZodObject)) {
    const type = typeOf(schema);
    return { name, type, fields: { ...common, type: typeBytes(type) } };
  }
  const attributes = visible(item).map(([one, of]) => attributeOf(one, of, givenWithin(given, of)));
  const object = objectOf(attributes);
  const isList = item !== inner;
  // Terraform wants all items of a list to be of one type.
  if (isList && JSON.stringify(object).includes('"dynamic"'))
    return { name, type: "dynamic", fields: { ...common, type: typeBytes("dynamic") } };
  const nestedType = { attributes: attributes.map(({ fields }) => fields), nesting: isList ? LIST : SINGLE };
  return { name, type: isList ? ["list", object] : object, fields: { ...common, nestedType } };
}

const givenWithin = ({ required, optional }: Given, schema: z.ZodType): Given => {
  if (required !== true && optional !== true) return { computed: true };
  return isOptional(schema) ? { optional: true } : { required: true };
};

const objectOf = (attributes: readonly Attribute[]): TfType => [
  "object",
  Object.fromEntries(attributes.map(({ name, type }) => [name, type])),
];

/** The type of a value that is no object of ours. What may be of several types, and what is the user's own, is dynamic. */
function typeOf(schema: z.ZodType): TfType {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodString || inner instanceof z.ZodEnum) return "string";
  if (inner instanceof z.ZodNumber) return "number";
  if (inner instanceof z.ZodBoolean) return "bool";
  if (inner instanceof z.ZodLiteral) return typeof inner.value === "number" ? "number" : "string";
  if (inner instanceof z.ZodPipe) return typeOf(inner.in as z.ZodType);
  if (inner instanceof z.ZodArray) return ["list", typeOf(inner.element as z.ZodType)];
  if (inner instanceof z.ZodRecord) {
    const value = typeOf(inner.valueType as z.ZodType);
    return value === "dynamic" ? "dynamic" : ["map", value];
  }
  if (inner instanceof z.ZodUnion) return ofUnion(inner.options as z.ZodType[]);
  return "dynamic";
}

/** Ids are texts or numbers, and sizes numbers or texts: the first is what is documented. */
function ofUnion(options: readonly z.ZodType[]): TfType {
  const kinds = options.map(typeOf);
  const isScalar = kinds.every((kind) => kind === "string" || kind === "number");
  const hasLiteral = options.some((option) => option instanceof z.ZodLiteral);
  return isScalar && !hasLiteral ? (kinds[0] ?? "dynamic") : "dynamic";
}

/** A schema of these attributes; what is in `blocks` is written as a block. */
export function blockOf(
  attributes: readonly Attribute[],
  description: string,
  blocks: readonly string[] = [],
): Block {
  const isBlock = ({ name }: Attribute): boolean => blocks.includes(name);
  const blockTypes = attributes.filter(isBlock).map(({ name, fields }) => {
    const { attributes: within } = fields["nestedType"] as { attributes: Fields[] };
    return {
      typeName: name,
      nesting: SINGLE,
      block: { attributes: within, description: fields["description"], descriptionKind: MARKDOWN },
    };
  });
  return {
    type: objectOf(attributes),
    schema: {
      version: 0n,
      block: {
        attributes: attributes.filter((one) => !isBlock(one)).map(({ fields }) => fields),
        blockTypes,
        description,
        descriptionKind: MARKDOWN,
      },
    },
  };
}

/** What every managed resource has besides: what is not finished, and what the provider keeps for itself. */
const common = {
  unfinished: z.array(z.string()).meta({
    description: "Why it is not finished, in words; empty where it is. For a `postcondition` of your own.",
  }),
  internal: z.string().meta({ description: "What the provider keeps for itself.", secret: true }),
};

export function managedBlock(kind: ManagedKind): Block {
  const inputs = new Map(visible(kind.inputs));
  const outputs = new Map(visible(kind.outputs));
  const givenOf = (name: string, schema: z.ZodType): Given => {
    if (kind.writeOnly.includes(snake(name))) return { optional: true, writeOnly: true };
    if (outputs.has(name)) return { optional: true, computed: true };
    return isOptional(schema) ? { optional: true } : { required: true };
  };
  return blockOf(
    [
      ...[...inputs].map(([name, schema]) => attributeOf(name, schema, givenOf(name, schema))),
      ...[...outputs]
        .filter(([name]) => !inputs.has(name))
        .map(([name, schema]) => attributeOf(name, schema, { computed: true })),
      ...Object.entries(common).map(([name, schema]) => attributeOf(name, schema, { computed: true })),
    ],
    kind.resource.description,
    ["timeouts"],
  );
}

export const dataBlock = ({ arguments: args, results, description }: DataSource): Block =>
  simpleBlock(description, args, results);

/** A block of arguments that are given, and of results. */
export function simpleBlock(
  description: string,
  args: z.ZodObject,
  results: z.ZodObject,
  blocks: readonly string[] = [],
): Block {
  const given = (schema: z.ZodType): Given => (isOptional(schema) ? { optional: true } : { required: true });
  return blockOf(
    [
      ...visible(args).map(([name, schema]) => attributeOf(name, schema, given(schema))),
      ...visible(results).map(([name, schema]) => attributeOf(name, schema, { computed: true })),
    ],
    description,
    blocks,
  );
}
