import type { Resource } from "../../host/contract";
import type { Declared } from "../../host/declared";
import type { Plain, ToSave } from "../../host/serve";
import { packedInputs, packedOutputs, unpacked } from "./book-keeping";
import type { Properties } from "./dynamic-handler";
import { isUnknown, marked, secret, withoutMarks } from "./wire";

/** What a resource is to see of the properties that the engine has: nothing of what the engine's side adds. */
export function plainOf(properties: Properties): Plain {
  const { __provider: _provider, run: _run, secretInputs, secretNames, ...rest } = unpacked(properties);
  return {
    properties: withoutMarks(rest) as Properties,
    // As `secret-inputs.ts` passes it; saved, encrypted: a refresh and a delete see no program.
    declared: { values: textsIn(secretInputs), names: textsIn(secretNames) },
  };
}

function textsIn(property: unknown): string[] {
  const values = withoutMarks(property);
  if (!Array.isArray(values)) return [];
  return values.filter((value): value is string => typeof value === "string" && !isUnknown(value));
}

/** What is declared secret as properties; nothing where there is nothing. */
const asProperties = ({ values, names }: Declared): Properties => ({
  ...(values.length > 0 ? { secretInputs: secret(values) } : {}),
  ...(names.length > 0 ? { secretNames: names } : {}),
});

/** Inputs as the engine is to save them. */
export const savedInputs = ({ properties, declared, secrets }: ToSave): Properties =>
  packedInputs({ ...marked(properties, secrets), ...asProperties(declared) });

/** Outputs as the engine is to save them. */
export const savedOutputs = (resource: Resource, { properties, declared, secrets }: ToSave): Properties =>
  packedOutputs(resource, { ...marked(properties, secrets), ...asProperties(declared) });
