import { SettingsError } from "../../sdk/http/errors";
import { say } from "../words";
import type { SettingDefinition, Values } from "./definition";
import type { Source } from "./sources";

/** A setting that was found, with its name where it was found. */
interface Found {
  value: unknown;
  name: string;
}

/** Every way to set a setting, for an error that names it. A profile's credentials come from itself alone. */
export function waysToSet(definition: SettingDefinition, profile?: string): string {
  if (profile !== undefined) {
    const own = `${say.setting(definition.name, profile)} in ${say.settings}`;
    return definition.fileKey
      ? `${own}, or ${definition.fileKey} in the auth file that ${say.setting("authFile", profile)} names`
      : own;
  }
  const ways = [`${say.setting(definition.name)} in ${say.settings}`, `${definition.env} in the environment`];
  if (definition.fileKey)
    ways.push(`${definition.fileKey} in the auth file (${say.setting("authFile")} or SCM_AUTH_FILE)`);
  return ways.join(", or ");
}

/** The usual ways to set a setting, for an error that names several. */
export const nameToSet = ({ name, env }: SettingDefinition, profile?: string): string =>
  profile === undefined ? `${say.setting(name)} (${env})` : say.setting(name, profile);

/** Several settings and every way to set each, one a line. */
export const waysToSetAll = (definitions: readonly SettingDefinition[], profile?: string): string =>
  definitions.map((one) => `  ${say.path(one.name)} as ${waysToSet(one, profile)}`).join("\n");

export function find(definition: SettingDefinition, sources: readonly Source[]): Found | undefined {
  for (const source of sources) {
    const value = source.get(definition);
    if (value !== undefined) return { value, name: source.nameOf(definition) ?? definition.name };
  }
  return undefined;
}

/** Parses one value. Never echoes it: a value in the wrong place may be a secret. */
export function parse<T>(definition: SettingDefinition<T>, found: Found, profile?: string): T {
  const result = definition.schema.safeParse(found.value);
  if (result.success) return result.data;
  const why = result.error.issues[0]?.message ?? "is not valid";
  const usual = waysToSet(definition, profile);
  const ways = usual.includes(found.name) ? usual : `${found.name}, or ${usual}`;
  throw new SettingsError(`The setting ${found.name} ${why}. It can be set as ${ways}.`);
}

/** What the first of `sources` that has it says of each setting. Throws SettingsError for a value of a wrong kind. */
export function valuesIn<D extends object>(
  definitions: D,
  sources: readonly Source[],
  profile?: string,
): Values<D> {
  const values = Object.values(definitions).map((definition: SettingDefinition) => {
    const found = find(definition, sources);
    return [definition.name, found && parse(definition, found, profile)] as const;
  });
  return Object.fromEntries(values) as Values<D>;
}
