import Ajv, { type ValidateFunction } from "ajv";
import Ajv2019 from "ajv/dist/2019";
import Ajv2020 from "ajv/dist/2020";
import AjvDraft04 from "ajv-draft-04";
import { badRequest } from "./refusal";

const options = { allErrors: true, strict: false, validateFormats: false };
const compiled = new WeakMap<object, ValidateFunction>();
/** Puts errors into words. */
const words = new Ajv(options);

/**
 * Compiles a schema with what understands it: its own `$schema` says which draft it is written in.
 * @throws Error where it is no schema, or refers to what it does not hold.
 */
export function compile(schema: Record<string, unknown>): ValidateFunction {
  const draft = String(schema["$schema"]);
  if (draft.includes("draft-04")) return new AjvDraft04(options).compile(schema);
  if (draft.includes("2019-09")) return new Ajv2019(options).compile(schema);
  if (draft.includes("2020-12")) return new Ajv2020(options).compile(schema);
  if (!draft.includes("draft-06")) return new Ajv(options).compile(schema);
  // To the compiler it is one with draft-07, whose name alone it knows.
  const { $schema: _draft, ...rest } = schema;
  return new Ajv(options).compile(rest);
}

/**
 * Checks parameters against the schema of the plan, if it has one.
 * @throws BrokerRefusal 400 that names each path that is wrong.
 */
export function checkParameters(schema: Record<string, unknown> | undefined, parameters: unknown): void {
  if (!schema) return;
  const validate = compiled.get(schema) ?? compile(schema);
  compiled.set(schema, validate);
  if (validate(parameters)) return;
  const problems = words.errorsText(validate.errors, { dataVar: "parameters" });
  throw badRequest(`The parameters do not fit the plan's schema: ${problems}`);
}
