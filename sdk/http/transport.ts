import * as http from "node:http";
import * as https from "node:https";
import type { Readable } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { AxiosInstance, AxiosResponse } from "axios" with {
  "resolution-mode": "import",
};
import type { Clock } from "../wait/clock";
import {
  apiError,
  isSuccess,
  LONGEST_LOOK,
  refusalOf,
  type HttpAnswer,
  type RawAnswer,
  type Refusal,
} from "./answer";
import { BodyTooLarge, parseJson, readStart, readText } from "./body";
import { watchConnection, type ConnectionWatch } from "./connection";
import { connectionError, proxyError } from "./connection-error";
import {
  ConnectionError,
  ProvisorError,
  ResponseFormatError,
  SettingsError,
  type ApiError,
  type RequestInfo,
} from "./errors";
import { proxyFor } from "./proxy";
import type { Redactor } from "./redact";
import { describe, nameOf, ownName, type HttpRequest, type OptionName, type RequestEvent } from "./request";
import { parseRetryAfter } from "./retry-after";
import { trustWith, type ClientCertificate, type Trust } from "./trust";
import { openTunnel, TunnelRefused } from "./tunnel";

export interface TransportOptions {
  clock: Clock;
  redactor: Redactor;
  /** Milliseconds in which an answer must have arrived completely. */
  requestTimeoutMs: number;
  /** Largest body that is read, in bytes after decompression. Default 64 MiB. */
  maxBodyBytes?: number | undefined;
  /** Certificates in PEM form to trust besides the usual ones. */
  ca?: string | undefined;
  /** Shown to the server (mutual TLS), and never to a proxy. */
  clientCertificate?: ClientCertificate | undefined;
  /** Makes an error of an answer whose status is not a success. Default: an ApiError. */
  refused?: ((refusal: Refusal) => ApiError) | undefined;
  /** Makes an error of a request that its signal ended after it may have arrived. Default: the signal's reason. */
  cancelled?: ((request: HttpRequest, info: RequestInfo) => unknown) | undefined;
  onRequest?: ((event: RequestEvent) => void) | undefined;
  /** Default: by its name. */
  optionName?: OptionName | undefined;
}

/** Sends requests, each exactly once, and reads their JSON answers. */
export interface Transport {
  /**
   * The value in the answer's JSON body. Throws ApiError (status is not a success), ConnectionError (no answer),
   * ResponseFormatError (the answer is not JSON or too large) or the reason of the request's aborted signal.
   */
  send(request: HttpRequest): Promise<unknown>;
  /** The same, for what `read` makes of the whole answer. It may throw errors of its own. */
  receive<T>(request: HttpRequest, read: (answer: HttpAnswer) => T): Promise<T>;
}

const MIB = 1024 * 1024;

/** Codes of zlib and of Brotli. */
const DECOMPRESSION = /^(Z_|ERR_(_ERROR_FORMAT|BROTLI|ZLIB))/;

