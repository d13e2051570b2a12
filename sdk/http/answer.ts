import { isHtml } from "./body";
import { ApiError, type RequestInfo } from "./errors";
import type { Redactor } from "./redact";
import { nameOf } from "./request";
import { parseRetryAfter } from "./retry-after";
import type { HttpRequest } from "./request";

/** An HTTP answer as it came. */
export interface RawAnswer {
  status: number;
  /** Value of the Retry-After header. */
  retryAfter: string | undefined;
  /** Value of the Location header. */
  location: string | undefined;
  text: string;
}

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** How much of a body is searched for an explanation, in bytes. */
export const LONGEST_LOOK = 16_384;
/** Characters of an explanation shown, and of a bare text shown. */
const LONGEST_EXPLANATION = 500;
const LONGEST_TEXT = 200;

/** The error for an answer whose status is not a success. */
export function apiError(
  request: HttpRequest,
  info: RequestInfo,
  answer: RawAnswer,
  redactor: Redactor,
  now: number,
): ApiError {
  const fields = errorFields(answer.text);
  const shown = (text: string | undefined): string | undefined => text && printable(redactor.clean(text));
  const redirect = answer.status >= 300 && answer.status < 400;
  const explanation = redirect
    ? redirectText(request.url, answer.location)
    : shown(explain(answer.text, fields));
  return new ApiError(
    `${nameOf(info)} was answered ${answer.status}${explanation ? `: ${explanation}` : " without an explanation"}`,
    info,
    {
      status: answer.status,
      applicationCode: shown(fields["application_code"]),
      applicationError: shown(fields["application_error"]),
      retryAfterMs: parseRetryAfter(answer.retryAfter, now),
      effect: request.effect,
    },
  );
}

/** One line without control characters (a terminal would obey them), of a sane length. */
function printable(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, " ").trim();
  return line.length > LONGEST_EXPLANATION
    ? `${line.slice(0, LONGEST_EXPLANATION).replace(/\S+$/, "")}…`
    : line;
}

/** Only the host is named: the rest of a redirect's target may hold credentials. */
function redirectText(from: URL, location: string | undefined): string {
  const known = location !== undefined && URL.canParse(location, from.href);
  const target = known ? `to ${new URL(location, from).host}` : "elsewhere";
  return `a redirect ${target}. Redirects are not followed; check the address in the settings, and the proxy if there is one.`;
}

/** The texts of a JSON error body, by field; empty when it is something else. */
function errorFields(text: string): Record<string, string> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return {};
  }
  if (typeof body !== "object" || body === null) return {};
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]: [string, unknown]) =>
      typeof value === "string" || typeof value === "number" ? [[name, String(value)]] : [],
    ),
  );
}

function explain(text: string, fields: Record<string, string>): string {
  // The gateway's `error` is only the status in words; OAuth's says what is wrong.
  const names = ["application_code", "application_error", "message", "error_description"];
  const said = [...names, ...(fields["message"] ? [] : ["error"])].flatMap(
    (name) => fields[name]?.trim() || [],
  );
  // The API's message repeats its code and error: what another field holds already is not said twice.
  const once = said.filter(
    (one, index) =>
      !said.some((other, at) => at !== index && other.includes(one) && (other !== one || at < index)),
  );
  if (once.length > 0) return once.join(": ");
  if (isHtml(text)) return "an HTML page, perhaps of a proxy or gateway in between";
  return text.trim().length <= LONGEST_TEXT ? text.trim() : "";
}
