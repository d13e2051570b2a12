import type { Tenant } from "../../../sdk/subscription";
import { say } from "../../words";
import { SHARED_LOOK_MS, type Account } from "./account";

/** A tenant that inputs name, as far as it could be resolved. */
export interface ResolvedTenant {
  /** Name to send; undefined when the parent itself is meant. */
  name: string | undefined;
  /** Its TSG id; undefined where the tenancy list could not be read. */
  tsgId: string | undefined;
  /** Ids of all tenants that the credentials can see, where they were asked for. */
  knownTsgIds?: ReadonlySet<string> | undefined;
}

/** The inputs name a tenant that cannot be addressed. `field` is the input to blame. */
export class TenantError extends Error {
  override name = "TenantError";
  constructor(
    readonly field: "tsgName" | "tsgId",
    message: string,
  ) {
    super(message);
  }
}

const describe = (tenant: Tenant): string =>
  `${tenant.tsgId}${tenant.parentId === undefined ? "" : ` (child of ${tenant.parentId})`}`;

/**
 * Resolves a tenant by name or id. A name must be that of exactly one tenant, since the POST can only name it.
 * Where these credentials may not list tenants, a name is taken as it is, of which `warn` is told once a run; an id
 * cannot be used. A list that fails for another reason is an error: without it, nothing guards against a second instance.
 * @throws TenantError, RequestError
 */
export async function resolveTenant(
  account: Account,
  ref: { tsgName?: string | undefined; tsgId?: string | undefined },
  warn: (text: string) => void,
): Promise<ResolvedTenant> {
  if (ref.tsgName === undefined && ref.tsgId === undefined)
    return { name: undefined, tsgId: account.settings.parentTsgId };
  const isNamed = (tenant: Tenant): boolean =>
    ref.tsgId === undefined ? tenant.name === ref.tsgName : tenant.tsgId === ref.tsgId;
  let tenants = await readTenants(account, SHARED_LOOK_MS, warn);
  // It may have been made since, by another resource of the same run.
  if (tenants && !tenants.some(isNamed)) tenants = await readTenants(account, 0, warn);
  if (ref.tsgId !== undefined) {
    const tenant = tenants?.find((candidate) => candidate.tsgId === ref.tsgId);
    if (!tenants)
      throw new TenantError(
        "tsgId",
        `cannot be resolved to a name, since the tenancy API cannot be read; use ${say.path("tsgName")}`,
      );
    if (tenant?.name === undefined)
      throw new TenantError(
        "tsgId",
        `is not the id of a tenant that these credentials can see (${say.list("tenants")} lists them)`,
      );
    exactlyOne(tenants, tenant.name, "tsgId");
    return { name: tenant.name, tsgId: tenant.tsgId, knownTsgIds: idsOf(tenants) };
  }
  const name = ref.tsgName as string;
  if (!tenants) return { name, tsgId: undefined };
  return { name, tsgId: exactlyOne(tenants, name, "tsgName").tsgId, knownTsgIds: idsOf(tenants) };
}

const idsOf = (tenants: readonly Tenant[]): ReadonlySet<string> =>
  new Set(tenants.map((tenant) => tenant.tsgId));

function exactlyOne(tenants: readonly Tenant[], name: string, field: "tsgName" | "tsgId"): Tenant {
  const [first, ...others] = tenants.filter((tenant) => tenant.name === name);
  if (!first)
    throw new TenantError(
      field,
      `is not the name of a tenant that these credentials can see (${say.list("tenants")} lists them)`,
    );
  if (others.length > 0)
    throw new TenantError(
      field,
      `names ${others.length + 1} tenants of the same name, and the API only takes a name: ` +
        `${[first, ...others].map(describe).join(", ")}. Rename all but one of them`,
    );
  return first;
}

async function readTenants(
  account: Account,
  maxAgeMs: number,
  warn: (text: string) => void,
): Promise<Tenant[] | undefined> {
  const answer = await account.tenants.get(maxAgeMs);
  if ("list" in answer) return answer.list;
  if (account.session.first("tenants-refused"))
    warn(
      `Tenants cannot be listed: ${answer.refused} Names are taken as they are, and whether a tenant has an app already ` +
        "is not checked.",
    );
  return undefined;
}
