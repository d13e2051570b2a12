import { z } from "zod";
import type { Clock } from "../wait/clock";
import { waitAsCaller, type CallOptions } from "./caller";
import { ApiError, AuthenticationError, ConnectionError, ResponseFormatError } from "./errors";
import type { Redactor } from "./redact";
import { describe, nameOf } from "./request";
import { isTransient, retry, type RetryOptions } from "./retry";
import type { Transport } from "./transport";

export interface TokenSourceOptions {
  transport: Transport;
  redactor: Redactor;
  clock: Clock;
  random: () => number;
  retry: RetryOptions;
  authUrl: URL;
  clientId: string;
  clientSecret: string;
  /** For instance `tsg_id:1234567890`. Undefined: none is sent. */
  scope: string | undefined;
  /** What to do where the credentials are refused, as a sentence. */
  advice: string;
}

/** Access tokens of the OAuth client credentials grant (RFC 6749, section 4.4). */
export interface TokenSource {
  /**
   * A token that is valid now: the cached one, or the answer to the one request that all callers share. Throws
   * AuthenticationError when the credentials are refused. Errors carry effect `none`: a token changes nothing.
   */
  get(call?: CallOptions): Promise<string>;
  /** The API refused `token`: the next `get` asks for another one, unless that was done already. */
  invalidate(token: string): void;
}

interface CachedToken {
  value: string;
  /** When it was asked for. */
  since: number;
  /** When to ask for the next one, in milliseconds since the epoch. */
  renewAt: number;
}

interface TokenRequest {
  answer: Promise<CachedToken>;
  /** Callers that wait for it; the request is ended when none is left. */
  callers: number;
  abort(): void;
}

/** The life of the vendor's tokens, in seconds; taken when the answer names none. */
const USUAL_LIFE = 15 * 60;
/** Taken when the answer names a life that cannot be: enough for what is in flight, soon asked for again. */
const DOUBTFUL_LIFE = 30;
/** No token is kept for longer, whatever the answer says. */
const LONGEST_LIFE = 60 * 60;
/** Seconds before its end at which a token is renewed: a fifth of its life, at most a minute. */
const renewalMargin = (life: number): number => Math.min(60, life / 5);

const answerSchema = z.looseObject({
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_in: z.unknown().optional(),
  scope: z.unknown().optional(),
});

export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { transport, redactor, clock, authUrl, scope } = options;
  const info = describe({ method: "POST", url: authUrl });
  const basic = Buffer.from(`${options.clientId}:${options.clientSecret}`, "utf8").toString("base64");
  redactor.add(options.clientSecret);
  redactor.add(basic);
  let cached: CachedToken | undefined;
  let pending: TokenRequest | undefined;

  const request = async (signal: AbortSignal): Promise<CachedToken> => {
    const started = clock.now();
    const deadline = started + options.retry.totalMs;
    let attempt = 0;
    const send = (): Promise<unknown> =>
      transport.send({
        method: "POST",
        url: authUrl,
        headers: { Authorization: `Basic ${basic}` },
        body: { form: { grant_type: "client_credentials", ...(scope !== undefined && { scope }) } },
        signal,
        deadline,
        attempt: ++attempt,
        effect: "none",
      });
    const { random, retry: retryOptions } = options;
    try {
      const body = await retry(send, {
        options: retryOptions,
        clock,
        random,
        signal,
        deadline,
        retryable: isTransient,
      });
      const { value, life } = readAnswer(body);
      redactor.add(value);
      return { value, since: started, renewAt: started + (life - renewalMargin(life)) * 1000 };
    } catch (error) {
      throw refused(error) ?? error;
    }
  };

  const readAnswer = (body: unknown): { value: string; life: number } => {
    const parsed = answerSchema.safeParse(body);
    if (!parsed.success) {
      throw new ResponseFormatError(
        `${nameOf(info)}: the answer holds no usable access_token.`,
        info,
        "none",
      );
    }
    const { access_token: value, expires_in: life, scope: granted } = parsed.data;
    const tenants: string[] =
      typeof granted === "string" ? (granted.match(/\btsg_id:[\w-]{1,64}/g) ?? []) : [];
    if (scope !== undefined && tenants.length > 0 && !tenants.includes(scope)) {
      const message = redactor.clean(
        `${nameOf(info)}: a token for ${scope} was asked for, but the answer is one for ${tenants[0]}. It is not used.`,
      );
      throw new AuthenticationError(message, info, { status: 200, effect: "none" });
    }
    return { value, life: lifeOf(life) };
  };

  const refused = (error: unknown): AuthenticationError | undefined => {
    if (!(error instanceof ApiError) || ![400, 401, 403].includes(error.status)) return undefined;
    const { status, applicationCode, applicationError } = error;
    const forScope = scope === undefined ? "" : ` for scope ${scope}`;
    return new AuthenticationError(
      `The credentials were refused by ${authUrl.host}${forScope}: ${error.message}. ${options.advice}`,
      info,
      { status, applicationCode, applicationError, effect: "none" },
    );
  };

  const begin = (): TokenRequest => {
    const controller = new AbortController();
    const begun: TokenRequest = {
      callers: 0,
      abort: () => controller.abort(),
      answer: request(controller.signal).then(
        (token) => {
          cached = token;
          leave(begun);
          return token;
        },
        (error: unknown) => {
          leave(begun);
          throw error;
        },
      ),
    };
    // A caller may be late before it listens, and a failure that nobody hears ends the process.
    begun.answer.catch(() => undefined);
    return begun;
  };
  /** The next caller begins anew. */
  const leave = (ended: TokenRequest): void => {
    if (pending === ended) pending = undefined;
  };

  const late = (): Error =>
    new ConnectionError(`${nameOf(info)}: no token came in the time allowed.`, info, "none", "ETIMEDOUT");

  return {
    async get(call = {}) {
      call.signal?.throwIfAborted();
      const now = clock.now();
      // A clock that was set back would keep a token for too long.
      if (cached && cached.since <= now && now < cached.renewAt) return cached.value;
      if (call.deadline !== undefined && call.deadline <= now) throw late();
      const shared = (pending ??= begin());
      shared.callers++;
      try {
        return (await waitAsCaller(shared.answer, call, clock, late)).value;
      } finally {
        shared.callers--;
        if (shared.callers === 0) {
          leave(shared);
          shared.abort();
        }
      }
    },
    invalidate(token) {
      if (cached?.value === token) cached = undefined;
    },
  };
}

function lifeOf(expiresIn: unknown): number {
  if (expiresIn === undefined || expiresIn === null) return USUAL_LIFE;
  const seconds = typeof expiresIn === "string" && expiresIn.trim() !== "" ? Number(expiresIn) : expiresIn;
  return typeof seconds === "number" && seconds > 0 && Number.isFinite(seconds)
    ? Math.min(seconds, LONGEST_LIFE)
    : DOUBTFUL_LIFE;
}
