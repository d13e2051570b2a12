import type { CallOptions } from "../http/caller";
import { ApiError, AuthenticationError, ResponseFormatError } from "../http/errors";
import type { TokenSource } from "../http/oauth";
import { describe, nameOf, type HttpRequest } from "../http/request";
import { isTransient, neverArrived, retry } from "../http/retry";
import type { Transport } from "../http/transport";
import { UnexpectedShape } from "./lists";
import type { CheckedOptions } from "./options";

/** What a call that changes something accepts from its caller. */
export interface PostOptions extends CallOptions {
  /** Called just before each transmission of the POST; a rejection stops it with nothing sent. */
  beforeSend?: (() => Promise<void>) | undefined;
}

/** One API call: what is sent, and how its answer is read. */
export interface ApiCall<T> {
  method: "GET" | "POST";
  path: string;
  query?: Record<string, string> | undefined;
  json?: unknown;
  /** Throws UnexpectedShape for a body that cannot be read. */
  read: (body: unknown) => T;
}

/**
 * Sends API calls with a token. A GET is repeated as {@link isTransient} says, a POST only while it certainly did
 * not arrive. A 401 renews the token and sends the call once more, for it means that nothing was carried out.
 */
export function createSession(options: CheckedOptions, transport: Transport, tokens: TokenSource) {
  const { clock, random, baseUrl, headers } = options;

  return async function call<T>(apiCall: ApiCall<T>, caller: PostOptions = {}): Promise<T> {
    const url = new URL(`${baseUrl}${apiCall.path}`);
    for (const [name, value] of Object.entries(apiCall.query ?? {})) url.searchParams.set(name, value);
    const request: HttpRequest = {
      method: apiCall.method,
      url,
      body: apiCall.json === undefined ? undefined : { json: apiCall.json },
      signal: caller.signal,
    };
    const info = describe(request);
    const deadline = Math.min(caller.deadline ?? Infinity, clock.now() + options.retry.totalMs);
    let attempt = 0;
    let stopped: unknown;

    const transmit = async (token: string): Promise<unknown> => {
      try {
        await caller.beforeSend?.();
      } catch (error) {
        stopped = error;
        throw error;
      }
      const authorization = { ...headers, Authorization: `Bearer ${token}` };
      return transport.send({ ...request, headers: authorization, deadline, attempt: ++attempt });
    };
    const send = (token: string): Promise<unknown> =>
      retry(() => transmit(token), {
        options: options.retry,
        clock,
        random,
        signal: caller.signal,
        deadline,
        retryable: (error) =>
          error !== stopped && (apiCall.method === "GET" ? isTransient(error) : neverArrived(error)),
      });
    const sendRenewing = async (): Promise<unknown> => {
      const token = await tokens.get(caller);
      try {
        return await send(token);
      } catch (error) {
        if (!isUnauthorized(error) || error === stopped) throw error;
      }
      tokens.invalidate(token);
      const renewed = await tokens.get(caller);
      try {
        return await send(renewed);
      } catch (error) {
        if (!isUnauthorized(error) || error === stopped) throw error;
        const { status, applicationCode, applicationError } = error;
        const message = `The API refuses a token that was issued just now. ${error.message}`;
        throw new AuthenticationError(message, info, { status, applicationCode, applicationError });
      }
    };

    const body = await sendRenewing();
    try {
      return apiCall.read(body);
    } catch (error) {
      if (!(error instanceof UnexpectedShape)) throw error;
      throw new ResponseFormatError(`${nameOf(info)} was answered with ${error.message}.`, info);
    }
  };
}

const isUnauthorized = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.status === 401;
