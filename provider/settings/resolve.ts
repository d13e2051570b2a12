import { SettingsError, parseServiceUrl, tsgIdOfScope } from "../../sdk/subscription";
import { say } from "../words";
import type { SettingDefinition, Values } from "./definition";
import { nameToSet, valuesIn, waysToSetAll } from "./lookup";
import { readCaFile } from "./pem";
import {
  type SettingsInput,
  type Source,
  configSource,
  environmentSource,
  fileSource,
  profileSource,
} from "./sources";
import { type SettingValues, credentialDefinitions, settingDefinitions } from "./subscription-definitions";

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

const credentials = Object.values(credentialDefinitions) as SettingDefinition[];

function sourcesFor(
  input: SettingsInput,
  profile: string | undefined,
): { credential: Source[]; other: Source[] } {
  const stack = configSource(input);
  const environment = environmentSource(input, "SCM_");
  if (profile === undefined) {
    const file = fileSource(input, [stack, environment]);
    const all = [stack, environment, ...(file ? [file] : [])];
    return { credential: all, other: all };
  }
  // A profile addresses another parent: its credentials never come from anywhere else, or it would quietly
  // allocate under the stack's own.
  const own = profileSource(input, profile, credentialDefinitions.clientSecret);
  const file = fileSource(input, [own]);
  const credential = [own, ...(file ? [file] : [])];
  return { credential, other: [...credential, stack, environment] };
}

function resolveCredentials(
  sources: readonly Source[],
  profile: string | undefined,
): { source: Source; values: Values<typeof credentialDefinitions> } {
  const source = sources.find((candidate) => credentials.some((d) => candidate.get(d) !== undefined));
  if (!source) {
    const places = sources.map((candidate) => candidate.title).join(", ");
    throw new SettingsError(
      `No credentials: client id, client secret and scope are missing (looked in ${places}). Set them together in ` +
        `one place:\n${waysToSetAll(credentials, profile)}`,
    );
  }
  const missing = credentials.filter((d) => source.get(d) === undefined);
  if (missing.length > 0) {
    const names = missing.map((d) => source.nameOf(d) ?? d.name).join(", ");
    throw new SettingsError(
      `Credentials in ${source.title} are not complete: ${names} ${missing.length > 1 ? "are" : "is"} missing there. ` +
        `Client id, client secret and scope come from one source together.\n` +
        waysToSetAll(missing, profile),
    );
  }
  return { source, values: valuesIn(credentialDefinitions, [source], profile) };
}

/** How an error of the client calls an option: as the setting that it comes from. */
export function optionName(option: string, profile: string | undefined): string {
  const definitions: Partial<Record<string, SettingDefinition>> = {
    ...credentialDefinitions,
    ca: settingDefinitions.caFile,
  };
  const setting = definitions[option];
  return setting ? nameToSet(setting, profile) : say.path(option);
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
    const { host, protocol } = settingDefinitions;
    throw new SettingsError(`${(error as Error).message}\n${waysToSetAll([host, protocol])}`);
  }
}

/** What is set apart from credentials: policies and so on. Needs no credentials. */
export function resolveSettingValues(input: SettingsInput, profile?: string): SettingValues {
  return valuesIn(settingDefinitions, sourcesFor(input, profile).other);
}

/**
 * All settings for a profile, or for the stack where none is named.
 * @throws SettingsError that names what is missing or wrong and every way to set it.
 */
export function resolveSettings(input: SettingsInput, profile?: string): Settings {
  const { credential, other } = sourcesFor(input, profile);
  const { source, values } = resolveCredentials(credential, profile);
  const others = valuesIn(settingDefinitions, other);
  const scope = values.scope as string;
  return {
    ...others,
    clientId: values.clientId as string,
    clientSecret: values.clientSecret as string,
    scope,
    parentTsgId: tsgIdOfScope(scope),
    baseUrl: baseUrlOf(others),
    ca: readCaFile(input, other),
    source: source.title,
  };
}
