import { isDeepStrictEqual } from "node:util";
import { type HttpAnswer, jsonAnswer, type LateAnswer, type SimulatorAnswer } from "../protocol";
import { type ProvisionBody, provisionBody } from "./bodies";
import {
  acceptsIncomplete,
  bodyOf,
  type BrokerWorld,
  type Call,
  checkHints,
  hintsOf,
  offerOf,
  offerOfInstance,
} from "./call";
import { isAsync, type Offer } from "./catalog";
import { failureOf, operate, repeatedAnswer } from "./operate";
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
export function provision(world: BrokerWorld, call: Call): SimulatorAnswer | LateAnswer {
  const { store, settings } = world;
  const waits = acceptsIncomplete(call);
  const body = bodyOf(call, provisionBody);
  const known = store.instance(call.route.instanceId);
  const isThere = known !== undefined && !known.gone;
  const offer = isThere ? offerOfInstance(world, known) : offerOf(world, body.service_id, body.plan_id);
  if (isAsync(offer.service, "provision") && !waits) throw asyncRequired();
  if (isThere) return provisionAgain(world, offer, known, body);
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
  offer: Offer,
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
  const conflict = new BrokerRefusal(409, `The service instance ${id} exists with other attributes.`);
  if (!isSame) throw conflict;
  const version = body.maintenance_info?.version;
  checkMaintenance(offer, version);
  if (version !== undefined && version !== instance.maintenanceVersion) throw conflict;
  if (settings.conflictsAsNoOp) throw new BrokerRefusal(409, `The service instance ${id} exists.`);
  if (instance.rest === "failed") {
    throw new BrokerRefusal(409, `The service instance ${id} exists; its provisioning failed.`);
  }
  const operation = instance.runs("provision");
  if (operation) return repeatedAnswer(world, offer.service, operation, told(world, instance));
  if (instance.running.length > 0) throw concurrencyError(`The service instance ${id} is ${instance.state}.`);
  return jsonAnswer(200, told(world, instance));
}

/** @throws BrokerRefusal 422 when the catalog has another version of the plan's maintenance information. */
export function checkMaintenance({ plan }: Offer, version: string | undefined): void {
  if (version === undefined || version === plan.maintenance_info?.version) return;
  throw new BrokerRefusal(422, "The plan has another maintenance version by now.", {
    error: "MaintenanceInfoConflict",
  });
}

/** What answers to provisioning and fetching tell of an instance beside its values. */
function told(world: BrokerWorld, instance: ServiceInstance) {
  const { service, plan } = offerOfInstance(world, instance);
  return {
    dashboard_url: instance.dashboardUrl,
    metadata: { labels: { service: service.name, plan: plan.name }, attributes: {} },
  };
}

/** GET of an instance: "Fetching a Service Instance". */
export function fetchInstance(world: BrokerWorld, call: Call): HttpAnswer {
  const hints = hintsOf(call);
  const instance = existing(world, call);
  const { service } = offerOfInstance(world, instance);
  if (!service.instances_retrievable) throw badRequest("The catalog does not say instances_retrievable.");
  checkHints(hints, service);
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
export function deprovision(world: BrokerWorld, call: Call): SimulatorAnswer | LateAnswer {
  const { serviceId, planId } = hintsOf(call);
  const waits = acceptsIncomplete(call);
  if (serviceId === undefined || planId === undefined)
    throw badRequest("service_id and plan_id are required.");
  const instance = existing(world, call, 410);
  const { service } = offerOfInstance(world, instance);
  if (serviceId !== instance.serviceId || planId !== instance.planId) {
    throw badRequest(`The service instance is of plan ${instance.planId} of service ${instance.serviceId}.`);
  }
  if (isAsync(service, "deprovision") && !waits) throw asyncRequired();
  const already = instance.runs("deprovision");
  if (already) return repeatedAnswer(world, service, already);
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
  throw concurrencyError("The instance is busy with another operation.");
}
