import type { JsonSchema } from "../../../sdk/broker";
import { plainPattern } from "./plain-pattern";
import {
  type Schema,
  below,
  isSchema,
  mapSchemas,
  objectOf,
  partsOf,
  referredBy,
  together,
} from "./schema-parts";

/**
 * The schema of a plan without what its broker may see otherwise (docs/decisions/0008-parameters-check.md): it takes all
 * that the broker may take. Properties that have a default are not required, since many brokers fill them in. Patterns
 * that are not plainly ECMAScript are taken to match by whoever compiles it, and formats not to be judged: where a schema
 * that holds such a doubt counts against the value (`not`, `oneOf`, `if`), it does not count.
 */
export const lenientSchema = (schema: JsonSchema): JsonSchema => new Leniency(schema).of(schema);

/** Where these stand, those of a schema before 2019-09 that stand beside a reference are to be ignored. */
const besideReference = new Set(["$ref", "$schema", "$id", "id", "$defs", "definitions"]);

class Leniency {
  /** Names of properties with a default, by the schemas that judge the object that they are of. */
  private readonly defaults = new Map<Schema, Set<string>>();
  private readonly isNewer: boolean;

  constructor(private readonly root: Schema) {
    this.isNewer = /2019-09|2020-12/.test(String(root["$schema"]));
    const entered = new Set<Schema>([root]);
    for (const schema of entered) for (const part of this.noteDefaults(schema)) entered.add(part);
  }

  /** Notes the defaults of one object; gives the schemas that judge what is inside of it. */
  private noteDefaults(schema: Schema): Schema[] {
    const all = [...together(this.root, schema)];
    const names = all.flatMap((one) =>
      Object.entries(objectOf(one, "properties"))
        .filter(([, property]) => isSchema(property) && this.hasDefault(property))
        .map(([name]) => name),
    );
    for (const one of all) this.defaults.set(one, new Set([...(this.defaults.get(one) ?? []), ...names]));
    return all.flatMap(partsOf);
  }

  private hasDefault(property: Schema): boolean {
    return [...together(this.root, property)].some((schema) => Object.hasOwn(schema, "default"));
  }

  of(schema: Schema): Record<string, unknown> {
    const isOther = (keyword: string): boolean =>
      "$ref" in schema && !this.isNewer && !besideReference.has(keyword);
    const entries = Object.entries(schema).filter(
      ([keyword]) => !isOther(keyword) && !this.isLeftOut(schema, keyword),
    );
    const {
      oneOf,
      allOf = [],
      ...rest
    } = Object.fromEntries(
      entries.map(([keyword, value]) => [keyword, this.valueOf(schema, keyword, value)]),
    );
    const kept = { ...rest, ...("allOf" in schema ? { allOf } : {}) };
    if (oneOf === undefined) return kept;
    if (!this.isDoubtfulIn(schema, "oneOf")) return { ...kept, oneOf };
    return { ...kept, allOf: [...(allOf as unknown[]), { anyOf: oneOf }] };
  }

  private isLeftOut(schema: Schema, keyword: string): boolean {
    switch (keyword) {
      case "not":
        return this.isDoubtfulIn(schema, "not");
      case "if":
      case "then":
      case "else":
        return this.isDoubtfulIn(schema, "if");
      case "maxContains":
        return this.isDoubtfulIn(schema, "contains");
      case "additionalProperties":
        return hasOtherPatterns(schema);
      // They hang on what all of the others have taken.
      case "unevaluatedItems":
      case "unevaluatedProperties":
        return this.isDoubtful(schema);
      default:
        return false;
    }
  }

  private valueOf(schema: Schema, keyword: string, value: unknown): unknown {
    switch (keyword) {
      case "required":
        return this.without(schema, value);
      case "dependentRequired":
      case "dependencies":
        return isSchema(value)
          ? Object.fromEntries(
              Object.entries(value).map(([name, item]) => [
                name,
                isSchema(item) ? this.of(item) : this.without(schema, item),
              ]),
            )
          : value;
      case "minProperties":
        return typeof value === "number" ? Math.max(0, value - this.defaultsOf(schema).size) : value;
      case "patternProperties":
        return isSchema(value)
          ? Object.fromEntries(
              Object.entries(value)
                .filter(([pattern]) => plainPattern(pattern) !== undefined)
                .map(([pattern, item]) => [pattern, isSchema(item) ? this.of(item) : item]),
            )
          : value;
      default:
        return mapSchemas(keyword, value, (part) => this.of(part));
    }
  }

  /** Names that are missed where they are not there. */
  private without(schema: Schema, names: unknown): unknown {
    const known = this.defaultsOf(schema);
    return Array.isArray(names) ? names.filter((name) => !known.has(name as string)) : names;
  }

  private readonly defaultsOf = (schema: Schema): ReadonlySet<string> =>
    this.defaults.get(schema) ?? new Set<string>();

  private isDoubtfulIn(schema: Schema, keyword: string): boolean {
    let isDoubtful = false;
    mapSchemas(keyword, schema[keyword], (part) => (isDoubtful ||= this.isDoubtful(part)));
    return isDoubtful;
  }

  private isDoubtful(schema: Schema): boolean {
    return [...below(this.root, schema)].some((one) => this.hasDoubt(one));
  }

  /** Whether a broker may judge by one of its own keywords otherwise. */
  private hasDoubt(schema: Schema): boolean {
    const { pattern, format, minProperties } = schema;
    const names = [
      schema["required"],
      ...Object.values(objectOf(schema, "dependentRequired")),
      ...Object.values(objectOf(schema, "dependencies")),
    ].filter(Array.isArray) as unknown[][];
    const known = this.defaultsOf(schema);
    return (
      typeof format === "string" ||
      (typeof pattern === "string" && plainPattern(pattern) === undefined) ||
      hasOtherPatterns(schema) ||
      names.flat().some((name) => known.has(name as string)) ||
      (minProperties !== undefined && known.size > 0) ||
      referredBy(this.root, schema).includes(undefined)
    );
  }
}

const hasOtherPatterns = (schema: Schema): boolean =>
  Object.keys(objectOf(schema, "patternProperties")).some((pattern) => plainPattern(pattern) === undefined);
