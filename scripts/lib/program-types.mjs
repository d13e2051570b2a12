// The types that a program sees of a resource, as source text, from the declaration of its inputs and outputs.

/** Columns of a line of documentation. */
const WIDTH = 112;

/** Below the first, a resource's name and the path of an object in it: `ChildInstanceOnboardAllocation`. */
const joined = (resource, path) =>
  [resource, ...path].map((part) => part[0].toUpperCase() + part.slice(1)).join("");

/** A description as a comment above what it is of. */
function comment(text, indent = "") {
  const lines = [""];
  for (const word of text.replaceAll("*/", "* /").split(/\s+/)) {
    const line = `${lines.at(-1)} ${word}`.trimStart();
    if (line.length > WIDTH && lines.at(-1) !== "") lines.push(word);
    else lines[lines.length - 1] = line;
  }
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join("")}${indent} */\n`;
}

/** What an editor shows of a property: its description, and its default where it has one. */
export const documentation = ({ description, default: value }) =>
  value === undefined ? description : `${description} Default: ${value}.`;

const unwrapped = (z, schema) => (schema instanceof z.ZodOptional ? schema.unwrap() : schema);

/**
 * Writes the interfaces of one resource: those of its arguments, in which everything may be an output of something else,
 * and those of the objects in its outputs.
 */
class Interfaces {
  /** By name. */
  written = new Map();
  /** Resources that may stand for an object. */
  standIns = new Set();

  /**
   * @param takes True for arguments, false for outputs.
   * @param names Names of objects by their path, where these are to have others than their path makes.
   */
  constructor(z, resource, takes, names) {
    Object.assign(this, { z, resource, takes, names });
  }

  nameOf(path) {
    return this.names[path.join(".")] ?? `${joined(this.resource, path)}${this.takes ? "Args" : ""}`;
  }

  /** Writes the interface of an object, after those of the objects inside. */
  object(schema, path, description) {
    const properties = Object.entries(schema.shape).filter(([, property]) => !property.meta()?.internal);
    const lines = properties.map(([name, property]) => this.property(name, property, [...path, name]));
    // An object that takes further properties.
    if (schema.def.catchall instanceof this.z.ZodUnknown)
      lines.push(`  [key: string]: ${this.takes ? "any" : "unknown"};\n`);
    const name = this.nameOf(path);
    this.written.set(name, `${comment(description)}export interface ${name} {\n${lines.join("")}}\n`);
    return name;
  }

  property(name, schema, path) {
    const meta = schema.meta() ?? {};
    const optional = schema instanceof this.z.ZodOptional;
    const type = this.type(unwrapped(this.z, schema), path, meta);
    const whole = type === "any" ? type : optional ? `${type} | undefined` : type;
    const shown = this.takes && whole !== "any" ? `pulumi.Input<${whole}>` : whole;
    return `${comment(documentation(meta), "  ")}  ${name}${optional ? "?" : ""}: ${shown};\n`;
  }

  type(schema, path, meta = schema.meta() ?? {}) {
    const { z, takes } = this;
    if (schema instanceof z.ZodEnum)
      return schema.options.map((option) => JSON.stringify(option)).join(" | ");
    if (schema instanceof z.ZodLiteral)
      return [...schema.values].map((value) => JSON.stringify(value)).join(" | ");
    if (schema instanceof z.ZodUnion)
      return [...new Set(schema.options.map((option) => this.type(option, path)))].join(" | ");
    if (schema instanceof z.ZodArray) {
      const element = this.type(schema.element, path, meta);
      return takes ? `pulumi.Input<${element}>[]` : `(${element})[]`;
    }
    if (schema instanceof z.ZodRecord) return takes ? "{ [key: string]: any }" : "Record<string, unknown>";
    if (schema instanceof z.ZodObject) {
      const name = this.object(schema, path, meta.description);
      if (!takes || meta.resource === undefined) return name;
      this.standIns.add(meta.resource);
      // Without what both have, by which an editor would find two documentations, and show none.
      return `${name} | Omit<${meta.resource}, keyof ${name}>`;
    }
    if (schema instanceof z.ZodPipe) return this.type(schema.in, path);
    if (schema instanceof z.ZodBoolean) return "boolean";
    if (schema instanceof z.ZodNumber) return "number";
    if (schema instanceof z.ZodUnknown) return takes ? "any" : "unknown";
    if (schema instanceof z.ZodString) return "string";
    throw new Error(`${this.nameOf(path)}: no type is known for a ${schema.constructor.name}.`);
  }
}

/**
 * The source of the types of a resource.
 * @param declared `name` of the resource, `summary` of its arguments, schemas of its `inputs` and `outputs`, and
 *   `argumentNames` and `outputNames`: names of objects, by their path, where these are not to be named after it.
 */
export function programTypes(z, { name, summary, inputs, outputs, argumentNames = {}, outputNames = {} }) {
  const args = new Interfaces(z, name, true, argumentNames);
  args.object(inputs, [], summary);
  const results = new Interfaces(z, name, false, outputNames);
  results.object(outputs, [], "");
  results.written.delete(name); // The class itself.
  const imports = [...args.standIns].map(
    (resource) => `import type { ${resource} } from "../${kebab(resource)}";\n`,
  );
  const texts = [...[...args.written.values()].reverse(), ...[...results.written.values()].reverse()];
  const any = texts.some((text) => /: .*\bany\b/.test(text.replace(/\/\*\*.*?\*\//gs, "")))
    ? "/* eslint-disable @typescript-eslint/no-explicit-any -- Interfaces are no objects of `unknown` to TypeScript. */\n"
    : "";
  return (
    `// Written by \`npm run docs\` from the schema of the resource.\n${any}` +
    `import type * as pulumi from "@pulumi/pulumi";\n${imports.join("")}\n${texts.join("\n")}`
  );
}

/** `ServiceInstance` as the name of its file. */
export const kebab = (name) => name.replace(/(?<=[a-z])[A-Z]/g, "-$&").toLowerCase();
