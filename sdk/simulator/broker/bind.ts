import { isDeepStrictEqual } from "node:util";
import { type HttpAnswer, jsonAnswer, type LateAnswer, type SimulatorAnswer } from "../protocol";
import { bindBody, rotateBody, rotationMark } from "./bodies";
import { acceptsIncomplete, bodyOf, type BrokerWorld, type Call, offerOfInstance } from "./call";
import { isAsync, type Offer } from "./catalog";
import { credentialsOf, shownBinding } from "./credentials";
import { existing } from "./instances";
import { failureOf, operate, repeatedAnswer } from "./operate";
import { checkParameters } from "./parameters";
import { asyncRequired, badRequest, BrokerRefusal, concurrencyError } from "./refusal";
import { type BindingValues, ServiceBinding, type ServiceInstance } from "./things";

/** PUT of a binding: "Binding", and with a predecessor "Rotating a Service Binding". */
export function bind(world: BrokerWorld, call: Call): SimulatorAnswer | LateAnswer {
  const { settings } = world;
  const waits = acceptsIncomplete(call);
  const isRotation = bodyOf(call, rotationMark).predecessor_binding_id !== undefined;
  const instance = existing(world, call);
  const offer = offerOfInstance(world, instance);
  const { service, plan } = offer;
  const values = isRotation ? rotationValues(call, instance) : bindingValues(call);
  if (isAsync(service, "bind") && !waits) throw asyncRequired();
  const known = world.store.binding(call.route.bindingId);
  if (known && !known.gone) {
    if (known.instanceId === instance.id) return bindAgain(world, offer, known, values);
    throw new BrokerRefusal(409, `The service binding ${known.id} exists, of another service instance.`);
  }
  if (known && settings.reuseIds === "refuse") {
    throw badRequest(`The id ${known.id} was that of another service binding.`);
  }
  checkBindable(world, offer, instance, values);
  if (isRotation) checkRotatable(world, offer, instance, values);
  else checkParameters(plan.schemas?.service_binding?.create?.parameters, values.parameters);
  const failure = failureOf(world, call, "bind", service);
  const lifetimeS = settings.bindingLifetimeS;
  const binding = new ServiceBinding(
    call.route.bindingId,
    world.now(),
    instance.id,
    values,
    credentialsOf(world.ids, service.name, instance.id),
    lifetimeS === undefined ? undefined : lifetimeS * 1000,
  );
  instance.bindings.delete(binding.id);
  instance.bindings.set(binding.id, binding);
  return operate(world, call, {
    kind: "bind",
    service,
    thing: binding,
    planId: instance.planId,
    request: undefined,
    failure,
    succeed: () => undefined,
    fail: (leaves) => {
      if (leaves) binding.rest = "failed";
      else binding.gone = true;
    },
    done: () => jsonAnswer(201, shownBinding(world, service, binding)),
  });
}

function bindingValues(call: Call): BindingValues {
  const body = bodyOf(call, bindBody);
  const app = body.app_guid === undefined ? {} : { app_guid: body.app_guid };
  return {
    serviceId: body.service_id,
    planId: body.plan_id,
    parameters: body.parameters ?? {},
    context: body.context,
    bindResource: body.bind_resource || body.app_guid ? { ...app, ...body.bind_resource } : undefined,
    predecessor: undefined,
  };
}

/** A successor is made as its predecessor was: the platform need not know with what. */
function rotationValues(call: Call, instance: ServiceInstance): BindingValues {
  const body = bodyOf(call, rotateBody);
  const { serviceId, planId } = instance;
  const predecessor = instance.bindings.get(body.predecessor_binding_id);
  return {
    serviceId: body.service_id ?? serviceId,
    planId: body.plan_id ?? planId,
    parameters: predecessor?.parameters ?? {},
    context: body.context ?? predecessor?.context,
    bindResource: predecessor?.bindResource,
    predecessor: body.predecessor_binding_id,
  };
}

/** A repeated PUT: the same binding, another one of that id, or something else is being done to it. */
function bindAgain(
  world: BrokerWorld,
  { service }: Offer,
  binding: ServiceBinding,
  values: BindingValues,
): HttpAnswer {
  const { settings } = world;
  const { serviceId, planId, parameters, context, bindResource, predecessor } = binding;
  const own = { serviceId, planId, parameters, context, bindResource, predecessor };
  if (!isDeepStrictEqual(own, values)) {
    throw new BrokerRefusal(409, `The service binding ${binding.id} exists with other attributes.`);
  }
  if (settings.conflictsAsNoOp) throw new BrokerRefusal(409, `The service binding ${binding.id} exists.`);
  if (binding.rest === "failed") {
    throw new BrokerRefusal(409, `The service binding ${binding.id} exists; its creation failed.`);
  }
  const operation = binding.runs("bind");
  if (operation) return repeatedAnswer(world, service, operation);
  if (binding.running.length > 0) throw concurrencyError(`The service binding is ${binding.state}.`);
  return jsonAnswer(200, shownBinding(world, service, binding));
}

function checkBindable(
  { settings }: BrokerWorld,
  { service, plan }: Offer,
  instance: ServiceInstance,
  { serviceId, planId, bindResource }: BindingValues,
): void {
  if (serviceId !== instance.serviceId || planId !== instance.planId) {
    throw badRequest(`The service instance is of plan ${instance.planId} of service ${instance.serviceId}.`);
  }
  if (!(plan.bindable ?? service.bindable)) {
    throw badRequest(`The plan ${plan.name} of the service ${service.name} is not bindable.`);
  }
  const isFree =
    settings.concurrency === "free" && instance.state !== "provisioning" && !instance.runs("deprovision");
  if (!isFree && instance.busy.length > 0) {
    throw concurrencyError("The instance is busy with another operation.");
  }
  if (instance.rest !== "ready")
    throw badRequest(`The service instance is ${instance.rest}: it cannot be bound.`);
  if (settings.requiresApp && bindResource?.["app_guid"] === undefined) {
    throw new BrokerRefusal(422, "This Service supports binding to an application only.", {
      error: "RequiresApp",
    });
  }
  if (service.requires?.includes("route_forwarding") && bindResource?.["route"] === undefined) {
    throw badRequest("This Service needs bind_resource.route.");
  }
}

function checkRotatable(
  { now }: BrokerWorld,
  { service, plan }: Offer,
  instance: ServiceInstance,
  { predecessor: id = "" }: BindingValues,
): void {
  if (!plan.binding_rotatable) {
    throw badRequest(
      `Bindings of the plan ${plan.name} of the service ${service.name} are not binding_rotatable.`,
    );
  }
  const predecessor = instance.bindings.get(id);
  if (!predecessor || predecessor.gone) {
    throw badRequest(`predecessor_binding_id ${id} is no binding of this service instance.`);
  }
  if (predecessor.state !== "ready") throw badRequest(`The predecessor ${id} is ${predecessor.state}.`);
  if (predecessor.expiresAt !== undefined && predecessor.expiresAt <= now()) {
    throw badRequest(`The predecessor ${id} has expired.`);
  }
}