export function createTransport(options: TransportOptions): Transport {
  const {
    clock,
    redactor,
    requestTimeoutMs,
    maxBodyBytes = 64 * MIB,
    onRequest,
    optionName = ownName,
    refused = apiError,
    cancelled = ({ signal }) => signal?.reason as unknown,
  } = options;
  let client: Promise<AxiosInstance> | undefined;
  const proxyTrust = trustWith(options.ca);
  const trust = options.clientCertificate ? trustWith(options.ca, options.clientCertificate) : proxyTrust;
  const pooled = agents(true, trust);
  // An idle connection may be closed by the server just as it is used again, which leaves open whether the
  // request arrived. What changes something must not meet that, so it has a connection of its own.
  const fresh = agents(false, trust);

  const exchange = async (request: HttpRequest, info: RequestInfo): Promise<RawAnswer> => {
    const leftMs = (request.deadline ?? Infinity) - clock.now();
    const allowedMs = request.timeoutMs ?? requestTimeoutMs;
    const timeoutMs = Math.min(allowedMs, leftMs);
    if (timeoutMs <= 0) {
      throw new ConnectionError(
        `${nameOf(info)} was not sent: the time allowed for it had passed.`,
        info,
        "none",
        "ETIMEDOUT",
        undefined,
        undefined,
        true,
      );
    }
    const data = encode(request, info);
    const proxy = proxyFor(request.url);
    if (proxy?.authorization) redactor.add(proxy.authorization);
    let tunnel: TLSSocket | undefined;
    let watch: ConnectionWatch | undefined;
    const cut = new AbortController();
    const abort = (): void => cut.abort();
    const timer = setTimeout(abort, timeoutMs);
    request.signal?.addEventListener("abort", abort, { once: true });
    let status: number | undefined;
    try {
      const axios = await (client ??= createAxios());
      tunnel =
        proxy && (await openTunnel(proxy, request.url, { proxy: proxyTrust, server: trust }, cut.signal));
      watch = watchConnection(tunnel);
      const answer: AxiosResponse<Readable> = await axios.request({
        method: request.method,
        url: request.url.href,
        headers: { ...request.headers, "Content-Type": contentType(request) },
        data,
        signal: cut.signal,
        transport: watch.transport,
        proxy: false,
        ...(request.method === "GET" ? pooled : fresh),
      });
      status = answer.status;
      const text = isSuccessOf(request, status)
        ? await readText(answer.data, maxBodyBytes)
        : await readStart(answer.data, LONGEST_LOOK);
      request.signal?.throwIfAborted();
      return {
        status,
        retryAfter: header(answer, "retry-after"),
        location: header(answer, "location"),
        etag: header(answer, "etag"),
        text,
      };
    } catch (error) {
      if (request.signal?.aborted) throw watch?.stood() ? cancelled(request, info) : request.signal.reason;
      if (error instanceof BodyTooLarge) {
        const limit = `${(maxBodyBytes / MIB).toFixed(maxBodyBytes < MIB ? 3 : 0)} MiB`;
        throw new ResponseFormatError(
          `${nameOf(info)}: the answer is larger than the limit of ${limit}.`,
          info,
          request.effect,
          undefined,
          status,
        );
      }
      if (error instanceof TunnelRefused && proxy) throw proxyError(info, proxy.host, error.status);
      const code = cut.signal.aborted ? "ETIMEDOUT" : codeOf(error);
      if (status !== undefined && code && DECOMPRESSION.test(code)) {
        throw new ResponseFormatError(
          `${nameOf(info)} was answered ${status} with a body that cannot be decompressed (${code}).`,
          info,
          request.effect,
          undefined,
          status,
        );
      }
      const effect = request.effect ?? (watch?.stood() ? "unknown" : "none");
      const isByDeadline = cut.signal.aborted && leftMs <= allowedMs;
      throw connectionError(info, { effect, code, status, proxy: proxy?.host, isByDeadline }, optionName);
    } finally {
      tunnel?.destroy();
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", abort);
    }
  };

  const receive: Transport["receive"] = async (request, read) => {
    request.signal?.throwIfAborted();
    const info = describe(request);
    const started = clock.now();
    let status: number | undefined;
    const report = (error?: string): void => {
      const event = {
        ...info,
        status,
        durationMs: clock.now() - started,
        attempt: request.attempt ?? 1,
        error,
      };
      try {
        onRequest?.(event);
      } catch {
        // An observer's fault must not lose the answer to what changed something.
      }
    };
    try {
      const answer = await exchange(request, info);
      status = answer.status;
      if (!isSuccessOf(request, status))
        throw refused(refusalOf(request, info, answer, redactor, clock.now()));
      const result = read({
        status,
        etag: answer.etag,
        retryAfterMs: parseRetryAfter(answer.retryAfter, clock.now()),
        text: answer.text,
        json: () => parseJson(answer.text, info, { status: answer.status, effect: request.effect }),
      });
      report();
      return result;
    } catch (error) {
      report(error instanceof ProvisorError ? error.message : "aborted");
      throw error;
    }
  };

  return { receive, send: (request) => receive(request, (answer) => answer.json()) };
}

const isSuccessOf = ({ successes }: HttpRequest, status: number): boolean =>
  successes ? successes.includes(status) : isSuccess(status);

/** Loaded at the first request: programs that only declare resources send none, and would start later for it. */
async function createAxios(): Promise<AxiosInstance> {
  const { default: axios } = await import("axios");
  return axios.create({
    adapter: "http",
    maxRedirects: 0,
    responseType: "stream",
    validateStatus: null,
    headers: { Accept: "application/json", "User-Agent": "provisor" },
  });
}

function agents(keepAlive: boolean, trust: Trust): { httpAgent: http.Agent; httpsAgent: https.Agent } {
  return { httpAgent: new http.Agent({ keepAlive }), httpsAgent: new https.Agent({ keepAlive, ...trust }) };
}

function contentType({ body }: HttpRequest): string | null {
  if (!body) return null;
  return "json" in body ? "application/json" : "application/x-www-form-urlencoded";
}

function encode({ body }: HttpRequest, info: RequestInfo): string | undefined {
  if (!body) return undefined;
  if ("form" in body) return new URLSearchParams(body.form).toString();
  try {
    return JSON.stringify(body.json);
  } catch {
    // The error itself may quote what a caller's toJSON was about.
    throw new SettingsError(
      `${nameOf(info)} was not sent: what it was to send cannot be written as JSON (is there a BigInt in it, or an ` +
        "object that holds itself?).",
    );
  }
}

function header(answer: AxiosResponse, name: string): string | undefined {
  const value: unknown = answer.headers[name];
  return typeof value === "string" ? value : undefined;
}

function codeOf(error: unknown): string | undefined {
  const code: unknown =
    typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}
