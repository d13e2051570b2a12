import type { Clients, Grant } from "./clients";
import type { Failures } from "./failures";
import type { Ids } from "./ids";
import type { Instances, SimulatedInstance } from "./instances";
import type { LedgerEvent } from "./ledger";
import type { Licenses } from "./licenses";
import { type Settings, timingOf } from "./options";
import { type Order, readOrder } from "./post";
import {
  errorAnswer,
  type HttpAnswer,
  jsonAnswer,
  type RequestKind,
  type SimulatorRequest,
} from "./protocol";
import { Refusal } from "./refusal";
import { header, routeOf } from "./routes";
import type { SimulatedTenant, Tenants } from "./tenants";
import { authorise, issueToken } from "./token";
import { instanceFields, jobBody, licenseFields, refusalAnswer, tenantsBody } from "./wire";

/** All that the API's answers depend on. */
export interface World {
  readonly ids: Ids;
  readonly tenants: Tenants;
  readonly licenses: Licenses;
  readonly clients: Clients;
  readonly instances: Instances;
  readonly failures: Failures;
  readonly settings: Settings;
  now(): number;
}

/** Told when a request has changed something. */
export type OnEffect = (effect: Pick<LedgerEvent, "summary" | "jobId" | "instanceIds">) => void;

/** A request that a role allows, and what its token stands for. */
interface Call {
  request: SimulatorRequest;
  grant: Grant;
  /** The TSG of the token. */
  tsg: SimulatedTenant;
  onEffect: OnEffect;
}

const handlers: Record<Exclude<RequestKind, "token">, (world: World, call: Call) => HttpAnswer> = {
  tenants: listTenants,
  list: listInstances,
  licenses: listLicenses,
  post: postInstances,
};

/** Answers a request and carries out its effect. */
export function respond(world: World, request: SimulatorRequest, onEffect: OnEffect): HttpAnswer {
  const kind = routeOf(request);
  if (typeof kind !== "string") return kind;
  const { clients, tenants, settings } = world;
  if (kind === "token") {
    return issueToken(request, { clients, tenants, now: world.now(), lifetimeS: settings.tokenLifetimeS });
  }
  const grant = authorise(request, clients, world.now());
  if ("status" in grant) return grant;
  const [tsg] = tenants.within(grant.tsgId);
  if (!tsg || grant.client.forbidden.has(kind)) return errorAnswer(403, "Forbidden");
  return handlers[kind](world, { request, grant, tsg, onEffect });
}

function listTenants({ tenants, settings }: World, { request, tsg }: Call): HttpAnswer {
  const isHierarchy = request.query?.["hierarchy"] === "true";
  return jsonAnswer(200, tenantsBody(settings.answers, tenants.within(tsg.id), isHierarchy));
}

function listInstances({ tenants, instances, settings, now }: World, { request, tsg }: Call): HttpAnswer {
  // Any value will do, `false` too: so the published description says.
  const hasChildren = request.query?.["with_children"] !== undefined;
  const tsgIds = new Set(hasChildren ? tenants.within(tsg.id).map((tenant) => tenant.id) : [tsg.id]);
  const shown = instances.shown(tsgIds, now());
  return jsonAnswer(
    200,
    shown.map(({ instance, phase }) => instanceFields(settings.answers, instance, phase)),
  );
}

function listLicenses({ licenses, settings }: World, { request, tsg }: Call): HttpAnswer {
  const found = licenses.of(tsg.id, request.query?.["license_id"]);
  return jsonAnswer(
    200,
    found.map((license) => licenseFields(settings.answers, license)),
  );
}

function postInstances(world: World, call: Call): HttpAnswer {
  const { settings, tenants, instances, licenses } = world;
  try {
    if (!header(call.request, "content-type")?.startsWith("application/json")) {
      throw new Refusal("invalid_request", "the body must be application/json");
    }
    const family = tenants.within(call.tsg.id);
    const tsgIds = new Set(family.map((tenant) => tenant.id));
    const order = readOrder(call.request.body ?? "", {
      tsg: call.tsg,
      descendants: family.slice(1),
      instances: instances.shown(tsgIds, world.now()).map(({ instance }) => instance),
      booking: licenses.book(call.tsg.id),
      itemsWithoutTenant: settings.itemsWithoutTenant,
    });
    const jobId = world.ids.uuid("job");
    const [freeApp] = carryOut(world, call, order, jobId);
    return jsonAnswer(200, jobBody(settings.answers, jobId, order.isFreeApp ? freeApp : undefined));
  } catch (error) {
    if (error instanceof Refusal) return refusalAnswer(settings.answers, error);
    throw error;
  }
}

function carryOut(world: World, { grant, onEffect }: Call, order: Order, jobId: string): SimulatedInstance[] {
  order.booking.commit();
  const created = world.instances.create(
    order.wanted.map(({ tenant, ...wanted }) => {
      const job = { appId: wanted.appId, tsgId: tenant.id, region: wanted.region };
      return {
        ...wanted,
        tsgId: tenant.id,
        jobId,
        createdBy: grant.client.clientId,
        createdAt: world.now(),
        timeline: world.failures.next(wanted.appId, tenant, timingOf(world.settings, job)),
      };
    }),
    order.existing,
  );
  onEffect({
    jobId,
    instanceIds: created.map((instance) => instance.instanceId),
    summary: `job ${jobId}: ${order.wanted.map(({ appId, tenant }) => `${appId} for ${tenant.name}`).join(", ")}`,
  });
  return created;
}
