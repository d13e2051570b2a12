import { parseServiceUrl } from "../http/address";
import { clientIdProblem, clientSecretProblem } from "../http/credentials";
import { SettingsError } from "../http/errors";
import { ownName, type OptionName, type RequestEvent } from "../http/request";
import { retryOptions, type RetryOptions } from "../http/retry";
import { certificatesIn, checkClientCertificate, type ClientCertificate } from "../http/trust";
import { LONGEST_TIMER_MS, systemClock, type Clock } from "../wait/clock";
import { parseBrokerUrl } from "./address";
import {
  checkBrokerHeaders,
  originatingIdentityHeader,
  type Authentication,
  type OriginatingIdentity,
} from "./headers";

/** What {@link createBrokerClient} needs, and what it can be given. */
export interface BrokerClientOptions {
  /** Address of the broker, with its base path if it has one, and without `/v2`. Plain http only for loopback. */
  url: string;
  /** For basic authentication, with `password`. No credentials at all: the broker wants none, or a certificate. */
  username?: string | undefined;
  password?: string | undefined;
  /** For bearer authentication, instead of `username` and `password`. */
  token?: string | undefined;
  /**
   * Token endpoint, for OAuth 2 client credentials, with `clientId` and `clientSecret`, instead of a password or a token.
   * Plain http only for loopback. A token is asked for when one is needed, and anew before it ends or once it is refused.
   */
  tokenUrl?: string | undefined;
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  /** Scope of those tokens. Default: none is sent. */
  scope?: string | undefined;
  /** Certificates to trust besides the usual ones, in PEM form. Certificates are always verified. */
  ca?: string | undefined;
  /** The client's own certificate (mutual TLS) with its chain, and its private key, in PEM form. */
  clientCertificate?: ClientCertificate | undefined;
  /** Sent with every request. Their values are redacted like credentials. */
  headers?: Record<string, string> | undefined;
  /**
   * False: the broker carries out actions and keeps no instances. Then a request to provision or to deprovision is sent a
   * second time only where it certainly did not arrive, does not accept an asynchronous answer, and may take an hour;
   * `mitigateOrphan` deletes nothing, since that would remove nothing. Default true.
   */
  keepsInstances?: boolean | undefined;
  /**
   * False: every request leaves out `organization_guid`, `space_guid` and `context`, for brokers that know no such fields.
   * Default true, as the specification has it.
   */
  sendsPlatform?: boolean | undefined;
  /** X-Broker-API-Version, as MAJOR.MINOR. Default 2.17. */
  apiVersion?: string | undefined;
  /** Sent with every request, unless a call says otherwise. Default none. */
  originatingIdentity?: OriginatingIdentity | undefined;
  /** Milliseconds in which each request must be answered completely. Default 60 000, as the specification has it. */
  requestTimeoutMs?: number | undefined;
  /** Milliseconds between the first polls of an operation. Default 2 000. */
  pollIntervalMs?: number | undefined;
  /** The longest pause between two polls that this client chooses, in milliseconds. Default 30 000. */
  pollIntervalMaxMs?: number | undefined;
  /**
   * What `mitigateOrphan` does about what a failed request may have left (spec: "Orphan Mitigation"): `auto` deletes it,
   * `report` only says what may be there. Default `auto`.
   */
  orphanMitigation?: "auto" | "report" | undefined;
  /** How requests are repeated; what is not given has its default. */
  retry?: Partial<RetryOptions> | undefined;
  /** Default: the machine's clock. */
  clock?: Clock | undefined;
  /** A number from 0 up to 1, for jitter. Default `Math.random`. */
  random?: (() => number) | undefined;
  /** Told after each transmission of a request. */
  onRequest?: ((event: RequestEvent) => void) | undefined;
  /**
   * How errors call an option of this client, or a field of a request to it, for whoever sets it elsewhere. Default: by its
   * name.
   */
  optionName?: ((option: string) => string) | undefined;
}

/** Credentials of OAuth 2 (grant `client_credentials`). */
export interface OAuthClient {
  authUrl: URL;
  clientId: string;
  clientSecret: string;
  scope: string | undefined;
}

/** Options checked and complete. */
export interface CheckedOptions {
  /** Without a slash at its end. */
  baseUrl: string;
  authentication: Authentication;
  /** Value of the header Authorization, where it is always the same. Secret. */
  authorization: string | undefined;
  /** How tokens are had, for OAuth. Secret. */
  oauth: OAuthClient | undefined;
  /** All of the caller's texts that must not be shown. */
  secrets: string[];
  ca: string | undefined;
  clientCertificate: ClientCertificate | undefined;
  headers: Record<string, string>;
  keepsInstances: boolean;
  sendsPlatform: boolean;
  apiVersion: string;
  originatingIdentity: OriginatingIdentity | undefined;
  requestTimeoutMs: number;
  pollIntervalMs: number;
  pollIntervalMaxMs: number;
  orphanMitigation: "auto" | "report";
  retry: RetryOptions;
  clock: Clock;
  random: () => number;
  onRequest: ((event: RequestEvent) => void) | undefined;
  optionName: OptionName;
}

