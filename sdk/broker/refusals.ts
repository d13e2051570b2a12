import { plainWords, type Refusal } from "../http/answer";
import { isHtml } from "../http/body";
import { asClause } from "../http/clause";
import { AuthenticationError, type ApiError } from "../http/errors";
import { nameOf, type OptionName } from "../http/request";
import { BrokerError, type BrokerErrorCode } from "./errors";
import { flag as lenientFlag } from "./fields";
import type { Authentication } from "./headers";

/** The codes that the specification defines for the field `error` ("Error Codes"), with what to do about each. */
const SPECIFIED = new Map<string, readonly [BrokerErrorCode, (optionName: OptionName) => string]>([
  [
    "AsyncRequired",
    [
      "AsyncRequired",
      (optionName) =>
        `The broker can do this only asynchronously: ${optionName("acceptsIncomplete")} must be true.`,
    ],
  ],
  ["ConcurrencyError", ["ConcurrencyError", () => "Another operation has to end first."]],
  [
    "RequiresApp",
    [
      "RequiresApp",
      (optionName) => `The service wants to know the application: give ${optionName("appGuid")}.`,
    ],
  ],
  [
    "MaintenanceInfoConflict",
    [
      "MaintenanceInfoConflict",
      () => "The catalog has another maintenance version by now: get the catalog again.",
    ],
  ],
]);

/** What explains nothing: no `error`, or the status in words, as frameworks send it by themselves. */
const FORBIDDEN = /^(forbidden)?$/i;

/**
 * What a body says that explains nothing in the specification's way. JSON about a binding or an instance may be that itself,
 * of which nothing may be shown; so may anything with a status that refuses nothing.
 */
function bareWords({ request, status, text }: Refusal): string {
  const isAboutThing = request.method === "GET" || request.url.pathname.includes("/service_bindings/");
  const mayBeThing = status < 400 || (isAboutThing && /^\s*[[{"]/.test(text));
  return mayBeThing && !isHtml(text) ? "" : plainWords(text);
}

/** What a problem document says (RFC 9457, or one with a `message`): its title, unless the rest says that too. */
function problemWords(shown: (name: string) => string | undefined): string {
  const detail = shown("message") ?? shown("detail");
  const title = shown("title") ?? "";
  if (detail === undefined) return title;
  return title === "" || detail.toLowerCase().includes(title.toLowerCase()) ? detail : `${title}: ${detail}`;
}

/** The error for an answer whose status is not a success (spec: "Service Broker Errors"). */
export function brokerError(
  refusal: Refusal,
  client: { authentication: Authentication; apiVersion: string; optionName: OptionName },
): ApiError {
  const { request, info, status, retryAfterMs, fields } = refusal;
  const shown = (name: string): string | undefined => {
    const value = fields[name];
    return typeof value === "string" ? refusal.shown(value) || undefined : undefined;
  };
  const flag = (name: string): boolean | undefined => lenientFlag.parse(fields[name]);
  const brokerCode = shown("error");
  const description = shown("description");
  const usable = flag("instance_usable");
  const repeatable = flag("update_repeatable");
  const said = [brokerCode, description].filter((part) => part !== undefined).join(": ");
  const answered = `${nameOf(info)} was answered ${status}`;
  const [code, hint] = codeOf(refusal, client);
  const why = refusal.redirect ?? (said || problemWords(shown) || refusal.shown(bareWords(refusal)));
  // 403 refuses all kinds of things. Only where the broker does not say what, it is the one who asks.
  const isExplained =
    !FORBIDDEN.test(codeIn(fields)) || [description, usable, repeatable].some((part) => part !== undefined);
  if (status === 401 || (status === 403 && !isExplained)) {
    return new AuthenticationError(
      `${answered}${why ? `: ${asClause(why)}` : ""}. ${AUTHENTICATION_HINTS[client.authentication](client.optionName)}`,
      info,
      {
        status,
        retryAfterMs,
        effect: request.effect,
      },
    );
  }
  const explained = `${answered}${why ? `: ${why}` : " without an explanation"}`;
  return new BrokerError(hint ? `${asClause(explained)}. ${hint}` : explained, info, {
    status,
    code,
    brokerCode,
    description,
    instanceUsable: usable,
    updateRepeatable: repeatable,
    mayBeOwn: code === "Conflict" && request.earlier !== undefined,
    retryAfterMs,
  });
}

/** The code as it was sent: what is shown of it may have a secret taken out that only has the same letters. */
const codeIn = ({ error }: Refusal["fields"]): string => (typeof error === "string" ? error : "");

/** What a refusal means, and what to say of that besides the broker's own words. */
function codeOf(
  { status, request, fields }: Refusal,
  { apiVersion, optionName }: { apiVersion: string; optionName: OptionName },
): [BrokerErrorCode, string | undefined] {
  // What a broker that failed says of itself is no refusal.
  const specified = status >= 400 && status < 500 ? SPECIFIED.get(codeIn(fields)) : undefined;
  if (specified) return [specified[0], specified[1](optionName)];
  if (status === 400) return ["BadRequest", undefined];
  if (status === 422) return ["Unprocessable", undefined];
  if (status === 404) return ["NotFound", undefined];
  if (status === 410) return ["Gone", undefined];
  if (status === 409 && request.method === "PUT") {
    const own = request.earlier
      ? " It may be this request itself that took it: an earlier transmission got no answer that tells."
      : "";
    return ["Conflict", `The id is taken, with other attributes than these.${own}`];
  }
  if (status === 412) {
    return [
      "PreconditionFailed",
      `X-Broker-API-Version ${apiVersion} was sent. If the broker wants another version, set ${optionName("apiVersion")}.`,
    ];
  }
  if (status === 202 && request.method !== "GET") {
    return ["Other", "The broker goes on by itself although accepts_incomplete did not allow it to."];
  }
  if (status >= 200 && status < 300)
    return ["Other", "The specification knows no such answer to this request."];
  return ["Other", undefined];
}

const AUTHENTICATION_HINTS: Record<Authentication, (optionName: OptionName) => string> = {
  basic: (name) =>
    `The broker refuses the user name and password (basic authentication): check ${name("username")} and ${name("password")}.`,
  bearer: (name) => `The broker refuses the token (bearer authentication): check ${name("token")}.`,
  oauth: (name) =>
    "The broker refuses a token that was issued just now (OAuth client credentials). " +
    `Check ${name("tokenUrl")}, ${name("clientId")} and ${name("scope")}, and what that client may do there.`,
  none: (name) =>
    "No user name, password or token was sent (authentication: none). Where the broker wants some, set " +
    `${name("username")} and ${name("password")}, or ${name("token")}, or ${name("tokenUrl")}, or a client certificate.`,
};
