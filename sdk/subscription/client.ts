import type { CallOptions } from "../http/caller";
import { createTokenSource } from "../http/oauth";
import { Redactor } from "../http/redact";
import type { OptionName } from "../http/request";
import { createTransport } from "../http/transport";
import { readInstances, readJob, readLicenses, readTenants } from "./normalise";
import { checkOptions, type SubscriptionClientOptions } from "./options";
import { freeAppPayload, onboardPayload } from "./payload";
import { createSession, type PostOptions } from "./session";
import {
  createInstanceWaiter,
  defaultPollSchedule,
  waitForInstances,
  type WaitForInstancesOptions,
} from "./wait-for-instances";
import type { FreeAppRequest, Instance, License, OnboardItem, ProvisioningJob, Tenant } from "./types";

/**
 * The subscription service and the list of tenants, for one parent tenant (TSG).
 *
 * Every call throws AuthenticationError (credentials refused), ApiError (refused or failed, with the API's code),
 * ConnectionError (no answer), ResponseFormatError (an answer that cannot be read), or the reason of its signal.
 * The `effect` of such an error says whether what was asked can have been carried out all the same.
 */
export interface SubscriptionClient {
  /** Id of the parent TSG, from the scope. */
  readonly parentTsgId: string;
  /** Address of the API, without a slash at its end. */
  readonly baseUrl: string;
  /** Obtains a token unless there is one, which proves the credentials. */
  authenticate(options?: CallOptions): Promise<void>;
  /**
   * Creates a free app instance (`POST /subscription/v1/instances` with an object). Asynchronous at the other end:
   * the instance shows in the list later. Never sent a second time unless it certainly did not arrive.
   */
  createFreeApp(request: FreeAppRequest, options?: PostOptions): Promise<ProvisioningJob>;
  /**
   * Allocates licenses to a child tenant (`POST /subscription/v1/instances` with an array). The items of one call
   * belong together. As asynchronous and as careful as {@link createFreeApp}.
   */
  onboard(items: OnboardItem[], options?: PostOptions): Promise<ProvisioningJob>;
  /**
   * Instances of the parent TSG (`GET /subscription/v1/instances`); with `withChildren` also those of all TSGs
   * below it. Default false.
   */
  listInstances(query?: { withChildren?: boolean | undefined }, options?: CallOptions): Promise<Instance[]>;
  /** Claimed licenses, or the one of that id (`GET /subscription/v1/licenses`). */
  listLicenses(query?: { licenseId?: string | undefined }, options?: CallOptions): Promise<License[]>;
  /** Tenants (TSGs) that the service account may see (`GET /tenancy/v1/tenant_service_groups`). */
  listTenants(options?: CallOptions): Promise<Tenant[]>;
  /**
   * Waits until all these instances are provisioned, and returns them in this order. All waits of a client share one
   * poll of the list with children. Throws InstanceWaitError when one failed for good, or time is up.
   */
  waitForInstances(instanceIds: readonly string[], options?: WaitForInstancesOptions): Promise<Instance[]>;
  /** The text without this client's credentials and tokens, and without anything of the shape of a secret. */
  redact(text: string): string;
}

const INSTANCES = "/subscription/v1/instances";
const LICENSES = "/subscription/v1/licenses";
const TENANTS = "/tenancy/v1/tenant_service_groups";

const adviceFor = (optionName: OptionName): string =>
  `Check ${optionName("clientId")} and ${optionName("clientSecret")}, and that the service account has a role in that ` +
  "tenant (TSG).";

/** A client for one service account and parent TSG. Sends nothing yet. Throws SettingsError for wrong options. */
export function createSubscriptionClient(options: SubscriptionClientOptions): SubscriptionClient {
  const checked = checkOptions(options);
  const redactor = new Redactor();
  for (const value of Object.values(checked.headers)) redactor.add(value);
  const transport = createTransport({ ...checked, redactor });
  const tokens = createTokenSource({
    ...checked,
    redactor,
    transport,
    advice: adviceFor(checked.optionName),
  });
  const call = createSession(checked, transport, tokens);
  const post = (json: unknown, caller?: PostOptions): Promise<ProvisioningJob> =>
    call({ method: "POST", path: INSTANCES, json, read: readJob }, caller);

  const listInstances: SubscriptionClient["listInstances"] = ({ withChildren } = {}, caller) =>
    call(
      {
        method: "GET",
        path: INSTANCES,
        // With any value, "false" too, the parameter asks for the children.
        query: withChildren ? { with_children: "true" } : undefined,
        read: readInstances,
      },
      caller,
    );
  const waiter = createInstanceWaiter(
    (signal) => listInstances({ withChildren: true }, { signal }),
    { ...defaultPollSchedule, random: checked.random },
    checked.clock,
  );

  return {
    parentTsgId: checked.parentTsgId,
    baseUrl: checked.baseUrl,
    async authenticate(caller) {
      await tokens.get(caller);
    },
    createFreeApp: async (request, caller) => post(freeAppPayload(request), caller),
    onboard: async (items, caller) => post(onboardPayload(items), caller),
    listInstances,
    listLicenses: ({ licenseId } = {}, caller) =>
      call(
        {
          method: "GET",
          path: LICENSES,
          query: licenseId === undefined ? undefined : { license_id: licenseId },
          read: readLicenses,
        },
        caller,
      ),
    listTenants: (caller) => call({ method: "GET", path: TENANTS, read: readTenants }, caller),
    waitForInstances: (instanceIds, waiting) => waitForInstances(waiter, checked.clock, instanceIds, waiting),
    redact: (text) => redactor.clean(text),
  };
}
