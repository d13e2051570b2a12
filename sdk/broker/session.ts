import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { printable, type HttpAnswer } from "../http/answer";
import {
  ApiError,
  AuthenticationError,
  CancelledError,
  ConnectionError,
  RequestError,
  ResponseFormatError,
  SettingsError,
  type RequestInfo,
} from "../http/errors";
import { createTokenSource, type TokenSource } from "../http/oauth";
import type { Redactor } from "../http/redact";
import { describe, nameOf, type HttpRequest } from "../http/request";
import { isTransient, neverArrived, retry } from "../http/retry";
import { createTransport } from "../http/transport";
import type { BrokerCallOptions } from "./call-options";
import { BrokerError } from "./errors";
import { problemIn } from "./fields";
import {
  ORIGINATING_IDENTITY_HEADER,
  originatingIdentityHeader,
  REQUEST_IDENTITY_HEADER,
  VERSION_HEADER,
} from "./headers";
import type { CheckedOptions } from "./options";
import { queryOf } from "./paths";
import { brokerError } from "./refusals";
import { hideBinding, hideNamed, hideParameters } from "./secrets";

/** A success, whose body is read as a schema has it. */
export interface BrokerAnswer extends HttpAnswer {
  /** Throws ResponseFormatError for a body that is malformed. An empty one is, unless `empty` says what it stands for. */
  read<T>(schema: z.ZodType<T>, empty?: object): T;
  /** From now on no text shows what has the name of a secret in this part of the answer. */
  hide(part: unknown): void;
  /** Makes a text of the answer fit to be shown: redacted, on one line, of a sane length. */
  shown(text: string): string;
}

/** One API call: what is sent, and how its answer is read. */
export interface BrokerCall<T> {
  method: "GET" | "PUT" | "PATCH" | "DELETE";
  path: string;
  query?: Record<string, string | undefined> | undefined;
  headers?: Record<string, string> | undefined;
  json?: object | undefined;
  /** All statuses that the specification gives a good meaning. */
  successes: readonly number[];
  /** True: never repeated, since the caller does that. */
  once?: boolean | undefined;
  /** True: repeated only where it certainly did not arrive. */
  isAction?: boolean | undefined;
  /** Milliseconds in which it must be answered, where that is not the client's usual time. */
  timeoutMs?: number | undefined;
  read: (answer: BrokerAnswer) => T;
}

/** Sends API calls, repeated where that is safe and may help, each transmission with an identity of its own. */
export function createSession(options: CheckedOptions, redactor: Redactor) {
  const { clock, random, baseUrl } = options;
  const transport = createTransport({
    ...options,
    redactor,
    refused: (refusal) => {
      hideBinding(redactor, refusal.fields);
      return brokerError(refusal, options);
    },
    cancelled: ({ method, signal }, info) =>
      method === "GET" ? signal?.reason : cancelledError(info, signal),
  });
  const tokens = tokensFor(options, redactor);
  const common = {
    ...options.headers,
    ...(options.authorization !== undefined && { Authorization: options.authorization }),
    [VERSION_HEADER]: options.apiVersion,
  };

  const identityOf = (
    identity = options.originatingIdentity ?? null,
    platform?: unknown,
  ): Record<string, string> => {
    if (!identity) return {};
    if (typeof platform === "string" && platform !== identity.platform)
      throw new SettingsError(
        "Nothing was sent: originatingIdentity.platform and context.platform must be the same (spec: Originating Identity).",
      );
    const value = originatingIdentityHeader(identity);
    redactor.add(value.slice(value.indexOf(" ") + 1));
    return { [ORIGINATING_IDENTITY_HEADER]: value };
  };

  return async function call<T>(broker: BrokerCall<T>, caller: BrokerCallOptions = {}): Promise<T> {
    const { method, successes, json } = broker;
    const url = new URL(`${baseUrl}${broker.path}`);
    url.search = queryOf(broker.query ?? {});
    const identity = identityOf(caller.originatingIdentity, platformIn(json));
    const headers = { ...common, ...identity, ...broker.headers };
    hideParameters(redactor, json);
    let attempt = 0;
    let stopped: unknown;
    let doubt: RequestError | undefined;
    let token: string | undefined;

    const transmit = async (): Promise<T> => {
      try {
        token = await tokens?.get(caller).catch((error: unknown) => {
          throw withoutToken(error, { isByDeadline: (caller.deadline ?? Infinity) <= clock.now(), doubt });
        });
        await caller.beforeSend?.();
      } catch (error) {
        stopped = error;
        throw error;
      }
      const requestIdentity = randomUUID();
      const request: HttpRequest = {
        method,
        url,
        headers: {
          ...headers,
          ...(token !== undefined && { Authorization: `Bearer ${token}` }),
          [REQUEST_IDENTITY_HEADER]: requestIdentity,
        },
        body: json && { json },
        successes,
        requestIdentity,
        earlier: doubt,
        signal: caller.signal,
        deadline: caller.deadline,
        timeoutMs: broker.timeoutMs,
        attempt: ++attempt,
      };
      try {
        return await transport.receive(request, (answer) => broker.read(readable(answer, request, redactor)));
      } catch (error) {
        if (error instanceof RequestError && method !== "GET") {
          error.earlier = doubt;
          if (error.effect === "unknown") doubt = error;
        }
        throw error;
      }
    };
    /** Once more with another token, where the broker refuses one: it has carried nothing out. */
    const transmitRenewing = async (): Promise<T> => {
      try {
        return await transmit();
      } catch (error) {
        const isRefused = error instanceof AuthenticationError && error.status === 401 && error !== stopped;
        if (!tokens || token === undefined || !isRefused) throw error;
        tokens.invalidate(token);
        return transmit();
      }
    };
    const judge = method === "GET" ? isTransient : mayBeRepeated;
    const mayBeSentAgain = broker.isAction === true ? neverArrived : judge;
    const repeated = retry(transmitRenewing, {
      options: options.retry,
      clock,
      random,
      signal: caller.signal,
      deadline: Math.min(caller.deadline ?? Infinity, clock.now() + options.retry.totalMs),
      patience: caller.deadline,
      retryable: (error) => error !== stopped && broker.once !== true && mayBeSentAgain(error),
    });
    return repeated.catch((error: unknown) => {
      const isReason = caller.signal?.aborted === true && error === caller.signal.reason;
      throw doubt && isReason ? cancelledError(doubt.request, caller.signal, doubt) : error;
    });
  };
}

