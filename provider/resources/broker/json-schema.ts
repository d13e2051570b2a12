import Ajv, { type ErrorObject, type Options } from "ajv";
import Ajv2019 from "ajv/dist/2019";
import Ajv2020 from "ajv/dist/2020";
import AjvDraft04 from "ajv-draft-04";
import addFormats from "ajv-formats";
import type { JsonSchema } from "../../../sdk/broker";

/** Tells every way in which a value breaks a schema; or why the schema itself is of no use. */
export type Validator = { errorsOf: (value: unknown) => ErrorObject[] } | { unusable: string };

/**
 * Brokers write schemas as they please: what is not known is passed over, and the schema itself is not judged. Patterns
 * are read as JavaScript reads them without `u`, which refuses fewer.
 */
const options: Options = {
  allErrors: true,
  strict: false,
  validateSchema: false,
  addUsedSchema: false,
  logger: false,
  unicodeRegExp: false,
  verbose: true,
};

/** Compiles by the draft that `$schema` names: draft-04, 2019-09, 2020-12; draft-06 and -07 are one to the compiler. */
function compilerFor(schema: JsonSchema): Ajv {
  const draft = typeof schema["$schema"] === "string" ? schema["$schema"] : "";
  if (/draft-0?[34]\b/.test(draft)) return new AjvDraft04(options);
  if (draft.includes("2019-09")) return new Ajv2019(options);
  if (draft.includes("2020-12")) return new Ajv2020(options);
  return new Ajv(options);
}

function compile(schema: JsonSchema): Validator {
  try {
    // One compiler a schema: ids of schemas in a catalog need not be unique.
    const compiler = addFormats(compilerFor(schema));
    // What `$schema` says is settled by now; an address that the compiler does not know would stop it.
    const { $schema: _draft, ...rest } = schema;
    const validate = compiler.compile(rest);
    return {
      errorsOf: (value) => {
        validate(value);
        return validate.errors ?? [];
      },
    };
  } catch (error) {
    return { unusable: (error as Error).message };
  }
}

const compiled = new WeakMap<JsonSchema, Validator>();

/** The validator of a schema; compiled once for each schema object. */
export function validatorOf(schema: JsonSchema): Validator {
  let validator = compiled.get(schema);
  if (!validator) {
    validator = compile(schema);
    compiled.set(schema, validator);
  }
  return validator;
}
