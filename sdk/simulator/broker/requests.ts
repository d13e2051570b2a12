import type { SimulatorRequest } from "../protocol";

/** What a request is about; faults and the ledger speak in these. */
export const brokerRequestKinds = [
  "token",
  "catalog",
  "provision",
  "fetch",
  "update",
  "last-operation",
  "deprovision",
  "bind",
  "fetch-binding",
  "last-binding-operation",
  "unbind",
] as const;
export type BrokerRequestKind = (typeof brokerRequestKinds)[number];

/** What a broker may do asynchronously; failures and durations speak in these. */
export const operationKinds = ["provision", "update", "deprovision", "bind", "unbind"] as const;
export type OperationKind = (typeof operationKinds)[number];

/** What a request is about, as far as its method and path tell. */
export interface Route {
  kind: BrokerRequestKind;
  /** Empty where the path has none. */
  instanceId: string;
  bindingId: string;
}

type Methods = Record<string, BrokerRequestKind>;
const instance: Methods = { PUT: "provision", GET: "fetch", PATCH: "update", DELETE: "deprovision" };
const binding: Methods = { PUT: "bind", GET: "fetch-binding", DELETE: "unbind" };

/** The API's paths, below the base path. */
const paths: [RegExp, Methods][] = [
  [/^\/oauth\/token$/, { POST: "token" }],
  [/^\/v2\/catalog$/, { GET: "catalog" }],
  [/^\/v2\/service_instances\/([^/]+)$/, instance],
  [/^\/v2\/service_instances\/([^/]+)\/last_operation$/, { GET: "last-operation" }],
  [/^\/v2\/service_instances\/([^/]+)\/service_bindings\/([^/]+)$/, binding],
  [
    /^\/v2\/service_instances\/([^/]+)\/service_bindings\/([^/]+)\/last_operation$/,
    { GET: "last-binding-operation" },
  ],
];

/** The route of a request; `allow` holds the methods that a known path has instead; else the path is unknown. */
export function routeOf(
  { method, path }: SimulatorRequest,
  basePath: string,
): Route | { allow: string } | undefined {
  if (!path.startsWith(basePath)) return undefined;
  for (const [pattern, methods] of paths) {
    const match = pattern.exec(path.slice(basePath.length));
    if (!match) continue;
    const [instanceId = "", bindingId = ""] = match.slice(1).map(decoded);
    const kind = methods[method];
    return kind ? { kind, instanceId, bindingId } : { allow: Object.keys(methods).join(", ") };
  }
  return undefined;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

const knownQuery = ["accepts_incomplete", "service_id", "plan_id", "operation"];

/** A request in one line: with the query that the API has, and no other. */
export function lineOf({ method, path, query = {} }: SimulatorRequest): string {
  const known = knownQuery.filter((name) => query[name] !== undefined);
  const text = known.map((name) => `${name}=${String(query[name])}`).join("&");
  return `${method} ${path}${text && `?${text}`}`;
}
