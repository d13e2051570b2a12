import { parseServiceUrl } from "../http/address";
import { clientIdProblem, clientSecretProblem } from "../http/credentials";
import { SettingsError } from "../http/errors";
import { checkHeaders } from "../http/headers";
import { ownName, type OptionName, type RequestEvent } from "../http/request";
import { retryOptions, type RetryOptions } from "../http/retry";
import { certificatesIn } from "../http/trust";
import { LONGEST_TIMER_MS, systemClock, type Clock } from "../wait/clock";

/** What {@link createSubscriptionClient} needs, and what it can be given. */
export interface SubscriptionClientOptions {
  /** Client id of a service account. */
  clientId: string;
  /** Client secret of that service account. */
  clientSecret: string;
  /** The parent tenant (TSG) that all calls address, as `tsg_id:` and its id. */
  scope: string;
  /** Default `https://api.sase.paloaltonetworks.com`. Plain http only for loopback. */
  baseUrl?: string | undefined;
  /**
   * Token endpoint. Default `https://auth.apps.paloaltonetworks.com/auth/v1/oauth2/access_token`; an address
   * without a path is given that path. Plain http only for loopback.
   */
  authUrl?: string | undefined;
  /** Sent with every API request, but not with token requests. Their values are redacted like credentials. */
  headers?: Record<string, string> | undefined;
  /**
   * Certificates to trust besides the usual ones, in PEM form: of a private CA, for instance that of a company's
   * proxy. Default none. Certificates are always verified.
   */
  ca?: string | undefined;
  /** Milliseconds in which each request must be answered completely. Default 30 000. */
  requestTimeoutMs?: number | undefined;
  /** How safe requests are repeated; what is not given has its default. */
  retry?: Partial<RetryOptions> | undefined;
  /** Default: the machine's clock. */
  clock?: Clock | undefined;
  /** A number from 0 up to 1, for jitter. Default `Math.random`. */
  random?: (() => number) | undefined;
  /** Told after each transmission of a request, token requests and repetitions included. */
  onRequest?: ((event: RequestEvent) => void) | undefined;
  /**
   * How errors call an option of this client, or a field of a request to it, for whoever sets it elsewhere. Default: by its
   * name.
   */
  optionName?: ((option: string) => string) | undefined;
}

const DEFAULT_BASE_URL = "https://api.sase.paloaltonetworks.com";
const DEFAULT_AUTH_HOST = "https://auth.apps.paloaltonetworks.com";
const AUTH_PATH = "/auth/v1/oauth2/access_token";

/** Options checked and complete. */
export interface CheckedOptions {
  clientId: string;
  clientSecret: string;
  scope: string;
  parentTsgId: string;
  /** Without a slash at its end. */
  baseUrl: string;
  authUrl: URL;
  headers: Record<string, string>;
  ca: string | undefined;
  requestTimeoutMs: number;
  retry: RetryOptions;
  clock: Clock;
  random: () => number;
  onRequest: ((event: RequestEvent) => void) | undefined;
  optionName: OptionName;
}

/** Checks options and fills in defaults. Throws SettingsError, which names the option and never a credential. */
export function checkOptions(options: SubscriptionClientOptions): CheckedOptions {
  const { headers = {}, requestTimeoutMs = 30_000, clock = systemClock, random = Math.random } = options;
  const { clientId, clientSecret, scope } = options;
  refuse("clientId", clientIdProblem(clientId));
  refuse("clientSecret", clientSecretProblem(clientSecret));
  const parentTsgId = tsgIdOfScope(scope);
  if (!(requestTimeoutMs >= 1 && requestTimeoutMs <= LONGEST_TIMER_MS)) {
    throw new SettingsError(`requestTimeoutMs must be a number from 1 to ${LONGEST_TIMER_MS}`);
  }
  checkHeaders(headers);
  if (options.ca !== undefined) certificatesIn(options.ca, "ca");
  const baseUrl = parseServiceUrl(options.baseUrl ?? DEFAULT_BASE_URL, "baseUrl").href.replace(/\/+$/, "");
  const authUrl = parseServiceUrl(options.authUrl ?? DEFAULT_AUTH_HOST, "authUrl");
  if (authUrl.pathname === "/") authUrl.pathname = AUTH_PATH;
  return {
    clientId,
    clientSecret,
    scope,
    parentTsgId,
    baseUrl,
    authUrl,
    headers,
    ca: options.ca,
    requestTimeoutMs,
    retry: retryOptions(options.retry),
    clock,
    random,
    onRequest: options.onRequest,
    optionName: options.optionName ?? ownName,
  };
}

/** The id in a scope such as `tsg_id:1234567890`. Throws SettingsError for a scope of another form. */
export function tsgIdOfScope(scope: string): string {
  const id = /^tsg_id:(\d+)$/.exec(scope)?.[1];
  if (id !== undefined) return id;
  throw new SettingsError("scope must be tsg_id: followed by the parent tenant's id, like tsg_id:1234567890");
}

function refuse(name: string, problem: string | undefined): void {
  if (problem) throw new SettingsError(`${name} ${problem}`);
}
