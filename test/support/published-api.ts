import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/**
 * A server that follows the published documents and nothing else: written from the specifications alone, so that the
 * package is also tried on another reading of them than its own simulator's. It is small and forgiving; where the
 * documents leave something open it chooses what is least convenient.
 */

type Json = Record<string, unknown>;

export interface PublishedApiOptions {
  /** Whether the service account may read the tenancy API. Default true. */
  tenancy?: boolean;
  /** Milliseconds from the POST until an instance is complete. Default 1000. */
  jobMs?: number;
  /** Milliseconds from the POST until the list shows an instance. Default 300. */
  appearMs?: number;
}

export interface PublishedApi {
  /** The SCM_* settings of the service account. */
  env: Record<string, string>;
  /** Bodies of the POSTs that were accepted. */
  posts: unknown[];
  /** All requests: method and path. */
  requests: string[];
  /** What the list shows of finished instances; may be changed. */
  instances: Json[];
  close(): Promise<void>;
}

export const parentTsgId = 1000000001;
export const tenants: Json[] = [
  { id: String(parentTsgId), display_name: "North", vertical: "Finance" },
  {
    id: "1000000021",
    display_name: "Coast",
    parent_id: String(parentTsgId),
    support_contact: "it@example.com",
  },
  // Some entries of the published examples have `name` instead of `display_name`.
  { id: "1000000022", name: "Harbour", parent_id: "1000000021", support_contact: null },
];

const clientId = "svc@1000000001.iam.panserviceaccount.com";
const clientSecret = "published-CANARY-secret";

