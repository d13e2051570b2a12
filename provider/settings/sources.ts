import { SettingsError } from "../../sdk/http/errors";
import { say } from "../words";
import { alike } from "./alike";
import type { SettingDefinition } from "./definition";
import { allDefinitions } from "./definitions";
import { authFileDefinition } from "./subscription-definitions";

/** Where settings can be read. Engine-free: an adapter says how its engine's configuration is asked. */
export interface SettingsInput {
  /** A value of the engine's configuration by its name without namespace, decrypted; undefined when not set. */
  config(name: string): string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  /** Reads a text file; throws when it cannot. */
  readFile(path: string): string;
}

/** One place that settings come from. */
export interface Source {
  /** For people, for instance `the environment`. */
  title: string;
  get(definition: SettingDefinition): unknown;
  /** How this setting is called there, for instance `SCM_SCOPE`. */
  nameOf(definition: SettingDefinition): string | undefined;
}

const empty = (value: unknown): boolean => value === undefined || value === null || value === "";

/** Empty values count as not set: a pipeline often exports a variable that it has nothing for. */
const present = (value: unknown): unknown => (empty(value) ? undefined : value);

function parseObject(text: string, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SettingsError(`${what} is not valid JSON.`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new SettingsError(`${what} must be a JSON object.`);
  return value as Record<string, unknown>;
}

export function configSource(input: SettingsInput): Source {
  return {
    title: `${say.settings} (${say.setting("…")})`,
    get: (definition) => present(input.config(definition.name)),
    nameOf: (definition) => say.setting(definition.name),
  };
}

/** `prefix` is how the names of what is looked for there begin, for people. */
export function environmentSource(input: SettingsInput, prefix: string): Source {
  return {
    title: `the environment (${prefix}…)`,
    get: (definition) => present(input.env[definition.env]),
    nameOf: (definition) => definition.env,
  };
}

/** One of the groups in the setting `profiles`. Where there are none, the error shows how to set `example` in it. */
export function profileSource(input: SettingsInput, profile: string, example: SettingDefinition): Source {
  const text = input.config("profiles");
  if (empty(text) || text === undefined)
    throw new SettingsError(
      `The profile "${profile}" is asked for, but there is no ${say.setting("profiles")}. ` +
        say.setProfile(profile, example.name),
    );
  const profiles = parseObject(text, say.setting("profiles"));
  const group = Object.hasOwn(profiles, profile) ? profiles[profile] : undefined;
  if (typeof group !== "object" || group === null || Array.isArray(group)) {
    const names = Object.keys(profiles).join(", ") || "none";
    throw new SettingsError(
      `There is no profile "${profile}" in ${say.setting("profiles")}. It has: ${names}.`,
    );
  }
  checkNames(group, profile);
  return {
    title: `the profile "${profile}" (${say.setting("profiles")})`,
    get: (definition) => present((group as Record<string, unknown>)[definition.name]),
    nameOf: (definition) => say.setting(definition.name, profile),
  };
}

/** A name that nothing reads would be a setting that silently has no effect. */
function checkNames(group: object, profile: string): void {
  const known = allDefinitions.map(({ name }) => name);
  const unknown = Object.keys(group).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const meant = alike(unknown, known);
  throw new SettingsError(
    `The profile "${profile}" (${say.setting("profiles")}) has ${JSON.stringify(unknown)}, which is no setting. ` +
      `${meant === undefined ? "" : `Did you mean ${say.path(meant)}? `}` +
      `A profile can hold: ${known.map((name) => say.path(name)).join(", ")}.`,
  );
}

/** The text of a file that a setting names. Throws SettingsError, which calls it `what`, when it cannot be read. */
export function readNamedFile(input: SettingsInput, path: string, what: string): string {
  try {
    return input.readFile(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unreadable";
    throw new SettingsError(`${what} cannot be read (${code}): ${path}`);
  }
}

/** The auth file that one of `sources` names, if any does. */
export function fileSource(input: SettingsInput, sources: readonly Source[]): Source | undefined {
  for (const source of sources) {
    const path = source.get(authFileDefinition);
    if (typeof path !== "string") continue;
    const what = `The auth file (${source.nameOf(authFileDefinition) ?? ""})`;
    const values = parseObject(readNamedFile(input, path, what), `${what} ${path}`);
    return {
      title: `the auth file ${path}`,
      get: (definition) => (definition.fileKey ? present(values[definition.fileKey]) : undefined),
      nameOf: (definition) => definition.fileKey,
    };
  }
  return undefined;
}
