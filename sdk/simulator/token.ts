import type { Clients, Grant } from "./clients";
import { expiredAnswer, type HttpAnswer, jsonAnswer, type SimulatorRequest, textAnswer } from "./protocol";
import { header } from "./routes";
import type { Tenants } from "./tenants";

const oauthError = (status: number, error: string, description: string): HttpAnswer =>
  jsonAnswer(status, { error, error_description: description });

/** Who asks for a token of the grant `client_credentials`, and for what; or the refusal. */
export function applicant<Client>(
  request: SimulatorRequest,
  authenticate: (authorization: string | undefined) => Client | undefined,
): { client: Client; form: URLSearchParams } | HttpAnswer {
  const client = authenticate(header(request, "authorization"));
  if (!client) return oauthError(401, "invalid_client", "Client authentication failed");
  if (!header(request, "content-type")?.startsWith("application/x-www-form-urlencoded")) {
    return oauthError(400, "invalid_request", "The body must be application/x-www-form-urlencoded");
  }
  const form = new URLSearchParams(request.body);
  if (form.get("grant_type") !== "client_credentials") {
    return oauthError(400, "unsupported_grant_type", "grant_type must be client_credentials");
  }
  return { client, form };
}

/** `POST /auth/v1/oauth2/access_token`, also without `/auth/v1`. */
export function issueToken(
  request: SimulatorRequest,
  {
    clients,
    tenants,
    now,
    lifetimeS,
  }: { clients: Clients; tenants: Tenants; now: number; lifetimeS: number },
): HttpAnswer {
  const asked = applicant(request, (authorization) => clients.authenticate(authorization));
  if ("status" in asked) return asked;
  const { client, form } = asked;
  const scope = form.get("scope") ?? "";
  const tsgId = /^tsg_id:(1\d{9})$/.exec(scope)?.[1];
  if (tsgId === undefined || !tenants.within(client.tsgId).some((tenant) => tenant.id === tsgId)) {
    return oauthError(400, "invalid_scope", "scope must be tsg_id: and a TSG to which the client has access");
  }
  if (client.forbidden.has("token")) return oauthError(403, "access_denied", "Forbidden");
  const token = clients.issue(client, tsgId, now + lifetimeS * 1000);
  return jsonAnswer(200, {
    access_token: token,
    token_type: "Bearer",
    expires_in: lifetimeS,
    scope,
  });
}

/** What the request's token stands for, or the gateway's refusal of it. */
export function authorise(request: SimulatorRequest, clients: Clients, now: number): Grant | HttpAnswer {
  const authorization = header(request, "authorization");
  if (authorization === undefined) return textAnswer(401, "Jwt is missing");
  const grant = clients.grant(authorization);
  if (!grant) return textAnswer(401, "Jwt verification fails");
  return grant.expiresAt <= now ? expiredAnswer : grant;
}
