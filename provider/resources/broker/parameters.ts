import type { ErrorObject } from "ajv";
import type { JsonSchema } from "../../../sdk/broker";
import type { Problem } from "../../host/contract";
import { suggestion } from "../../schema/suggestion";
import { type IsUnknown, hasUnknown } from "../../schema/unknown";
import { pathText } from "../../schema/validate";
import { validatorOf } from "./json-schema";

/**
 * Every way in which `value` breaks the schema of a plan, each at its property's path below `path`, and never with the
 * value. What is not known yet breaks nothing. Parameters that are not given are judged as an empty object.
 */
export function parameterProblems(
  schema: JsonSchema | undefined,
  value: unknown,
  path: string,
  isUnknown: IsUnknown,
): Problem[] {
  return problemsBy("errorsOf", schema, value, path, isUnknown);
}

/** Formats that the schema names and that texts and numbers in `value` do not have, in the same way. */
export function formatDoubts(
  schema: JsonSchema | undefined,
  value: unknown,
  path: string,
  isUnknown: IsUnknown,
): Problem[] {
  return problemsBy("formatErrorsOf", schema, value, path, isUnknown);
}

function problemsBy(
  errors: "errorsOf" | "formatErrorsOf",
  schema: JsonSchema | undefined,
  value: unknown,
  path: string,
  isUnknown: IsUnknown,
): Problem[] {
  if (schema === undefined || isUnknown(value)) return [];
  // A broker may fill in the whole of them.
  if (value === undefined && "default" in schema) return [];
  const validator = validatorOf(schema);
  if ("unusable" in validator) return [];
  const root = value ?? {};
  const problems = validator[errors](root)
    .filter((error) => isCertain(error, root, isUnknown))
    .map((error) => problemOf(error, root, path));
  const seen = new Set<string>();
  return problems.filter(({ path: at, message }) => {
    const isNew = !seen.has(`${at} ${message}`);
    seen.add(`${at} ${message}`);
    return isNew;
  });
}

/** Why nothing can be said by this schema; undefined for one that can be used, or none. */
export function schemaDoubt(schema: JsonSchema | undefined): string | undefined {
  if (schema === undefined) return undefined;
  const validator = validatorOf(schema);
  return "unusable" in validator ? validator.unusable : undefined;
}

/** Names and positions on the way to what an error is about; JSON pointers write `/` and `~` otherwise. */
function partsOf(pointer: string, root: unknown): PropertyKey[] {
  let current = root;
  return pointer
    .split("/")
    .slice(1)
    .map((part) => {
      const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
      const key = Array.isArray(current) ? Number(name) : name;
      current = (current as Record<PropertyKey, unknown> | undefined)?.[key];
      return key;
    });
}

/** Keywords whose verdict hangs on one value or name alone, not on everything inside. */
const shallow = ["required", "additionalProperties", "unevaluatedProperties", "type"];
const choices = /\/(anyOf|oneOf|not|if|then|else|contains|dependentSchemas|dependencies)\b/;

/** False for an error that may vanish once everything is known. */
function isCertain(error: ErrorObject, root: unknown, isUnknown: IsUnknown): boolean {
  let current = root;
  for (const part of partsOf(error.instancePath, root)) {
    current = (current as Record<PropertyKey, unknown> | undefined)?.[part];
    if (isUnknown(current)) return false;
  }
  if (error.keyword === "if") return false; // Its branch says what is wrong.
  if (choices.test(error.schemaPath)) return !hasUnknown(root, isUnknown);
  return shallow.includes(error.keyword) || !hasUnknown(current, isUnknown);
}

function problemOf(error: ErrorObject, root: unknown, path: string): Problem {
  const parts = partsOf(error.instancePath, root);
  const at = (...more: PropertyKey[]): string => pathText([path, ...parts, ...more]);
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case "required":
      return { path: at(String(params["missingProperty"])), message: "is required" };
    case "dependentRequired":
    case "dependencies":
      return {
        path: at(String(params["missingProperty"])),
        message: `is required where ${String(params["property"])} is given`,
      };
    case "additionalProperties":
    case "unevaluatedProperties": {
      const name = String(params["additionalProperty"] ?? params["unevaluatedProperty"]);
      return { path: at(name), message: `is no parameter of this plan${hint(name, error)}` };
    }
    case "enum": {
      const allowed = (params["allowedValues"] as unknown[]).map((value) => JSON.stringify(value));
      return { path: at(), message: `must be one of ${allowed.join(", ")}` };
    }
    case "const":
      return { path: at(), message: `must be ${JSON.stringify(params["allowedValue"])}` };
    default:
      return { path: at(), message: error.message ?? `breaks ${error.keyword}` };
  }
}

/** The names that the schema has beside the one that it does not. */
function hint(name: string, error: ErrorObject): string {
  const { properties } = (error.parentSchema ?? {}) as { properties?: object };
  const known = Object.keys(properties ?? {});
  return known.length > 0 ? `; there are: ${known.join(", ")}${suggestion(name, known)}` : "";
}
