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
  /** Value of the ETag header. */
  etag: string | undefined;
  text: string;
}

/** An answer whose status is a success of its request. */
export interface HttpAnswer {
  status: number;
  /** Value of the ETag header. */
  etag: string | undefined;
  /** Milliseconds that the server asked to wait (Retry-After), if it did. */
  retryAfterMs: number | undefined;
  /** The body as it came. */
  text: string;
  /** The value in the JSON body. Throws ResponseFormatError when it is something else. */
  json(): unknown;
}

/** An answer whose status is not a success, as an error is made of it. */
export interface Refusal {
  request: HttpRequest;
  info: RequestInfo;
  status: number;
  retryAfterMs: number | undefined;
  /** The body as it came, or its beginning. */
  text: string;
  /** The fields of a JSON object in the body, as they came; none when it is something else. */
  fields: Record<string, unknown>;
  /** Where a redirect leads, for a message; undefined for other statuses. */
  redirect: string | undefined;
  /** Makes a text of the answer fit to be shown: redacted, on one line, of a sane length. */
  shown(text: string): string;
}

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** 304 says that nothing has changed, and leads nowhere. */
const isRedirect = (status: number): boolean => status >= 300 && status < 400 && status !== 304;

/** How much of a body is searched for an explanation, in bytes. */
export const LONGEST_LOOK = 262_144;
/** Characters of an explanation shown, and of a bare text shown. */
const LONGEST_EXPLANATION = 500;
const LONGEST_TEXT = 200;

/** What is known of an answer whose status is not a success. */
export function refusalOf(
  request: HttpRequest,
  info: RequestInfo,
  answer: RawAnswer,
  redactor: Redactor,
  now: number,
): Refusal {
  const { status, text } = answer;
  return {
    request,
    info,
    status,
    retryAfterMs: parseRetryAfter(answer.retryAfter, now),
    text,
    fields: objectIn(text),
    redirect: isRedirect(status) ? redirectText(request.url, answer.location) : undefined,
    shown: (shown) => printable(redactor.clean(shown)),
  };
}

/** The error for an answer whose status is not a success. */
export function apiError(refusal: Refusal): ApiError {
  const { request, info, status, retryAfterMs, redirect } = refusal;
  const fields = textsIn(refusal.fields);
  const shown = (text: string | undefined): string | undefined => text && refusal.shown(text);
  const explanation = redirect ?? shown(explain(refusal.text, fields));
  return new ApiError(
    `${nameOf(info)} was answered ${status}${explanation ? `: ${explanation}` : " without an explanation"}`,
    info,
    {
      status,
      applicationCode: shown(fields["application_code"]),
      applicationError: shown(fields["application_error"]),
      retryAfterMs,
      effect: request.effect,
    },
  );
}

/** One line without control characters (a terminal would obey them), of a sane length. */
export function printable(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, " ").trim();
  // Whole words, where they are words.
  return line.length > LONGEST_EXPLANATION
    ? `${[...line]
        .slice(0, LONGEST_EXPLANATION)
        .join("")
        .replace(/(?<=\s)\S{1,40}$/, "")}…`
    : line;
}

/** Only the host is named: the rest of a redirect's target may hold credentials. */
function redirectText(from: URL, location: string | undefined): string {
  const known = location !== undefined && URL.canParse(location, from.href);
  const target = known ? `to ${new URL(location, from).host}` : "elsewhere";
  return `a redirect ${target}. Redirects are not followed; check the address in the settings, and the proxy if there is one.`;
}

function objectIn(text: string): Record<string, unknown> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return {};
  }
  return typeof body === "object" && body !== null ? { ...body } : {};
}

/** The texts and numbers among the fields of an error, as texts. */
function textsIn(fields: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
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
  return once.length > 0 ? once.join(": ") : plainWords(text);
}

/** The title of a page, in brackets, where it has a short one. */
function titleOf(page: string): string {
  const [, title = ""] = /<title>([^<]{1,200})<\/title>/i.exec(page) ?? [];
  return title.trim() === "" ? "" : ` ("${title.trim()}")`;
}

/** What a body says that has none of the fields of an explanation: a short text speaks for itself. */
export function plainWords(text: string): string {
  if (isHtml(text)) return `an HTML page${titleOf(text)}, perhaps of a proxy or gateway in between`;
  const says = /[\p{L}\p{N}]/u.test(text) && text.trim().length <= LONGEST_TEXT;
  return says ? text.trim() : "";
}
