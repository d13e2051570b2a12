import { isDeepStrictEqual } from "node:util";
import { jsonAnswer, type LateAnswer, type SimulatorAnswer } from "../protocol";
import { type UpdateBody, updateBody } from "./bodies";
import { acceptsIncomplete, bodyOf, type BrokerWorld, type Call, offerOf, offerOfInstance } from "./call";
import { isAsync, type Offer } from "./catalog";
import { checkMaintenance, existing } from "./instances";
import { failureOf, operate, repeatedAnswer } from "./operate";
import { checkParameters } from "./parameters";
import { asyncRequired, badRequest, BrokerRefusal, concurrencyError } from "./refusal";
import type { InstanceValues, Operation, ServiceInstance } from "./things";

/** PATCH of an instance: "Updating a Service Instance". Parameters that are given replace those of their names. */
export function update(world: BrokerWorld, call: Call): SimulatorAnswer | LateAnswer {
  const waits = acceptsIncomplete(call);
  const body = bodyOf(call, updateBody);
  const instance = existing(world, call);
  const before = offerOfInstance(world, instance);
  if (body.service_id !== instance.serviceId) {
    throw badRequest(`service_id is ${body.service_id}, but the service is ${instance.serviceId}.`);
  }
  const { service } = before;
  if (isAsync(service, "update") && !waits) throw asyncRequired();
  const again = repeated(instance, body);
  if (again?.state === "in progress") return repeatedAnswer(world, service, again);
  if (again) return jsonAnswer(200, {});
  const { plan_id: planId = instance.planId } = body;
  const target = planId === instance.planId ? before : offerOf(world, body.service_id, planId);
  checkPrevious(instance, body.previous_values ?? {});
  checkIdle(world, instance);
  const values = valuesAfter(instance, body);
  checkAllowed(before, instance, values);
  checkMaintenance(target, body.maintenance_info?.version);
  if (body.parameters) {
    checkParameters(target.plan.schemas?.service_instance?.update?.parameters, body.parameters);
  }
  if (instance.rest === "ready" && isDeepStrictEqual(values, valuesOf(instance))) return jsonAnswer(200, {});
  const failure = failureOf(world, call, "update", service);
  return operate(world, call, {
    kind: "update",
    service,
    thing: instance,
    planId: instance.planId,
    request: body,
    failure,
    succeed: () => {
      Object.assign(instance, valuesAfter(instance, body), { rest: "ready" });
    },
    fail: (leaves) => {
      if (leaves) Object.assign(instance, valuesAfter(instance, body));
    },
    done: () => jsonAnswer(200, {}),
  });
}

/** The same update, in progress or just done and still true. */
function repeated(instance: ServiceInstance, body: UpdateBody): Operation | undefined {
  const isDone = (operation: Operation): boolean =>
    operation.state === "succeeded" &&
    operation === instance.operations.at(-1) &&
    isDeepStrictEqual(valuesAfter(instance, body), valuesOf(instance));
  return instance.operations.find(
    (operation) =>
      operation.kind === "update" &&
      (operation.state === "in progress" || isDone(operation)) &&
      isDeepStrictEqual(operation.request, body),
  );
}

type PreviousValues = NonNullable<UpdateBody["previous_values"]>;

function checkPrevious(instance: ServiceInstance, previous: PreviousValues): void {
  const pairs: [string, string | undefined, string | undefined][] = [
    ["service_id", previous.service_id, instance.serviceId],
    ["plan_id", previous.plan_id, instance.planId],
    ["organization_id", previous.organization_id, instance.organizationGuid],
    ["space_id", previous.space_id, instance.spaceGuid],
    ["maintenance_info.version", previous.maintenance_info?.version, instance.maintenanceVersion],
  ];
  for (const [name, given, actual] of pairs) {
    if (given === undefined || given === actual) continue;
    throw badRequest(`previous_values.${name} is ${given}, but the service instance has ${String(actual)}.`);
  }
}

/** What else may run beside an update: in a free broker other updates and bindings. */
function checkIdle({ settings }: BrokerWorld, instance: ServiceInstance): void {
  const isFree = settings.concurrency === "free" && instance.running.every(({ kind }) => kind === "update");
  if (!isFree && instance.busy.length > 0) {
    throw concurrencyError("The instance is busy with another operation.");
  }
  if (instance.rest !== "failed") return;
  throw new BrokerRefusal(422, "The provisioning of this service instance failed: it can only be deleted.");
}

const valuesOf = ({ planId, parameters, context, maintenanceVersion }: InstanceValues): InstanceValues => ({
  planId,
  parameters,
  context,
  maintenanceVersion,
});

const valuesAfter = (instance: InstanceValues, body: UpdateBody): InstanceValues => ({
  planId: body.plan_id ?? instance.planId,
  parameters: { ...instance.parameters, ...body.parameters },
  context: body.context ?? instance.context,
  maintenanceVersion: body.maintenance_info?.version ?? instance.maintenanceVersion,
});

/** @throws BrokerRefusal 422 for a change that the catalog does not allow; it would fail again. */
function checkAllowed({ service, plan }: Offer, instance: InstanceValues, values: InstanceValues): void {
  const refuse = (description: string) =>
    new BrokerRefusal(422, description, { instance_usable: true, update_repeatable: false });
  if (values.planId !== instance.planId && !(plan.plan_updateable ?? service.plan_updateable)) {
    throw refuse(`The plan ${plan.name} of the service ${service.name} cannot be changed.`);
  }
  const isOnlyContext =
    !isDeepStrictEqual(values.context, instance.context) &&
    isDeepStrictEqual({ ...values, context: null }, { ...valuesOf(instance), context: null });
  if (isOnlyContext && !service.allow_context_updates) {
    throw refuse(`The service ${service.name} does not allow updates of the context alone.`);
  }
}
