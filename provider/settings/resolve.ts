import { certificatesIn } from "../../sdk/http/trust";
import { SettingsError, parseServiceUrl, tsgIdOfScope } from "../../sdk/subscription";
import {
  type SettingDefinition,
  type SettingValues,
  credentialDefinitions,
  settingDefinitions,
} from "./definitions";
import {
  type SettingsInput,
  type Source,
  configSource,
  environmentSource,
  fileSource,
  profileSource,
  readNamedFile,
} from "./sources";

/** Everything that is set for one parent TSG. Holds secrets: never print it. */
export interface Settings extends SettingValues {
  clientId: string;
  clientSecret: string;
  scope: string;
  /** The TSG in `scope`: the parent of all that is allocated with these settings. */
  parentTsgId: string;
  /** Base URL of the API, made of protocol, host and port. */
  baseUrl: string;
  /** The certificates in `caFile`, in PEM form. */
  ca: string | undefined;
  /** Where the credentials came from, for people. */
  source: string;
}

/** A setting that was found, with its name where it was found. */
interface Found {
  value: unknown;
  name: string;
}

const definitions = Object.values(settingDefinitions) as SettingDefinition[];
const credentials = Object.values(credentialDefinitions) as SettingDefinition[];

/** Every way to set a setting, for an error that names it. A profile's credentials come from itself alone. */
function waysToSet(definition: SettingDefinition, profile?: string): string {
  if (profile !== undefined) {
    const own = `provisor:profiles.${profile}.${definition.name} in the stack's configuration`;
    return definition.fileKey
      ? `${own}, or ${definition.fileKey} in the auth file that provisor:profiles.${profile}.authFile names`
      : own;
  }
  const ways = [
    `provisor:${definition.name} in the stack's configuration`,
    `${definition.env} in the environment`,
  ];
  if (definition.fileKey)
    ways.push(`${definition.fileKey} in the auth file (provisor:authFile or SCM_AUTH_FILE)`);
  return ways.join(", or ");
}

function sourcesFor(
  input: SettingsInput,
  profile: string | undefined,
): { credential: Source[]; other: Source[] } {
  const stack = configSource(input);
  const environment = environmentSource(input);
  if (profile === undefined) {
    const file = fileSource(input, [stack, environment]);
    const all = [stack, environment, ...(file ? [file] : [])];
    return { credential: all, other: all };
  }
  // A profile addresses another parent: its credentials never come from anywhere else, or it would quietly
  // allocate under the stack's own.
  const own = profileSource(input, profile);
  const file = fileSource(input, [own]);
  const credential = [own, ...(file ? [file] : [])];
  return { credential, other: [...credential, stack, environment] };
}

function find(definition: SettingDefinition, sources: readonly Source[]): Found | undefined {
  for (const source of sources) {
    const value = source.get(definition);
    if (value !== undefined) return { value, name: source.nameOf(definition) ?? definition.name };
  }
  return undefined;
}

/** Parses one value. Never echoes it: a value in the wrong place may be a secret. */
function parse<T>(definition: SettingDefinition<T>, found: Found, profile?: string): T {
  const result = definition.schema.safeParse(found.value);
  if (result.success) return result.data;
  const why = result.error.issues[0]?.message ?? "is not valid";
  throw new SettingsError(
    `The setting ${found.name} ${why}. It can be set as ${waysToSet(definition, profile)}.`,
  );
}

function resolveCredentials(
  sources: readonly Source[],
  profile: string | undefined,
): { source: Source; values: Record<string, unknown> } {
  const source = sources.find((candidate) => credentials.some((d) => candidate.get(d) !== undefined));
  if (!source) {
    const places = sources.map((candidate) => candidate.title).join(", ");
    throw new SettingsError(
      `No credentials: client id, client secret and scope are missing (looked in ${places}). Set them together in ` +
        `one place:\n${credentials.map((d) => `  ${d.name}: ${waysToSet(d, profile)}`).join("\n")}`,
    );
  }
  const missing = credentials.filter((d) => source.get(d) === undefined);
  if (missing.length > 0) {
    const names = missing.map((d) => source.nameOf(d) ?? d.name).join(", ");
    throw new SettingsError(
      `Credentials in ${source.title} are not complete: ${names} ${missing.length > 1 ? "are" : "is"} missing there. ` +
        `Client id, client secret and scope come from one source together.\n` +
        missing.map((d) => `  ${d.name}: ${waysToSet(d, profile)}`).join("\n"),
    );
  }
  const values: Record<string, unknown> = {};
  for (const d of credentials)
    values[d.name] = parse(d, { value: source.get(d), name: source.nameOf(d) ?? d.name }, profile);
  return { source, values };
}

/** The API's base URL. `host` may be a whole URL, as some write it; then it wins over protocol and port. */
export function baseUrlOf(values: Partial<SettingValues>): string {
  const { host = "api.sase.paloaltonetworks.com", protocol = "https", port } = values;
  const text = /^[a-z]+:\/\//i.test(host)
    ? host
    : `${protocol}://${host}${port === undefined ? "" : `:${port}`}`;
  try {
    return parseServiceUrl(text, "host").href.replace(/\/+$/, "");
  } catch (error) {
    const ways = [settingDefinitions.host, settingDefinitions.protocol].map(
      (definition) => `  ${definition.name}: ${waysToSet(definition)}`,
    );
    throw new SettingsError(`${(error as Error).message}\n${ways.join("\n")}`);
  }
}

/** Texts that hold good certificates: settings are read for each resource, and a system's bundle takes milliseconds. */
const checked = new Set<string>();

/** The text of the file with certificates, if one is named. */
function readCa(input: SettingsInput, sources: readonly Source[]): string | undefined {
  const found = find(settingDefinitions.caFile, sources);
  if (!found) return undefined;
  const path = parse(settingDefinitions.caFile, found);
  const what = `The file with certificates (${found.name})`;
  const pem = readNamedFile(input, path, what);
  if (!checked.has(pem)) certificatesIn(pem, `${what} ${path}`);
  checked.add(pem);
  return pem;
}

/** What is set apart from credentials: policies and so on. Needs no credentials. */
export function resolveSettingValues(input: SettingsInput, profile?: string): SettingValues {
  return valuesIn(sourcesFor(input, profile).other);
}

function valuesIn(sources: readonly Source[]): SettingValues {
  const values: Record<string, unknown> = {};
  for (const definition of definitions) {
    const found = find(definition, sources);
    values[definition.name] = found && parse(definition, found);
  }
  return values as unknown as SettingValues;
}

/**
 * All settings for a profile, or for the stack where none is named.
 * @throws SettingsError that names what is missing or wrong and every way to set it.
 */
export function resolveSettings(input: SettingsInput, profile?: string): Settings {
  const { credential, other } = sourcesFor(input, profile);
  const { source, values } = resolveCredentials(credential, profile);
  const others = valuesIn(other);
  const scope = values["scope"] as string;
  return {
    ...others,
    clientId: values["clientId"] as string,
    clientSecret: values["clientSecret"] as string,
    scope,
    parentTsgId: tsgIdOfScope(scope),
    baseUrl: baseUrlOf(others),
    ca: readCa(input, other),
    source: source.title,
  };
}
