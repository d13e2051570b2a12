import { SettingsError } from "../../sdk/http/errors";
import type { ClientCertificate } from "../../sdk/http/trust";
import { say } from "../words";
import { brokerSettingDefinitions, connectionDefinitions } from "./broker-definitions";
import type { SettingDefinition, Values } from "./definition";
import { nameToSet, valuesIn, waysToSetAll } from "./lookup";
import { readCaFile, readCertificates, readClientCertificate } from "./pem";
import { sharedDefinitions } from "./shared-definitions";
import { type SettingsInput, type Source, configSource, environmentSource, profileSource } from "./sources";

/** Everything that is set for one broker. Holds secrets: never print it. Undefined: the client's default applies. */
export interface BrokerSettings {
  /** Base URL of the broker, with its base path and without `/v2`. */
  url: string;
  /** Of basic authentication, together with `password`. There is one kind of credentials at most. */
  username: string | undefined;
  password: string | undefined;
  /** Bearer token. */
  token: string | undefined;
  /** Of OAuth 2 client credentials, together with `clientId` and `clientSecret`. */
  tokenUrl: string | undefined;
  clientId: string | undefined;
  clientSecret: string | undefined;
  scope: string | undefined;
  /** The certificates in `caFile` and `brokerCa`, in PEM form. */
  ca: string | undefined;
  /** For mutual TLS. */
  clientCertificate: ClientCertificate | undefined;
  apiVersion: string | undefined;
  /** The value of the originating identity; its platform is the context's. */
  originatingIdentity: Record<string, unknown> | undefined;
  headers: Record<string, string> | undefined;
  /** Milliseconds. */
  requestTimeout: number | undefined;
  /** Milliseconds. */
  pollInterval: number | undefined;
  /** Milliseconds. */
  pollIntervalMax: number | undefined;
  orphanMitigation: "auto" | "report";
  parametersCheck: "error" | "warn" | "off";
  /** False: the broker carries out actions, and keeps no instances. */
  keepsInstances: boolean;
  /** False: requests leave out `organization_guid`, `space_guid` and `context`. */
  sendsPlatform: boolean;
  debug: boolean | undefined;
  /** Where the connection's settings came from, for people. */
  source: string;
  /** Names of credentials that another place holds, where this one has none: they are not used. */
  unused: string[];
}

type Connection = Values<typeof connectionDefinitions> & { brokerUrl: string };

const {
  brokerUrl,
  brokerUsername,
  brokerPassword,
  brokerToken,
  brokerTokenUrl,
  brokerClientId,
  brokerClientSecret,
  brokerScope,
  brokerCa,
  brokerClientCert,
  brokerClientKey,
  brokerClientKeyPassphrase,
} = connectionDefinitions;
const connectionSettings: SettingDefinition[] = Object.values(connectionDefinitions);

/**
 * How an error of a broker's client calls what it is about: an option is a setting of a profile or the stack, a field of a
 * request an input.
 */
export function brokerOptionName(option: string, profile: string | undefined): string {
  const { caFile } = sharedDefinitions;
  const settings: Partial<Record<string, SettingDefinition>> = {
    username: brokerUsername,
    password: brokerPassword,
    token: brokerToken,
    tokenUrl: brokerTokenUrl,
    clientId: brokerClientId,
    clientSecret: brokerClientSecret,
    scope: brokerScope,
    apiVersion: brokerSettingDefinitions.brokerApiVersion,
  };
  if (option === "ca") return `${nameToSet(brokerCa, profile)} or ${nameToSet(caFile)}`;
  const setting = settings[option];
  if (setting) return nameToSet(setting, profile);
  return say.path(option === "appGuid" ? "bindResource.appGuid" : option);
}

/** Settings that are of no use without another one: each pair names the one, then the other. */
const NEEDS: readonly (readonly [SettingDefinition, SettingDefinition])[] = [
  [brokerUsername, brokerPassword],
  [brokerPassword, brokerUsername],
  [brokerTokenUrl, brokerClientId],
  [brokerTokenUrl, brokerClientSecret],
  [brokerClientId, brokerTokenUrl],
  [brokerClientSecret, brokerTokenUrl],
  [brokerScope, brokerTokenUrl],
  [brokerClientCert, brokerClientKey],
  [brokerClientKey, brokerClientCert],
  [brokerClientKeyPassphrase, brokerClientCert],
  [brokerClientKeyPassphrase, brokerClientKey],
];

const nameIn = (source: Source, d: SettingDefinition): string => source.nameOf(d) ?? d.name;

function sourcesFor(
  input: SettingsInput,
  profile: string | undefined,
): { connection: Source[]; other: Source[] } {
  const stack = [configSource(input), environmentSource(input, "OSB_")];
  if (profile === undefined) return { connection: stack, other: stack };
  // A profile addresses another broker: a password must never reach one that it was not set for.
  const own = profileSource(input, profile, brokerPassword);
  return { connection: [own], other: [own, ...stack] };
}