export async function startPublishedApi(options: PublishedApiOptions = {}): Promise<PublishedApi> {
  const { tenancy = true, jobMs = 1000, appearMs = 300 } = options;
  const api = { posts: [] as unknown[], requests: [] as string[], instances: [] as Json[] };
  const pools = licensePools();
  const tokens = new Set<string>();
  const born = new Map<Json, number>();
  let nextId = 770000001;

  const shown = (instance: Json): Json[] => {
    const age = Date.now() - (born.get(instance) ?? 0);
    if (age < appearMs) return [];
    if (age >= jobMs) return [instance];
    return [
      { ...instance, status: "initializing", provisioning_status: "queued", url: null, auth_code: null },
    ];
  };

  const create = (appId: string, tsgId: number | string, region: unknown): Json => {
    const id = nextId++;
    const instance: Json = {
      app_id: appId,
      instance_id: id,
      tsg_id: tsgId,
      region: region ?? null,
      // Not the service account: some platforms name the person behind it.
      created_by: "person@example.com",
      status: "running",
      provisioning_status: "complete",
      provisioning_message: null,
      message: null,
      serial_number: 4400112200 + (id % 100),
      sku: "LGS-SKU",
      tenant_instance_name: `My ${appId}`,
      support_account_name: null,
      url: `https://${appId}.example.com/${String(id)}`,
      auth_code: `auth-CANARY-${String(id)}`,
      associations: null,
      developer_defined_fields: { team: "blue", floor: 7 },
      license_quota_id: null,
      lifecycle_phase: { since: "2026-01-01", of: null },
      extra: {
        app_display_name: appId,
        wildfire_api_key: `wildfire-CANARY-${String(id)}`,
        is_trial: null,
        data_size: 10,
      },
    };
    born.set(instance, Date.now());
    api.instances.push(instance);
    return instance;
  };

  const createFreeApp = (body: Json): Answer => {
    for (const field of ["app_id", "support_account_id", "support_account_name", "region"])
      if (typeof body[field] !== "string") return badRequest(`${field} must be a string`);
    if (body["is_eula_accepted"] !== true) return badRequest("the EULA is not accepted");
    create(String(body["app_id"]), parentTsgId, body["region"]);
    // The published schema has a tenant_id; a server may leave it out.
    return ok({
      job_id: `job-${String(api.posts.length + 1)}`,
      status: "initializing",
      tenant_instance_name: null,
    });
  };

  const onboard = (items: Json[]): Answer => {
    const named = items.find((item) => typeof item["tsg_name"] === "string")?.["tsg_name"];
    const tenant = tenants.find((candidate) => (candidate["display_name"] ?? candidate["name"]) === named);
    if (named !== undefined && !tenant) return badRequest("tsg_not_found");
    const fresh = items.filter((item) => item["tenant_id"] === undefined);
    const units: { pool: Pool; size: number }[] = [];
    for (const item of fresh) {
      if (typeof item["app_id"] !== "string") return badRequest("app_id must be a string");
      if (item["is_eula_accepted"] !== true) return badRequest("the EULA is not accepted");
      const held = pools.filter((pool) => String(pool.licenseId) === item["license_id"]);
      if (held.length === 0) return badRequest("license_not_found_in_db");
      for (const entry of (item["allocation"] ?? []) as Json[]) {
        if (typeof entry["allocation_size"] !== "string")
          return badRequest("allocation_size must be a string");
        const pool = held.find((p) => p.appId === entry["app_id"] && p.type === entry["license_type"]);
        const size = Number(entry["allocation_size"]);
        if (!pool || pool.remaining < size) return badRequest("license_capacity_exceeded");
        units.push({ pool, size });
      }
    }
    for (const { pool, size } of units) pool.remaining -= size;
    const made = fresh.map((item) =>
      create(String(item["app_id"]), Number(tenant?.["id"] ?? parentTsgId), item["platform_region"]),
    );
    for (const instance of made)
      instance["associations"] = made
        .filter((other) => other !== instance)
        .map((other) => ({
          app_id: other["app_id"],
          instance_id: other["instance_id"],
          region: other["region"],
          serial_number: other["serial_number"],
          weight: null,
        }));
    return ok({ job_id: `job-${String(api.posts.length + 1)}` });
  };

  const token = (request: IncomingMessage, body: string): Answer => {
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
    if (request.headers.authorization !== `Basic ${basic}`)
      return { status: 401, body: { error: "invalid_client" } };
    const form = new URLSearchParams(body);
    if (
      form.get("grant_type") !== "client_credentials" ||
      form.get("scope") !== `tsg_id:${String(parentTsgId)}`
    )
      return { status: 400, body: { error: "invalid_request" } };
    const value = `token-CANARY-${String(tokens.size + 1)}`;
    tokens.add(value);
    return ok({ access_token: value, token_type: "Bearer", expires_in: 899, scope: form.get("scope") });
  };

  const answer = (request: IncomingMessage, url: URL, body: string): Answer => {
    const route = `${request.method ?? ""} ${url.pathname}`;
    api.requests.push(route);
    if (route === "POST /auth/v1/oauth2/access_token") return token(request, body);
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    if (!tokens.has(bearer)) return { status: 401, body: "Jwt is expired" };
    switch (route) {
      case "GET /subscription/v1/instances": {
        const all = url.searchParams.has("with_children");
        return ok(api.instances.filter((i) => all || Number(i["tsg_id"]) === parentTsgId).flatMap(shown));
      }
      case "POST /subscription/v1/instances": {
        const parsed = JSON.parse(body) as Json | Json[];
        const outcome = Array.isArray(parsed) ? onboard(parsed) : createFreeApp(parsed);
        if (outcome.status === 200) api.posts.push(parsed);
        return outcome;
      }
      case "GET /subscription/v1/licenses":
        return ok(listed(pools, url.searchParams.get("license_id")));
      case "GET /tenancy/v1/tenant_service_groups":
        return tenancy
          ? ok({ count: String(tenants.length), items: tenants })
          : { status: 403, body: { error: "Forbidden", message: "Forbidden", statusCode: 403 } };
      default:
        return { status: 404, body: { error: "Not Found", message: "Not Found", statusCode: 404 } };
    }
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const { status, body } = answer(request, url, await text(request));
    const plain = typeof body === "string";
    response.writeHead(status, { "Content-Type": plain ? "text/plain" : "application/json" });
    response.end(plain ? body : JSON.stringify(body));
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = String((server.address() as AddressInfo).port);
  return Object.assign(api, {
    env: {
      SCM_HOST: "127.0.0.1",
      SCM_PROTOCOL: "http",
      SCM_PORT: port,
      SCM_AUTH_URL: `http://127.0.0.1:${port}/auth/v1/oauth2/access_token`,
      SCM_CLIENT_ID: clientId,
      SCM_CLIENT_SECRET: clientSecret,
      SCM_SCOPE: `tsg_id:${String(parentTsgId)}`,
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  });
}

interface Answer {
  status: number;
  body: unknown;
}

const ok = (body: unknown): Answer => ({ status: 200, body });

const badRequest = (why: string): Answer => ({
  status: 400,
  body: {
    application_code: "SUB_SERVICE_1004",
    application_error: why,
    error: "Bad Request",
    message: `SUB_SERVICE_1004:${why}`,
    statusCode: 400,
  },
});

interface Pool {
  licenseId: number;
  holder: string;
  appId: string;
  type: string;
  purchased: number;
  remaining: number;
}

const licensePools = (): Pool[] => [
  {
    licenseId: 31001,
    holder: "prisma_access",
    appId: "prisma_access_edition",
    type: "GBL-SKU",
    purchased: 1000,
    remaining: 1000,
  },
  {
    licenseId: 31001,
    holder: "prisma_access",
    appId: "prisma_access_addon",
    type: "ADD-SKU",
    purchased: 50,
    remaining: 50,
  },
  {
    licenseId: 31002,
    holder: "logging_service",
    appId: "logging_service",
    type: "LGS-SKU",
    purchased: 10,
    remaining: 10,
  },
];

/** Ids are numbers as in the published example, sizes strings as in the published schema. */
function listed(pools: readonly Pool[], only: string | null): Json[] {
  const ids = [...new Set(pools.map((pool) => pool.licenseId))].filter(
    (id) => only === null || String(id) === only,
  );
  return ids.map((licenseId) => {
    const own = pools.filter((pool) => pool.licenseId === licenseId);
    return {
      license_id: licenseId,
      app_id: own[0]?.holder,
      claim_at: "2026-02-03 04:05:06.000700+00:00",
      claim_by: "someone@example.com",
      licenses: own.map((pool) => ({
        app_id: pool.appId,
        license_type: pool.type,
        license_expiration: "2033-04-05 06:07:08",
        purchased_size: String(pool.purchased),
        remaining_size: String(pool.remaining),
        order_number: null,
      })),
    };
  });
}
