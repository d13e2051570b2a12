import type { Resource } from "../../host/contract";
import { mapSecrets } from "../../schema/markers";
import { SecretValues } from "../../host/secret-values";
import { packedOutputs, unpacked } from "./book-keeping";
import type { Properties } from "./dynamic-handler";
import { providerProcess } from "./process";
import { markEchoes, type Standing } from "./secret-echoes";
import { isUnknown, secret, withoutMarks } from "./wire";

/** What a resource is to see of the properties that the engine has: nothing of what the engine's side adds. */
export function withoutExtras(properties: Properties): Properties {
  const {
    __provider: _provider,
    run: _run,
    secretInputs: _secrets,
    secretNames: _names,
    ...rest
  } = unpacked(properties);
  return withoutMarks(rest) as Properties;
}

/** What the program declared secret: the values, and the names of the inputs that hold any. */
export interface Declared {
  readonly values: readonly string[];
  readonly names: readonly string[];
}

/**
 * What the program declared secret, as `secret-inputs.ts` passes it. The values are saved, encrypted: a refresh and a delete
 * see no program. From the first look at them on nothing that is said holds one.
 */
export function secretsOf(properties: Properties): Declared {
  const { secretInputs, secretNames } = unpacked(properties);
  const values = textsIn(secretInputs);
  providerProcess().session.secretInputs.add(values);
  return { values, names: textsIn(secretNames) };
}

function textsIn(property: unknown): string[] {
  const values = withoutMarks(property);
  if (!Array.isArray(values)) return [];
  return values.filter((value): value is string => typeof value === "string" && !isUnknown(value));
}

/** What was declared at one time or the other: what was allocated with an earlier secret goes on repeating it. */
export const eitherOf = (one: Declared, other: Declared): Declared => ({
  values: [...new Set([...one.values, ...other.values])],
  names: [...new Set([...one.names, ...other.names])],
});

/** Whether `now` hides more than what was saved when it was `then`, names of which earlier versions did not save. */
export const hidesMore = (now: Declared, then: Declared): boolean =>
  now.values.some((value) => !then.values.includes(value)) ||
  ((then.names.length > 0 || then.values.length === 0) &&
    now.names.some((name) => !then.names.includes(name)));

/** What is declared secret as properties; nothing where there is nothing. */
export const asProperties = ({ values, names }: Declared): Properties => ({
  ...(values.length > 0 ? { secretInputs: secret(values) } : {}),
  ...(names.length > 0 ? { secretNames: names } : {}),
});

/**
 * What is to be saved of a state: secrets marked, those of the resource and echoes of declared ones. Inputs that are as
 * `written` are left alone: the engine marks those as the program does.
 */
export function saved(
  resource: Resource,
  state: unknown,
  secrets: Declared,
  isAsWritten: (name: string, value: unknown) => boolean = () => true,
): Properties {
  const outs = mapSecrets(resource.outputs, state, secret) as Properties;
  for (const name of resource.secretOutputs?.(state) ?? []) outs[name] = secret(outs[name]);
  if (secrets.values.length + secrets.names.length === 0) return packedOutputs(resource, outs);
  const standingOf = (name: string): Standing => {
    if (!(name in resource.inputs.shape)) return "told";
    if (isAsWritten(name, outs[name])) return "written";
    return secrets.names.includes(name) ? "once secret" : "kept";
  };
  const marked = markEchoes(outs, standingOf, new SecretValues(secrets.values));
  return packedOutputs(resource, { ...marked, ...asProperties(secrets) });
}
