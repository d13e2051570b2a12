import { isDeepStrictEqual } from "node:util";
import { type HttpAnswer, jsonAnswer, type SimulatorAnswer } from "../protocol";
import { type ProvisionBody, provisionBody } from "./bodies";
import { acceptsIncomplete, bodyOf, type BrokerWorld, type Call, hintsOf, offerOf } from "./call";
import { isAsync, type Offer } from "./catalog";
import { acceptedAnswer, failureOf, operate } from "./operate";
import { checkParameters } from "./parameters";
import { asyncRequired, badRequest, BrokerRefusal, concurrencyError } from "./refusal";
import { ServiceInstance } from "./things";

/** An instance that exists. @throws BrokerRefusal with this status when there is none. */
export function existing({ store }: BrokerWorld, { route }: Call, status = 404): ServiceInstance {
  const instance = store.instance(route.instanceId);
  if (instance && !instance.gone) return instance;
  throw new BrokerRefusal(status, `There is no service instance ${route.instanceId}.`);
}

/** PUT of an instance: "Provisioning". */
export function provision(world: BrokerWorld, call: Call): SimulatorAnswer {
  const { store, settings } = world;
  const body = bodyOf(call, provisionBody);
  const offer = offerOf(world, body.service_id, body.plan_id);
  if (isAsync(offer.service, "provision") && !acceptsIncomplete(call)) throw asyncRequired();
  const known = store.instance(call.route.instanceId);
  if (known && !known.gone) return provisionAgain(world, offer, known, body);
  if (known && settings.reuseIds === "refuse") {
    throw badRequest(`The id ${known.id} was that of another service instance.`);
  }
  checkParameters(offer.plan.schemas?.service_instance?.create?.parameters, body.parameters ?? {});
  checkMaintenance(offer, body.maintenance_info?.version);
  const failure = failureOf(world, call, "provision", offer.service);
  const instance = newInstance(world, call, offer, body);
  store.add(instance);
  return operate(world, call, {
    kind: "provision",
    service: offer.service,
    thing: instance,
    planId: instance.planId,
    request: body,
    failure,
    succeed: () => undefined,
    fail: (leaves) => {
      if (leaves) instance.rest = "failed";
      else instance.gone = true;
    },
    done: () => jsonAnswer(201, told(world, instance)),
    accepted: told(world, instance),
  });
}

function newInstance(
  world: BrokerWorld,
  { route }: Call,
  { plan }: Offer,
  body: ProvisionBody,
): ServiceInstance {
  const owner = { organizationGuid: body.organization_guid, spaceGuid: body.space_guid };
  return new ServiceInstance(route.instanceId, world.now(), body.service_id, owner, {
    planId: plan.id,
    parameters: body.parameters ?? {},
    context: body.context,
    maintenanceVersion: plan.maintenance_info?.version,
  });
}

/** A repeated PUT: the same instance, another one of that id, or something else is being done to it. */
function provisionAgain(
  world: BrokerWorld,
  { service }: Offer,
  instance: ServiceInstance,
  body: ProvisionBody,
): HttpAnswer {
  const { settings } = world;
  const { id } = instance;
  const isSame = isDeepStrictEqual(
    [
      body.service_id,
      body.plan_id,
      body.organization_guid,
      body.space_guid,
      body.parameters ?? {},
      body.context,
    ],
    [
      instance.serviceId,
      instance.planId,
      instance.organizationGuid,
      instance.spaceGuid,
      instance.parameters,
      instance.context,
    ],
  );
  const version = body.maintenance_info?.version ?? instance.maintenanceVersion;
  if (!isSame || version !== instance.maintenanceVersion) {
    throw new BrokerRefusal(409, `The service instance ${id} exists with other attributes.`);
  }
  if (settings.conflictsAsNoOp) throw new BrokerRefusal(409, `The service instance ${id} exists.`);
  if (instance.rest === "failed") {
    throw new BrokerRefusal(409, `The service instance ${id} exists; its provisioning failed.`);
  }
  const operation = instance.runs("provision");
  if (operation && isAsync(service, "provision")) {
    return acceptedAnswer(settings, operation, told(world, instance));
  }
  if (instance.running.length > 0) throw concurrencyError(`The service instance ${id} is ${instance.state}.`);
  return jsonAnswer(200, told(world, instance));
}