/** Where tokens come from, for OAuth. The broker's own headers are not for whoever issues them. */
function tokensFor(options: CheckedOptions, redactor: Redactor): TokenSource | undefined {
  if (!options.oauth) return undefined;
  const transport = createTransport({ ...options, redactor });
  return createTokenSource({ ...options, ...options.oauth, transport, redactor, advice: adviceFor(options) });
}

/**
 * No token was to be had, so that nothing was sent: an error of this call's own, since others may wait for the same token, and
 * one that cannot be taken for the broker's answer.
 */
function withoutToken(
  error: unknown,
  { isByDeadline, doubt }: { isByDeadline: boolean; doubt: RequestError | undefined },
): unknown {
  if (!(error instanceof RequestError)) return error;
  const { message, request } = error;
  const cause = { cause: error };
  const own =
    error instanceof AuthenticationError
      ? new AuthenticationError(message, request, { status: error.status, effect: "none" }, cause)
      : new ConnectionError(message, request, "none", undefined, cause, undefined, isByDeadline);
  own.earlier = doubt;
  return own;
}

const adviceFor = ({ optionName }: CheckedOptions): string =>
  `Check ${optionName("clientId")}, ${optionName("clientSecret")} and ${optionName("scope")}.`;

/** What the context of a request says to be its platform. */
const platformIn = (body: object | undefined): unknown =>
  (body as { context?: { platform?: unknown } } | undefined)?.context?.platform;

function cancelledError(info: RequestInfo, signal?: AbortSignal, earlier?: RequestError): CancelledError {
  const error = new CancelledError(
    `${nameOf(info)} was cancelled. It is not known whether it arrived, and what became of it.`,
    info,
    { cause: signal?.reason },
  );
  error.earlier = earlier;
  return error;
}

/** Statuses of a gateway, which tell nothing of the broker behind it. The broker's own failures are not repeated. */
const GATEWAY = [502, 503, 504];

/** Whether a request that changes something is sent again: after a lost answer, and where no broker has judged it. */
function mayBeRepeated(error: unknown): boolean {
  if (error instanceof ConnectionError) return isTransient(error);
  // An update that the broker refuses for good.
  if (error instanceof BrokerError && !error.updateRepeatable) return false;
  return error instanceof ApiError && [408, 429, ...GATEWAY].includes(error.status);
}

/** No body, or what frameworks write for one: PHP's empty list, null. */
const saysNothing = ({ text }: HttpAnswer): boolean => /^\s*(null|\[\s*\])?\s*$/.test(text);

function readable(answer: HttpAnswer, request: HttpRequest, redactor: Redactor): BrokerAnswer {
  return {
    ...answer,
    hide: (part) => {
      hideNamed(redactor, part);
    },
    shown: (text) => printable(redactor.clean(text)),
    read: (schema, empty) => {
      const body = empty && saysNothing(answer) ? empty : answer.json();
      hideBinding(redactor, body);
      const result = schema.safeParse(body);
      if (result.success) return result.data;
      const info = describe(request);
      throw new ResponseFormatError(
        `${nameOf(info)} was answered ${answer.status} with a body that is not as specified (${problemIn(result.error)}).`,
        info,
        request.effect,
        undefined,
        answer.status,
      );
    },
  };
}
