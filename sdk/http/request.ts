import type { Effect, RequestError, RequestInfo } from "./errors";

/** One HTTP request. */
export interface HttpRequest {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  url: URL;
  headers?: Record<string, string> | undefined;
  /** Body, sent as JSON or as a form. */
  body?: { json: unknown } | { form: Record<string, string> } | undefined;
  signal?: AbortSignal | undefined;
  /** Milliseconds since the epoch by the clock; the request is given up then. */
  deadline?: number | undefined;
  /** Milliseconds in which it must be answered, where that is not what the transport has for all. */
  timeoutMs?: number | undefined;
  /** How often this request has been sent, this time included; told to `onRequest`. Default 1. */
  attempt?: number | undefined;
  /** Statuses that are a success of this request. Default: every 2xx. */
  successes?: readonly number[] | undefined;
  /** The identity that its headers give this transmission; told to `onRequest` and in errors. */
  requestIdentity?: string | undefined;
  /** An earlier transmission of the same request that may have had its effect. */
  earlier?: RequestError | undefined;
  /** Overrides what errors say of the request's effect, for one that changes nothing (asking for a token). */
  effect?: Effect | undefined;
}

/** Told after each transmission of a request. Nothing in it is a secret. */
export interface RequestEvent {
  method: string;
  /** Without user info and without the values of query parameters. */
  url: string;
  /** HTTP status; absent when no answer arrived. */
  status?: number | undefined;
  durationMs: number;
  /** 1 for the first time this request is sent. */
  attempt: number;
  /** What went wrong, redacted. */
  error?: string | undefined;
  /** The identity that this transmission carried, where the API has one. */
  requestIdentity?: string | undefined;
}

/** How errors call an option of a client, or a field of a request to it. */
export type OptionName = (option: string) => string;

/** By its name, as who calls the client knows it. */
export const ownName: OptionName = (option) => option;

/** What errors may say of a request. */
export function describe(
  request: Pick<HttpRequest, "url" | "requestIdentity"> & { method: string },
): RequestInfo {
  const names = [...new Set(request.url.searchParams.keys())].map((name) => `${name}=…`).join("&");
  const { method, url, requestIdentity } = request;
  return {
    method,
    url: `${url.origin}${url.pathname}${names ? `?${names}` : ""}`,
    ...(requestIdentity !== undefined && { requestIdentity }),
  };
}

/** How messages call a request: method, path and host. */
export function nameOf(request: RequestInfo): string {
  const { pathname, host } = new URL(request.url);
  return `${request.method} ${pathname} on ${host}`;
}
