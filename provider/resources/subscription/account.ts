import {
  ApiError,
  type Instance,
  type InstanceWaiter,
  type License,
  type StatusSets,
  type SubscriptionClient,
  type Tenant,
  createInstanceWaiter,
  createSubscriptionClient,
  defaultStatusSets,
  type RequestEvent,
} from "../../../sdk/subscription";
import { SharedFetch } from "../../../sdk/wait";
import { type Settings, type SettingsInput, optionName, resolveSettings } from "../../settings";
import type { RunState } from "../../host/run-state";
import { ClaimRegistry } from "./claims";

/** How old a list may be for those who only look: previews and refreshes, which ask for many resources at once. */
export const SHARED_LOOK_MS = 60_000;

/** Tenants that the credentials can see, or why they may not be listed. */
type Tenants = { list: Tenant[] } | { refused: string };

/**
 * One parent TSG as one run sees it: a client, and what is asked of it for all resources together. There is one
 * for each set of settings in a process.
 */
export class Account {
  readonly client: SubscriptionClient;
  /** Instances of the parent TSG and all its descendants. */
  readonly instances: SharedFetch<Instance[]>;
  readonly licenses: SharedFetch<License[]>;
  readonly tenants: SharedFetch<Tenants>;
  readonly waiter: InstanceWaiter;
  readonly claims: ClaimRegistry;
  readonly statuses: StatusSets;
  readonly appearTimeoutMs: number;

  constructor(
    readonly settings: Settings,
    readonly session: RunState,
    profile: string | undefined,
  ) {
    const { clock } = session;
    this.client = createSubscriptionClient({
      clientId: settings.clientId,
      clientSecret: settings.clientSecret,
      scope: settings.scope,
      baseUrl: settings.baseUrl,
      ...(settings.authUrl === undefined ? {} : { authUrl: settings.authUrl }),
      ...(settings.headers === undefined ? {} : { headers: settings.headers }),
      ...(settings.requestTimeout === undefined ? {} : { requestTimeoutMs: settings.requestTimeout }),
      ...(settings.ca === undefined ? {} : { ca: settings.ca }),
      clock,
      optionName: (option) => optionName(option, profile),
      ...(settings.debug
        ? { onRequest: (event) => session.debug(describeRequest(event, settings.parentTsgId)) }
        : {}),
    });
    session.addCleaner((text) => this.client.redact(text));
    this.statuses = {
      done: settings.doneStatuses ?? defaultStatusSets.done,
      failed: settings.failedStatuses ?? defaultStatusSets.failed,
    };
    this.appearTimeoutMs = settings.appearTimeout ?? 60_000;
    this.instances = new SharedFetch(async () => {
      const list = await this.asked("the list of instances", () =>
        this.client.listInstances({ withChildren: true }),
      );
      session.addCodes(list.flatMap(codesOf));
      return list;
    }, clock);
    this.licenses = new SharedFetch(
      () => this.asked("the list of licenses", () => this.client.listLicenses()),
      clock,
    );
    this.tenants = new SharedFetch(
      () => this.asked("the list of tenants", () => listTenants(this.client)),
      clock,
    );
    this.claims = new ClaimRegistry(settings.clientId);
    this.waiter = createInstanceWaiter(
      async () => {
        await session.assertEngineAlive();
        return this.instances.refresh();
      },
      { firstMs: settings.pollInterval ?? 800, maxMs: settings.pollIntervalMax ?? 30_000 },
      clock,
    );
  }

  /** Asks for a list. It is waited for in words of its own, and so is the access token that it needs. */
  private async asked<T>(what: string, ask: () => Promise<T>): Promise<T> {
    const { session, client } = this;
    await session.waitingFor("an access token", () => client.authenticate());
    return session.waitingFor(what, ask);
  }
}

/** Statuses by which an API says that there is no such list for these credentials, today and tomorrow. */
const REFUSED = [401, 403, 404, 405, 501];

/** A refusal counts when it is said twice: without the list less can be guarded, and a gateway may err once. */
async function listTenants(client: SubscriptionClient): Promise<Tenants> {
  const first = await askTenants(client);
  return "list" in first ? first : askTenants(client);
}

async function askTenants(client: SubscriptionClient): Promise<Tenants> {
  try {
    const list = await client.listTenants();
    return list.length > 0 ? { list } : { refused: "the list is empty" };
  } catch (error) {
    if (error instanceof ApiError && REFUSED.includes(error.status)) return { refused: error.message };
    throw error;
  }
}

/**
 * The account that a profile (or the stack) addresses; the same object for the same settings.
 * @throws SettingsError
 */
export function openAccount(session: RunState, input: SettingsInput, profile: string | undefined): Account {
  const settings = resolveSettings(input, profile);
  return session.one(`account:${JSON.stringify(settings)}`, () => new Account(settings, session, profile));
}

/** Names of fields whose values let somebody in, such as `wildfire_api_key`. */
const CODE_FIELD = /(secret|password|passphrase|token|.key|auth_?code)$/i;

/**
 * The auth code of an instance, and the keys among what else the API tells of it; not what the API shows in the open too,
 * such as the app that a `product_key` names.
 */
export function codesOf({ authCode, extra, ...open }: Instance): string[] {
  const shown = new Set<unknown>(Object.values(open));
  const codes = extra === undefined ? [] : codesIn(extra).filter((code) => !shown.has(code));
  return authCode === undefined ? codes : [authCode, ...codes];
}

function codesIn(value: object): string[] {
  return Object.entries(value).flatMap(([name, item]: [string, unknown]) => {
    if (typeof item === "object" && item !== null) return codesIn(item);
    return typeof item === "string" && CODE_FIELD.test(name) ? [item] : [];
  });
}

/** A request that has ended, in one line of the log of the setting `debug`. */
export function describeRequest(event: RequestEvent, parentTsgId: string): string {
  const { method, url, status, durationMs, attempt, error } = event;
  const ended = status === undefined ? "no answer" : String(status);
  const again = attempt > 1 ? `, attempt ${attempt}` : "";
  const why = error === undefined ? "" : `: ${error}`;
  return `${method} ${url} ${ended} after ${durationMs} ms (parent TSG ${parentTsgId}${again})${why}`;
}
