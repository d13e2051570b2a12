import * as http from "node:http";
import * as https from "node:https";
import type { Readable } from "node:stream";
import type { AxiosInstance, AxiosResponse } from "axios" with {
  "resolution-mode": "import",
};
import type { Clock } from "../wait/clock";
import { isLoopback } from "./address";
import { apiError, type RawAnswer } from "./answer";
import { BodyTooLarge, parseJson, readText } from "./body";
import { connectionError, watchConnection } from "./connection";
import { ConnectionError, ProvisorError, ResponseFormatError, type RequestInfo } from "./errors";
import type { Redactor } from "./redact";
import { describe, nameOf, type HttpRequest, type RequestEvent } from "./request";

export interface TransportOptions {
  clock: Clock;
  redactor: Redactor;
  /** Milliseconds in which an answer must have arrived completely. */
  requestTimeoutMs: number;
  /** Largest body that is read, in bytes after decompression. Default 64 MiB. */
  maxBodyBytes?: number | undefined;
  onRequest?: ((event: RequestEvent) => void) | undefined;
}

/** Sends requests, each exactly once, and reads their JSON answers. */
export interface Transport {
  /**
   * The value in the answer's JSON body. Throws ApiError (status is not a success), ConnectionError (no answer),
   * ResponseFormatError (the answer is not JSON or too large) or the reason of the request's aborted signal.
   */
  send(request: HttpRequest): Promise<unknown>;
}

const MIB = 1024 * 1024;

export function createTransport(options: TransportOptions): Transport {
  const { clock, redactor, requestTimeoutMs, maxBodyBytes = 64 * MIB, onRequest } = options;
  let client: Promise<AxiosInstance> | undefined;
  const pooled = agents(true);
  // An idle connection may be closed by the server just as it is used again, which leaves open whether the
  // request arrived. A POST must not meet that, so it has a connection of its own.
  const fresh = agents(false);

  const exchange = async (request: HttpRequest, info: RequestInfo): Promise<RawAnswer> => {
    const timeoutMs = Math.min(requestTimeoutMs, (request.deadline ?? Infinity) - clock.now());
    if (timeoutMs <= 0) {
      throw new ConnectionError(
        `${nameOf(info)} was not sent: the time allowed for it had passed.`,
        info,
        "none",
        "ETIMEDOUT",
      );
    }
    const watch = watchConnection();
    const cut = new AbortController();
    const abort = (): void => cut.abort();
    const timer = setTimeout(abort, timeoutMs);
    request.signal?.addEventListener("abort", abort, { once: true });
    let status: number | undefined;
    try {
      const answer: AxiosResponse<Readable> = await (
        await (client ??= createAxios())
      ).request({
        method: request.method,
        url: request.url.href,
        headers: { ...request.headers, "Content-Type": contentType(request) },
        data: encode(request),
        signal: cut.signal,
        transport: watch.transport,
        ...(request.method === "GET" ? pooled : fresh),
        // A proxy of the environment is not for this machine itself, where plain http is allowed.
        ...(isLoopback(request.url.hostname) ? { proxy: false } : {}),
      });
      status = answer.status;
      return {
        status,
        retryAfter: header(answer, "retry-after"),
        location: header(answer, "location"),
        text: await readText(answer.data, maxBodyBytes),
      };
    } catch (error) {
      request.signal?.throwIfAborted();
      if (error instanceof BodyTooLarge) {
        const limit = `${(maxBodyBytes / MIB).toFixed(maxBodyBytes < MIB ? 3 : 0)} MiB`;
        throw new ResponseFormatError(
          `${nameOf(info)}: the answer is larger than the limit of ${limit}.`,
          info,
          request.effect,
        );
      }
      const effect = request.effect ?? (watch.stood() ? "unknown" : "none");
      throw connectionError(info, cut.signal.aborted ? "ETIMEDOUT" : codeOf(error), effect, status);
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", abort);
    }
  };

  return {
    async send(request) {
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
          // An observer's fault must not lose the answer to a POST.
        }
      };
      try {
        const answer = await exchange(request, info);
        status = answer.status;
        if (status < 200 || status >= 300) throw apiError(request, info, answer, redactor, clock.now());
        const body = parseJson(answer.text, info, {
          status,
          effect: request.effect,
        });
        report();
        return body;
      } catch (error) {
        report(error instanceof ProvisorError ? error.message : "aborted");
        throw error;
      }
    },
  };
}

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

function agents(keepAlive: boolean): {
  httpAgent: http.Agent;
  httpsAgent: https.Agent;
} {
  return {
    httpAgent: new http.Agent({ keepAlive }),
    httpsAgent: new https.Agent({ keepAlive }),
  };
}

function contentType({ body }: HttpRequest): string | null {
  if (!body) return null;
  return "json" in body ? "application/json" : "application/x-www-form-urlencoded";
}

function encode({ body }: HttpRequest): string | undefined {
  if (!body) return undefined;
  return "json" in body ? JSON.stringify(body.json) : new URLSearchParams(body.form).toString();
}

function header(answer: AxiosResponse, name: string): string | undefined {
  const value: unknown = answer.headers[name];
  return typeof value === "string" ? value : undefined;
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}