/** Checks options and fills in defaults. Throws SettingsError, which names the option and never a credential. */
export function checkOptions(options: BrokerClientOptions): CheckedOptions {
  const { ca, clientCertificate, headers = {}, apiVersion = "2.17", originatingIdentity } = options;
  const { requestTimeoutMs = 60_000, pollIntervalMs = 2_000, pollIntervalMaxMs = 30_000 } = options;
  if (!/^\d+\.\d+$/.test(apiVersion)) {
    throw new SettingsError("apiVersion must be MAJOR.MINOR, like 2.17");
  }
  checkMilliseconds({ requestTimeoutMs, pollIntervalMs, pollIntervalMaxMs });
  checkBrokerHeaders(headers);
  if (!["auto", "report"].includes(options.orphanMitigation ?? "auto"))
    throw new SettingsError('orphanMitigation must be "auto" or "report".');
  if (originatingIdentity) originatingIdentityHeader(originatingIdentity);
  if (ca !== undefined) certificatesIn(ca, "ca");
  if (clientCertificate) checkClientCertificate(clientCertificate);
  return {
    baseUrl: parseBrokerUrl(options.url, "url").href.replace(/\/+$/, ""),
    ...authenticationOf(options),
    ca,
    clientCertificate,
    headers,
    keepsInstances: options.keepsInstances ?? true,
    sendsPlatform: options.sendsPlatform ?? true,
    apiVersion,
    originatingIdentity,
    requestTimeoutMs,
    pollIntervalMs,
    pollIntervalMaxMs: Math.max(pollIntervalMs, pollIntervalMaxMs),
    orphanMitigation: options.orphanMitigation ?? "auto",
    retry: retryOptions(options.retry),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    onRequest: options.onRequest,
    optionName: options.optionName ?? ownName,
  };
}

type Credentials = Pick<CheckedOptions, "authentication" | "authorization" | "oauth" | "secrets">;

function authenticationOf(options: BrokerClientOptions): Credentials {
  const { headers = {}, clientCertificate } = options;
  const { key = "", passphrase = "" } = clientCertificate ?? {};
  const kinds = [basicOf(options), bearerOf(options), oauthOf(options)].filter((kind) => kind !== undefined);
  const [credentials = { authentication: "none" as const, secrets: [] }, ...more] = kinds;
  if (more.length > 0)
    throw new SettingsError(
      "Only one of username with password, token, and tokenUrl with clientId and clientSecret can be given.",
    );
  return {
    authorization: undefined,
    oauth: undefined,
    ...credentials,
    secrets: [...Object.values(headers), key, passphrase, ...credentials.secrets],
  };
}

type Kind = Pick<CheckedOptions, "authentication" | "secrets"> & Partial<CheckedOptions>;

function basicOf({ username, password }: BrokerClientOptions): Kind | undefined {
  if (username === undefined && password === undefined) return undefined;
  refuse("username", clientIdProblem(username));
  refuse("password", clientSecretProblem(password));
  const basic = Buffer.from(`${username ?? ""}:${password ?? ""}`, "utf8").toString("base64");
  return { authentication: "basic", authorization: `Basic ${basic}`, secrets: [password ?? "", basic] };
}

function bearerOf({ token }: BrokerClientOptions): Kind | undefined {
  if (token === undefined) return undefined;
  refuse("token", clientSecretProblem(token));
  // A header holds no other characters, and Node's error for them would come with each request.
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new SettingsError("token must be ASCII characters without spaces.");
  return { authentication: "bearer", authorization: `Bearer ${token}`, secrets: [token] };
}

function oauthOf({ tokenUrl, clientId, clientSecret, scope }: BrokerClientOptions): Kind | undefined {
  if ([tokenUrl, clientId, clientSecret, scope].every((value) => value === undefined)) return undefined;
  if (tokenUrl === undefined)
    throw new SettingsError("tokenUrl is missing: clientId, clientSecret and scope are of use only with it.");
  refuse("clientId", clientIdProblem(clientId));
  refuse("clientSecret", clientSecretProblem(clientSecret));
  return {
    authentication: "oauth",
    oauth: {
      authUrl: parseServiceUrl(tokenUrl, "tokenUrl"),
      clientId: clientId ?? "",
      clientSecret: clientSecret ?? "",
      scope,
    },
    secrets: [clientSecret ?? ""],
  };
}

function checkMilliseconds(values: Record<string, number>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!(value >= 1 && value <= LONGEST_TIMER_MS)) {
      throw new SettingsError(`${name} must be a number from 1 to ${LONGEST_TIMER_MS}`);
    }
  }
}

function refuse(name: string, problem: string | undefined): void {
  if (problem) throw new SettingsError(`${name} ${problem}`);
}