function resolveConnection(
  sources: readonly Source[],
  profile: string | undefined,
): { source: Source; values: Connection; unused: string[] } {
  const source = sources.find((candidate) => connectionSettings.some((d) => candidate.get(d) !== undefined));
  if (!source) {
    const places = sources.map(({ title }) => title).join(", ");
    throw new SettingsError(
      `No broker: its URL is missing (looked in ${places}). ` +
        "Set it and what the broker asks of its clients together in one place:\n" +
        waysToSetAll(connectionSettings, profile),
    );
  }
  const isSet = (d: SettingDefinition): boolean => source.get(d) !== undefined;
  const namesOf = (settings: readonly SettingDefinition[]): string =>
    settings.map((d) => nameIn(source, d)).join(", ");
  const needed = NEEDS.filter(([setting]) => isSet(setting)).map(([, other]) => other);
  const missing = [...new Set<SettingDefinition>([brokerUrl, ...needed])].filter((d) => !isSet(d));
  if (missing.length > 0)
    throw new SettingsError(
      `The broker's connection in ${source.title} is not complete: ${namesOf(missing)} ` +
        `${missing.length > 1 ? "are" : "is"} missing there. What makes up a connection comes from one source together. ` +
        `Set ${missing.length > 1 ? "them" : "it"} there too` +
        (sources.length > 1
          ? `, or take ${namesOf(connectionSettings.filter(isSet))} out of it, so that another source is used.`
          : "."),
    );
  const kinds = KINDS.filter(([first]) => first && isSet(first));
  if (kinds.length > 1)
    throw new SettingsError(
      `The broker's connection in ${source.title} holds ${kinds.length > 2 ? "three" : "two"} kinds of credentials: ` +
        `${kinds.map(describeKind(source)).join(", and ")}. A request can carry only one: remove the other.`,
    );
  const values = valuesIn(connectionDefinitions, [source], profile) as Connection;
  return { source, values, unused: credentials.some(isSet) ? [] : unusedIn(sources, source) };
}

/** Kinds of credentials that exclude each other: what is set of each. */
const KINDS: readonly (readonly SettingDefinition[])[] = [
  [brokerUsername, brokerPassword],
  [brokerToken],
  [brokerTokenUrl, brokerClientId, brokerClientSecret],
];

/** `OSB_USERNAME with OSB_PASSWORD` */
const describeKind =
  (source: Source) =>
  (kind: readonly SettingDefinition[]): string => {
    const [first = "", ...more] = kind.map((d) => nameIn(source, d));
    return more.length > 0 ? `${first} with ${more.join(" and ")}` : first;
  };

const credentials = [...KINDS.flat(), brokerClientCert];

const unusedIn = (sources: readonly Source[], used: Source): string[] =>
  sources
    .filter((source) => source !== used)
    .flatMap((source) =>
      credentials.filter((d) => source.get(d) !== undefined).map((d) => nameIn(source, d)),
    );

/** Certificates and key, from the files where the settings name such. */
function readTrust(
  input: SettingsInput,
  source: Source,
  values: Connection,
): { ca: string | undefined; clientCertificate: ClientCertificate | undefined } {
  const {
    brokerCa: ca,
    brokerClientCert: cert,
    brokerClientKey: key,
    brokerClientKeyPassphrase: passphrase,
  } = values;
  const names = {
    cert: nameIn(source, brokerClientCert),
    key: nameIn(source, brokerClientKey),
    passphrase: nameIn(source, brokerClientKeyPassphrase),
  };
  return {
    ca: ca && readCertificates(input, ca, nameIn(source, brokerCa)),
    clientCertificate:
      cert && key ? readClientCertificate(input, { cert, key, passphrase }, names) : undefined,
  };
}

/**
 * All settings of the broker that a profile names, or the stack where none is named. Settings of other APIs need not
 * be there.
 * @throws SettingsError that names what is missing or wrong and every way to set it.
 */
export function resolveBrokerSettings(input: SettingsInput, profile?: string): BrokerSettings {
  const { connection, other } = sourcesFor(input, profile);
  const { source, values, unused } = resolveConnection(connection, profile);
  const others = valuesIn(brokerSettingDefinitions, other);
  // They often let somebody in, so that a profile's broker gets its own only.
  const { brokerHeaders } = valuesIn(
    { brokerHeaders: brokerSettingDefinitions.brokerHeaders },
    connection,
    profile,
  );
  const { debug } = valuesIn(sharedDefinitions, other);
  const { ca, clientCertificate } = readTrust(input, source, values);
  const trusted = [readCaFile(input, other), ca].filter((pem) => pem !== undefined);
  return {
    url: values.brokerUrl,
    username: values.brokerUsername,
    password: values.brokerPassword,
    token: values.brokerToken,
    tokenUrl: values.brokerTokenUrl,
    clientId: values.brokerClientId,
    clientSecret: values.brokerClientSecret,
    scope: values.brokerScope,
    ca: trusted.length > 0 ? trusted.join("\n") : undefined,
    clientCertificate,
    apiVersion: others.brokerApiVersion,
    originatingIdentity: others.brokerOriginatingIdentity,
    headers: brokerHeaders,
    requestTimeout: others.brokerRequestTimeout,
    pollInterval: others.brokerPollInterval,
    pollIntervalMax: others.brokerPollIntervalMax,
    orphanMitigation: others.orphanMitigation ?? "auto",
    parametersCheck: others.parametersCheck ?? "error",
    keepsInstances: others.brokerKeepsInstances ?? true,
    sendsPlatform: others.brokerSendsPlatform ?? true,
    debug,
    source: source.title,
    unused,
  };
}
