import { type HttpAnswer, jsonAnswer } from "../protocol";
import { type BrokerWorld, type Call, hintsOf } from "./call";
import { failureBody, retryAfter } from "./operate";
import { badRequest, BrokerRefusal } from "./refusal";
import type { Operation, Thing } from "./things";

/** The state of what is being done to an instance or binding, or was done last. */
export function lastOperation(
  world: BrokerWorld,
  call: Call,
  thing: (Thing & { serviceId: string }) | undefined,
): HttpAnswer {
  const hints = hintsOf(call);
  if (!thing) throw new BrokerRefusal(404, "There is no such instance or binding.");
  const operation = operationAsked(thing, call.request.query?.["operation"]);
  if (hints.serviceId !== undefined && hints.serviceId !== thing.serviceId) {
    throw badRequest(`service_id is ${hints.serviceId}, but the service is ${thing.serviceId}.`);
  }
  if (operation && hints.planId !== undefined && hints.planId !== operation.planId) {
    throw badRequest(
      `plan_id is ${hints.planId}, but the plan when this ${operation.kind} began was ${operation.planId}.`,
    );
  }
  if (!operation) return jsonAnswer(200, { state: "succeeded" });
  return stateAnswer(world, thing, operation);
}

function operationAsked(thing: Thing, id: string | undefined): Operation | undefined {
  const last = thing.operations.at(-1);
  if (id !== undefined) {
    const asked = thing.operations.find((operation) => operation.id === id);
    if (!asked) throw badRequest(`operation ${id} is none that this broker gave out for it.`);
    return asked;
  }
  // Who lost the answer that named the operation must still be able to see, in the end, how it went.
  if (last?.state === "in progress" && last.id !== undefined) {
    throw badRequest("The operation that the broker gave out must be sent along.");
  }
  return last;
}

function stateAnswer({ settings, now }: BrokerWorld, thing: Thing, operation: Operation): HttpAnswer {
  const isDelete = operation.kind === "deprovision" || operation.kind === "unbind";
  if (operation.state === "in progress") {
    const description = progress(operation, now());
    return jsonAnswer(200, { state: "in progress", description }, retryAfter(settings));
  }
  if (operation.state === "failed") return jsonAnswer(200, { state: "failed", ...failureBody(operation) });
  if (thing.gone && !isDelete) throw new BrokerRefusal(404, "There is no such instance or binding.");
  const { deletedAs } = settings;
  if (thing.gone && deletedAs === "gone") return jsonAnswer(410, {});
  if (thing.gone && typeof deletedAs === "number")
    throw new BrokerRefusal(deletedAs, "There is no such instance or binding.");
  return jsonAnswer(200, { state: "succeeded", description: `The ${operation.kind} is done.` });
}

function progress({ kind, startedAt, endsAt }: Operation, now: number): string {
  const share = Math.floor((100 * (now - startedAt)) / (endsAt - startedAt));
  return `The ${kind} is in progress (${String(share)}% complete).`;
}
