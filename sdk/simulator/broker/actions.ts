import { type HttpAnswer, jsonAnswer, type LateAnswer, type SimulatorAnswer } from "../protocol";
import { actionBody } from "./bodies";
import { bodyOf, type BrokerWorld, type Call, hintsOf, offerOf } from "./call";
import type { Offer } from "./catalog";
import { failureOf, operate } from "./operate";
import { checkParameters } from "./parameters";
import { badRequest, BrokerRefusal } from "./refusal";
import { ServiceInstance } from "./things";

/*
 * A broker whose plans are actions, as that of Oracle REST Data Services: it has a catalog, a PUT that carries out an action
 * while the caller waits, and a DELETE that does nothing. It keeps no instances: what its actions made is the database's.
 */

/** PUT of an instance: carries out the plan's action, each time anew. */
export function act(world: BrokerWorld, call: Call): SimulatorAnswer | LateAnswer {
  const { store } = world;
  const { service_id, plan_id, parameters = {} } = bodyOf(call, actionBody);
  const offer = offerOf(world, service_id, plan_id);
  const { service, plan } = offer;
  checkParameters(plan.schemas?.service_instance?.create?.parameters, parameters);
  const failure = failureOf(world, call, "provision", service);
  const name = nameIn(offer, parameters);
  if (
    name !== undefined &&
    store.instances().some((made) => made.serviceId === service.id && nameIn(offer, made.parameters) === name)
  )
    throw new BrokerRefusal(500, (service.simulated?.taken ?? "{name} exists.").replace("{name}", name));
  const made = new ServiceInstance(freeId(world, call), world.now(), service.id, NOBODY, {
    planId: plan.id,
    parameters,
    context: undefined,
    maintenanceVersion: undefined,
  });
  store.add(made);
  return operate(world, call, {
    kind: "provision",
    service,
    thing: made,
    planId: plan.id,
    request: undefined,
    failure,
    takesTime: true,
    succeed: () => undefined,
    fail: (leaves) => {
      if (!leaves) made.gone = true;
    },
    done: () => jsonAnswer(201, resultOf(world, offer, made)),
  });
}

/** DELETE of an instance: there is nothing to remove, and nothing to say of it. */
export function forget(_world: BrokerWorld, call: Call): HttpAnswer {
  const { serviceId, planId } = hintsOf(call);
  if (serviceId === undefined || planId === undefined)
    throw badRequest("service_id and plan_id are required.");
  return { status: 204, headers: {}, body: "" };
}

const NOBODY = { organizationGuid: "", spaceGuid: "" };

/** What the action makes is called so; undefined where each makes something new. */
function nameIn({ service }: Offer, parameters: Readonly<Record<string, unknown>>): string | undefined {
  const { namedBy } = service.simulated ?? {};
  return namedBy === undefined ? undefined : String(parameters[namedBy]).toUpperCase();
}

/** The request's id, or one like it where an earlier action was asked for under that: this broker does not mind. */
function freeId({ store }: BrokerWorld, { route }: Call): string {
  for (let n = 1; ; n++) {
    const id = n === 1 ? route.instanceId : `${route.instanceId} (${String(n)})`;
    if (!store.instance(id)) return id;
  }
}

/** What an action answers with: it varies with the plan, and may hold a secret. */
const resultOf = ({ ids, now }: BrokerWorld, { plan, service }: Offer, made: ServiceInstance) => ({
  action: plan.name,
  name: nameIn({ plan, service }, made.parameters) ?? ids.text("snapshot", 8),
  completed: new Date(now()).toISOString(),
  wallet: { password: `RESPONSE-CANARY-${ids.text("wallet", 16)}` },
});

/** A refusal as this broker words it: a problem document. */
export function asProblem(answer: SimulatorAnswer): SimulatorAnswer {
  if (!("status" in answer) || answer.status < 400 || !answer.body.startsWith("{")) return answer;
  const { description } = JSON.parse(answer.body) as { description?: string };
  // OAuth has words of its own.
  if (description === undefined) return answer;
  const code = TITLES[answer.status] ?? "Error";
  const problem = {
    code: code.replaceAll(" ", ""),
    title: code,
    message: description,
    type: `tag:simulated.example.com,2026:error/${code.replaceAll(" ", "")}`,
    instance: "tag:simulated.example.com,2026:request",
  };
  return jsonAnswer(answer.status, problem, {
    ...answer.headers,
    "content-type": "application/problem+json",
  });
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  404: "Not Found",
  412: "Precondition Failed",
  422: "Unprocessable Entity",
  500: "Internal Server Error",
};

/** Where there is nothing at all: a page, as of a web server. */
export const noSuchPage: HttpAnswer = {
  status: 404,
  headers: { "content-type": "text/html" },
  body: "<!DOCTYPE html><html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>",
};
