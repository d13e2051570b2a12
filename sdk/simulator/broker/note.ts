import { z } from "zod";
import type { SimulatorAnswer, SimulatorRequest } from "../protocol";
import { header } from "../routes";
import { type Identity, originatingIdentity } from "./headers";
import type { BrokerEvent } from "./ledger";
import { routeOf } from "./requests";

type Note = Pick<
  BrokerEvent,
  | "request"
  | "instanceId"
  | "bindingId"
  | "serviceId"
  | "planId"
  | "operation"
  | "requestIdentity"
  | "originatingIdentity"
  | "apiVersion"
  | "bodyKeys"
>;

const text = z.string().optional().catch(undefined);
const bodyShape = z.looseObject({ service_id: text, plan_id: text });

/** What the ledger keeps of a request: no credentials, and of the body only names and ids. */
export function noteOf(request: SimulatorRequest, basePath: string): Note {
  const route = routeOf(request, basePath);
  const about = route && !("allow" in route) ? route : undefined;
  const { query = {} } = request;
  const body = bodyOf(request);
  return {
    request: about?.kind,
    instanceId: about?.instanceId || undefined,
    bindingId: about?.bindingId || undefined,
    serviceId: query["service_id"] ?? body?.service_id,
    planId: query["plan_id"] ?? body?.plan_id,
    operation: query["operation"],
    requestIdentity: header(request, "x-broker-api-request-identity"),
    originatingIdentity: identityOf(request),
    apiVersion: header(request, "x-broker-api-version"),
    bodyKeys: body && Object.keys(body).filter((key) => body[key] !== undefined),
  };
}

function bodyOf({ body }: SimulatorRequest): z.output<typeof bodyShape> | undefined {
  if (!body) return undefined;
  try {
    return bodyShape.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

function identityOf(request: SimulatorRequest): Identity | undefined {
  try {
    return originatingIdentity(request);
  } catch {
    return undefined;
  }
}

/** The error code of an answer, if it has one. */
export function errorOf(answer: SimulatorAnswer): string | undefined {
  if (!("status" in answer) || answer.status < 400) return undefined;
  return /"error":"(\w+)"/.exec(answer.body)?.[1];
}