/** @throws BrokerRefusal 422 when the catalog has another version of the plan's maintenance information. */
export function checkMaintenance({ plan }: Offer, version: string | undefined): void {
  if (version === undefined || version === plan.maintenance_info?.version) return;
  throw new BrokerRefusal(422, "The maintenance information for the requested Service Plan has changed.", {
    error: "MaintenanceInfoConflict",
  });
}

/** What answers to provisioning and fetching tell of an instance beside its values. */
function told({ catalog }: BrokerWorld, { dashboardUrl, serviceId, planId }: ServiceInstance) {
  const { service, plan } = catalog.find(serviceId, planId);
  return {
    dashboard_url: dashboardUrl,
    metadata: { labels: { service: service.name, plan: plan.name }, attributes: {} },
  };
}

/** GET of an instance: "Fetching a Service Instance". */
export function fetchInstance(world: BrokerWorld, call: Call): HttpAnswer {
  const hints = hintsOf(call);
  const instance = existing(world, call);
  const service = world.catalog.service(instance.serviceId);
  if (!service?.instances_retrievable) throw badRequest("The catalog does not say instances_retrievable.");
  if (hints.serviceId !== undefined && hints.serviceId !== instance.serviceId) {
    throw badRequest(`service_id is ${hints.serviceId}, but the service is ${instance.serviceId}.`);
  }
  if (instance.state === "provisioning" || instance.rest === "failed") {
    throw new BrokerRefusal(404, `The service instance ${instance.id} is not provisioned.`);
  }
  if (instance.running.length > 0) throw concurrencyError(`The service instance is ${instance.state}.`);
  const { defaults = {}, hiddenParameters = [] } = service.simulated ?? {};
  const parameters = Object.entries({ ...defaults, ...instance.parameters });
  const { maintenanceVersion } = instance;
  return jsonAnswer(200, {
    service_id: instance.serviceId,
    plan_id: instance.planId,
    parameters: Object.fromEntries(parameters.filter(([name]) => !hiddenParameters.includes(name))),
    ...(maintenanceVersion === undefined ? {} : { maintenance_info: { version: maintenanceVersion } }),
    ...told(world, instance),
  });
}

/** DELETE of an instance: "Deprovisioning". */
export function deprovision(world: BrokerWorld, call: Call): SimulatorAnswer {
  const { serviceId, planId } = hintsOf(call);
  if (serviceId === undefined || planId === undefined)
    throw badRequest("service_id and plan_id are required.");
  const instance = existing(world, call, 410);
  const { service } = offerOf(world, serviceId, planId);
  if (serviceId !== instance.serviceId || planId !== instance.planId) {
    throw badRequest(`The service instance is of plan ${instance.planId} of service ${instance.serviceId}.`);
  }
  if (isAsync(service, "deprovision") && !acceptsIncomplete(call)) throw asyncRequired();
  const already = instance.runs("deprovision");
  if (already) return acceptedAnswer(world.settings, already);
  checkIdle(world, instance);
  if ([...instance.bindings.values()].some(({ gone }) => !gone)) {
    throw badRequest("The service instance has bindings, which must be deleted first.");
  }
  const failure = failureOf(world, call, "deprovision", service);
  const isHalted = instance.running.length > 0;
  world.store.halt(instance, world.now(), "Halted by the request to deprovision.");
  return operate(world, call, {
    kind: "deprovision",
    service,
    thing: instance,
    planId,
    request: undefined,
    failure,
    succeed: () => {
      instance.gone = true;
    },
    fail: () => {
      if (isHalted) instance.rest = "failed";
    },
    done: () => jsonAnswer(200, {}),
  });
}

/** An instance can be deleted while it is provisioned; not, unless the broker is free, during anything else. */
function checkIdle({ settings }: BrokerWorld, instance: ServiceInstance): void {
  if (settings.concurrency === "free") return;
  if (instance.busy.every(({ kind }) => kind === "provision")) return;
  throw concurrencyError("Another operation for this service instance is in progress.");
}
