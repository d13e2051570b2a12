import type { Clients } from "./clients";
import { errorAnswer, type HttpAnswer, type RequestKind, type SimulatorRequest } from "./protocol";

const paths: Record<string, Record<string, RequestKind>> = {
  "/oauth2/access_token": { POST: "token" },
  "/auth/v1/oauth2/access_token": { POST: "token" },
  "/tenancy/v1/tenant_service_groups": { GET: "tenants" },
  "/subscription/v1/instances": { GET: "list", POST: "post" },
  "/subscription/v1/licenses": { GET: "licenses" },
};

/** What a request is about, or the answer to a request for something that the API does not have. */
export function routeOf({ method, path }: SimulatorRequest): RequestKind | HttpAnswer {
  const methods = paths[path];
  if (!methods) return errorAnswer(404, "Not Found");
  return (
    methods[method] ??
    errorAnswer(405, "Method Not Allowed", "Method Not Allowed", { allow: Object.keys(methods).join(", ") })
  );
}

/** A request in one line: with the parameters that the API has, and no others, whoever may have put a token there. */
export function lineOf({ method, path, query = {} }: SimulatorRequest): string {
  const known = ["with_children", "license_id", "hierarchy"].filter((name) => query[name] !== undefined);
  const text = known.map((name) => `${name}=${String(query[name])}`).join("&");
  return `${method} ${path}${text && `?${text}`}`;
}

/** A header's value, whatever the case of its name. */
export function header(request: SimulatorRequest, name: string): string | undefined {
  const found = Object.entries(request.headers ?? {}).find(([key]) => key.toLowerCase() === name);
  return found?.[1];
}

/** Who asks for what, as far as the simulator knows them. */
export interface Asker {
  kind?: RequestKind | undefined;
  client?: string | undefined;
  tsgId?: string | undefined;
}

export function identify(request: SimulatorRequest, clients: Clients): Asker {
  const route = routeOf(request);
  const kind = typeof route === "string" ? route : undefined;
  const authorization = header(request, "authorization");
  if (kind === "token") return { kind, client: clients.authenticate(authorization)?.clientId };
  const grant = clients.grant(authorization);
  return { kind, client: grant?.client.clientId, tsgId: grant?.tsgId };
}
