import {
  type BrokerClient,
  type Catalog,
  type OriginatingIdentity,
  createBrokerClient,
  type RequestEvent,
} from "../../../sdk/broker";
import type { OperationContext } from "../../../sdk/broker/operations";
import { SharedFetch } from "../../../sdk/wait";
import {
  type BrokerSettings,
  type SettingsInput,
  brokerOptionName,
  resolveBrokerSettings,
} from "../../settings";
import type { Host } from "../../host/contract";
import type { RunState } from "../../host/run-state";

/** How old a catalog may be: many resources are checked at once, and share one. */
export const CATALOG_MAX_AGE_MS = 60_000;

/** The platform that requests are said to come from, unless a context says otherwise. */
export const PLATFORM = "provisor";

/** One broker as one run sees it. There is one for each set of settings in a process. */
export interface Broker {
  readonly settings: BrokerSettings;
  readonly client: BrokerClient;
  readonly catalog: SharedFetch<Catalog>;
}

function connect(settings: BrokerSettings, session: RunState, profile: string | undefined): Broker {
  const { url, username, password, token, tokenUrl, clientId, clientSecret, scope, ...rest } = settings;
  const { ca, clientCertificate, apiVersion, headers, keepsInstances, sendsPlatform } = rest;
  const client = createBrokerClient({
    url,
    username,
    password,
    token,
    tokenUrl,
    clientId,
    clientSecret,
    scope,
    ca,
    clientCertificate,
    apiVersion,
    headers,
    keepsInstances,
    sendsPlatform,
    requestTimeoutMs: settings.requestTimeout,
    pollIntervalMs: settings.pollInterval,
    pollIntervalMaxMs: settings.pollIntervalMax,
    orphanMitigation: settings.orphanMitigation,
    clock: session.clock,
    optionName: (option) => brokerOptionName(option, profile),
    onRequest: settings.debug
      ? (event) => {
          session.debug(describeRequest(event));
        }
      : undefined,
  });
  session.addCleaner((text) => client.redact(text));
  return {
    settings,
    client,
    catalog: new SharedFetch(
      () => session.waitingFor("the broker's catalog", () => client.getCatalog()),
      session.clock,
    ),
  };
}

/**
 * The broker that a profile (or the stack) addresses; the same object for the same settings.
 * @throws SettingsError
 */
export function openBroker(session: RunState, input: SettingsInput, profile: string | undefined): Broker {
  const settings = resolveBrokerSettings(input, profile);
  return session.one(`broker:${JSON.stringify(settings)}`, () => connect(settings, session, profile));
}

/** On whose behalf a request is sent, where the settings say so; its platform is that of `context`. */
export function identityFor(
  broker: Broker,
  context: Readonly<Record<string, unknown>> | undefined,
): OriginatingIdentity | undefined {
  const value = broker.settings.originatingIdentity;
  const platform = context?.["platform"];
  return value && { platform: typeof platform === "string" ? platform : PLATFORM, value };
}

/** What takes several requests, on this broker and for this resource; none is sent any more once the engine is gone. */
export function workOf({ session, signal, log }: Host, { client, catalog }: Broker): OperationContext {
  return {
    client,
    clock: session.clock,
    freshCatalog: () => catalog.refresh(),
    signal,
    beforeSend: () => session.assertEngineAlive(),
    onWait: (words, since, news) => {
      log.progress(words, since, news);
    },
  };
}

/** Says once which broker is addressed, and who said so. */
export function announce(host: Host, { client, settings }: Broker): void {
  const { source, unused } = settings;
  if (unused.length > 0 && host.session.first(`unused:${client.baseUrl}:${source}`))
    host.log.warn(
      `${unused.join(" and ")} ${unused.length > 1 ? "are" : "is"} set, and not used: the broker's URL comes from ${source}, ` +
        "which holds no credentials. What makes up a connection comes from one source together. Set all of it in one place.",
    );
  if (host.preview && host.session.first(`announced:${client.baseUrl}:${settings.source}`))
    host.log.info(`Broker ${client.baseUrl}; its settings come from ${settings.source}.`);
}

/** A request to a broker that has ended, in one line of the log of the setting `debug`. */
function describeRequest(event: RequestEvent): string {
  const { method, url, status, durationMs, attempt, error, requestIdentity } = event;
  const ended = status === undefined ? "no answer" : String(status);
  const again = attempt > 1 ? `, attempt ${attempt}` : "";
  const why = error === undefined ? "" : `: ${error}`;
  return `${method} ${url} ${ended} after ${durationMs} ms (request ${requestIdentity ?? "unnamed"}${again})${why}`;
}
