import { type HttpAnswer, jsonAnswer, type LateAnswer, type SimulatorAnswer } from "../protocol";
import { acceptsIncomplete, type BrokerWorld, type Call, checkHints, hintsOf, offerOfInstance } from "./call";
import { isAsync } from "./catalog";
import { shownBinding } from "./credentials";
import { existing } from "./instances";
import { failureOf, operate, repeatedAnswer } from "./operate";
import { asyncRequired, badRequest, BrokerRefusal, concurrencyError } from "./refusal";
import type { ServiceBinding } from "./things";

/** GET of a binding: "Fetching a Service Binding". */
export function fetchBinding(world: BrokerWorld, call: Call): HttpAnswer {
  const hints = hintsOf(call);
  const binding = existingBinding(world, call);
  const { service } = offerOfInstance(world, existing(world, call));
  if (!service.bindings_retrievable) throw badRequest("The catalog does not say bindings_retrievable.");
  checkHints(hints, service);
  if (binding.state !== "ready") {
    throw new BrokerRefusal(404, `The service binding ${binding.id} is not ready: it is ${binding.state}.`);
  }
  return jsonAnswer(200, { ...shownBinding(world, service, binding), parameters: binding.parameters });
}

/** DELETE of a binding: "Unbinding". */
export function unbind(world: BrokerWorld, call: Call): SimulatorAnswer | LateAnswer {
  const { serviceId, planId } = hintsOf(call);
  const waits = acceptsIncomplete(call);
  if (serviceId === undefined || planId === undefined)
    throw badRequest("service_id and plan_id are required.");
  const binding = existingBinding(world, call, 410);
  const instance = existing(world, call, 410);
  const { service } = offerOfInstance(world, instance);
  if (serviceId !== binding.serviceId || ![binding.planId, instance.planId].includes(planId)) {
    throw badRequest(`The service binding is of plan ${binding.planId} of service ${binding.serviceId}.`);
  }
  if (isAsync(service, "unbind") && !waits) throw asyncRequired();
  const already = binding.runs("unbind");
  if (already) return repeatedAnswer(world, service, already);
  if (
    world.settings.concurrency === "instance" &&
    instance.busy.some((one) => !binding.running.includes(one))
  ) {
    throw concurrencyError("The instance is busy with another operation.");
  }
  const failure = failureOf(world, call, "unbind", service);
  const isHalted = binding.running.length > 0;
  world.store.halt(binding, world.now(), "Halted by the request to unbind.");
  return operate(world, call, {
    kind: "unbind",
    service,
    thing: binding,
    planId,
    request: undefined,
    failure,
    succeed: () => {
      binding.gone = true;
    },
    fail: () => {
      if (isHalted) binding.rest = "failed";
    },
    done: () => jsonAnswer(200, {}),
  });
}

function existingBinding(world: BrokerWorld, { route }: Call, status = 404): ServiceBinding {
  const instance = world.store.instance(route.instanceId);
  const binding = instance?.bindings.get(route.bindingId);
  if (binding && !binding.gone && !instance?.gone) return binding;
  throw new BrokerRefusal(status, `There is no service binding ${route.bindingId} of ${route.instanceId}.`);
}
