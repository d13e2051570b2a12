import {
  type HttpAnswer,
  jsonAnswer,
  type LateAnswer,
  type SimulatorAnswer,
  type SimulatorRequest,
  thenChanged,
} from "../protocol";
import { header } from "../routes";
import { act, asProblem, forget, noSuchPage } from "./actions";
import { bind } from "./bind";
import { fetchBinding, unbind } from "./bindings";
import type { BrokerWorld, Call, OnEffect } from "./call";
import { authenticate, checkRequestIdentity, checkVersion, originatingIdentity } from "./headers";
import { deprovision, fetchInstance, provision } from "./instances";
import { lastOperation } from "./last-operation";
import type { BrokerCredentials } from "./options";
import { BrokerRefusal } from "./refusal";
import { type BrokerRequestKind, routeOf } from "./requests";
import { update } from "./update";

type Handler = (world: BrokerWorld, call: Call) => SimulatorAnswer | LateAnswer;

const handlers: Record<Exclude<BrokerRequestKind, "token">, Handler> = {
  catalog: showCatalog,
  provision,
  fetch: fetchInstance,
  update,
  "last-operation": (world, call) => lastOperation(world, call, world.store.instance(call.route.instanceId)),
  deprovision,
  bind,
  "fetch-binding": fetchBinding,
  "last-binding-operation": (world, call) =>
    lastOperation(
      world,
      call,
      world.store.instance(call.route.instanceId)?.bindings.get(call.route.bindingId),
    ),
  unbind,
};

/** All that a broker of actions can be asked for. */
const actions: Partial<typeof handlers> = {
  catalog: showCatalog,
  provision: act,
  deprovision: forget,
};

/** Answers a request and carries out its effect. */
export function respond(
  world: BrokerWorld,
  credentials: BrokerCredentials,
  request: SimulatorRequest,
  onEffect: OnEffect,
): SimulatorAnswer | LateAnswer {
  const { kind } = world.settings;
  const plain = answerOf(world, credentials, request, onEffect);
  const answer = kind === "actions" ? thenChanged(plain, asProblem) : plain;
  const identity = header(request, "x-broker-api-request-identity");
  if (identity === undefined) return answer;
  const headers = { "x-broker-api-request-identity": identity };
  return thenChanged(answer, (given) =>
    "status" in given ? { ...given, headers: { ...given.headers, ...headers } } : given,
  );
}

function answerOf(
  world: BrokerWorld,
  credentials: BrokerCredentials,
  request: SimulatorRequest,
  onEffect: OnEffect,
): SimulatorAnswer | LateAnswer {
  const { basePath, kind } = world.settings;
  const route = routeOf(request, basePath);
  const hasActions = kind === "actions";
  if (!route) return hasActions ? noSuchPage : jsonAnswer(404, { description: "There is no such path." });
  if ("allow" in route) {
    if (hasActions) return noSuchPage;
    return jsonAnswer(405, { description: "There is no such method here." }, { allow: route.allow });
  }
  const { tokens, settings } = world;
  const now = world.now();
  if (route.kind === "token")
    return "client" in credentials
      ? tokens.issue(request, credentials.client, { now, lifetimeS: settings.tokenLifetimeS })
      : jsonAnswer(404, { description: "There is no such path." });
  try {
    if (!tokens.has(header(request, "authorization"), now)) authenticate(request, credentials);
    checkVersion(request, world.settings);
    checkRequestIdentity(request);
    const identity = originatingIdentity(request);
    const handler = (hasActions ? actions : handlers)[route.kind];
    if (!handler) return jsonAnswer(404, { description: "This broker has no such request." });
    return handler(world, { request, route, identity, onEffect });
  } catch (error) {
    if (error instanceof BrokerRefusal) return error.answer;
    throw error;
  }
}

function showCatalog({ catalog }: BrokerWorld, { request }: Call): HttpAnswer {
  const { body, etag } = catalog.shown();
  if (namesTag(header(request, "if-none-match") ?? "", etag))
    return { status: 304, headers: { etag }, body: "" };
  return jsonAnswer(200, body, { etag });
}

/** Whether If-None-Match names this ETag: `*`, or a list in which a weak one is as good (RFC 7232, section 3.2). */
function namesTag(condition: string, etag: string): boolean {
  if (condition.trim() === "*") return true;
  return [...condition.matchAll(/"[^"]*"/g)].some(([tag]) => tag === etag);
}
