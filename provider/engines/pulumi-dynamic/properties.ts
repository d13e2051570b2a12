import type { Resource } from "../../resources/contract";
import { mapSecrets } from "../../resources/schema/markers";
import { SecretValues } from "../../resources/secret-values";
import type { Properties } from "./dynamic-handler";
import { providerProcess } from "./process";
import { markEchoes, type Standing } from "./secret-echoes";
import { isUnknown, secret, withoutMarks } from "./wire";

/** What a resource is to see of the properties that the engine has: nothing of what the engine's side adds. */
export const withoutExtras = ({
  __provider: _provider,
  run: _run,
  secretInputs: _secrets,
  ...rest
}: Properties): Properties => withoutMarks(rest) as Properties;

/**
 * The values that the program declared secret, as `secret-inputs.ts` passes them. They are saved, encrypted: a refresh
 * and a delete see no program. From the first look at them on nothing that is said holds one.
 */
export function secretsOf(properties: Properties): string[] {
  const values = withoutMarks(properties["secretInputs"]);
  if (!Array.isArray(values)) return [];
  const known = values.filter((value): value is string => typeof value === "string" && !isUnknown(value));
  providerProcess().session.secretInputs.add(known);
  return known;
}

/** The declared secrets as a property; nothing where there are none. */
export const asProperty = (secrets: readonly string[]): Properties =>
  secrets.length > 0 ? { secretInputs: secret(secrets) } : {};

/**
 * What is to be saved of a state: secrets marked, those of the resource and echoes of declared ones. Inputs that are as
 * `written` are left alone: the engine marks those as the program does.
 */
export function saved(
  resource: Resource,
  state: unknown,
  secrets: readonly string[],
  isAsWritten: (name: string, value: unknown) => boolean = () => true,
): Properties {
  const outs = mapSecrets(resource.outputs, state, secret) as Properties;
  for (const name of resource.secretOutputs?.(state) ?? []) outs[name] = secret(outs[name]);
  if (secrets.length === 0) return outs;
  const standingOf = (name: string): Standing => {
    if (!(name in resource.inputs.shape)) return "told";
    return isAsWritten(name, outs[name]) ? "written" : "kept";
  };
  return { ...markEchoes(outs, standingOf, new SecretValues(secrets)), ...asProperty(secrets) };
}
