import Ajv, { type ErrorObject, type Options } from "ajv";
import Ajv2019 from "ajv/dist/2019";
import Ajv2020 from "ajv/dist/2020";
import AjvDraft04 from "ajv-draft-04";
import addFormats from "ajv-formats";
import type { JsonSchema } from "../../../sdk/broker";
import { lenientSchema } from "./lenient-schema";
import { plainPattern } from "./plain-pattern";

/** Tells every way in which a value breaks a schema; or why the schema itself is of no use. */
export type Validator =
  | {
      errorsOf: (value: unknown) => ErrorObject[];
      /** Formats that texts and numbers in it do not have. They break nothing: what a broker makes of a format is its own. */
      formatErrorsOf: (value: unknown) => ErrorObject[];
    }
  | { unusable: string };

const anything = /(?:)/;

/** A pattern of another dialect says nothing. */
const regExp = Object.assign((pattern: string): RegExp => plainPattern(pattern) ?? anything, {
  code: "new RegExp",
});

/**
 * Brokers write schemas as they please: what is not known is passed over, and the schema itself is not judged. A number
 * is a multiple of another as people reckon, not as binary fractions do.
 */
const options: Options = {
  allErrors: true,
  strict: false,
  validateSchema: false,
  logger: false,
  code: { regExp },
  multipleOfPrecision: 6,
  verbose: true,
};

type Compiler = new (options: Options) => Ajv;

/**
 * The compiler of the draft that `$schema` names: draft-04, 2019-09, 2020-12; draft-06 and -07 are one to it. Where none is
 * named, another one for what the first cannot read: brokers began with draft-04.
 */
function compilersFor(schema: JsonSchema): [Compiler, Compiler?] {
  const draft = typeof schema["$schema"] === "string" ? schema["$schema"] : "";
  if (/draft-0?[34]\b/.test(draft)) return [AjvDraft04];
  if (draft.includes("2019-09")) return [Ajv2019];
  if (draft.includes("2020-12")) return [Ajv2020];
  return /draft-0?[67]\b/.test(draft) ? [Ajv] : [Ajv, AjvDraft04];
}

function compile(schema: JsonSchema): Validator {
  const [first, second] = compilersFor(schema);
  const validator = compileBy(first, schema);
  if ("errorsOf" in validator || second === undefined) return validator;
  const other = compileBy(second, schema);
  return "errorsOf" in other ? other : validator;
}

function compileBy(draft: Compiler, schema: JsonSchema): Validator {
  // What `$schema` says is settled by now; an address that the compiler does not know would stop it.
  const { $schema: _draft, ...rest } = lenientSchema(schema);
  const errorsBy = (more: Options): ((value: unknown) => ErrorObject[]) => {
    // One compiler a schema: ids of schemas in a catalog need not be unique.
    const validate = addFormats(new draft({ ...options, ...more })).compile(rest);
    return (value) => {
      validate(value);
      return validate.errors ?? [];
    };
  };
  try {
    const errorsOf = errorsBy({ validateFormats: false });
    const withFormats = errorsBy({});
    return {
      errorsOf,
      formatErrorsOf: (value) => withFormats(value).filter(({ keyword }) => keyword === "format"),
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
