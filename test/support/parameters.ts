import { parameterProblems } from "../../provider/resources/broker/parameters";
import { UNKNOWN } from "./host";

/** The drafts of JSON Schema that are judged by. */
export const drafts = {
  "draft-04": "http://json-schema.org/draft-04/schema#",
  "draft-06": "http://json-schema.org/draft-06/schema#",
  "draft-07": "http://json-schema.org/draft-07/schema#",
  "2019-09": "https://json-schema.org/draft/2019-09/schema",
  "2020-12": "https://json-schema.org/draft/2020-12/schema",
};

/** A schema of parameters, by draft 07 unless it says otherwise. */
export const schemaOf = (properties: object, more: object = {}): Record<string, unknown> => ({
  $schema: drafts["draft-07"],
  type: "object",
  properties,
  ...more,
});

/** What is said of parameters, each with its path. */
export const said = (schema: Record<string, unknown>, value: unknown): string[] =>
  parameterProblems(schema, value, "parameters", (item) => item === UNKNOWN).map(
    ({ path, message }) => `${path}: ${message}`,
  );
