/** What a request that failed can have done at the other end: certainly nothing, or perhaps what was asked. */
export type Effect = "none" | "unknown";

/** What every error of this package says of the request it belongs to. Nothing here is a secret. */
export interface RequestInfo {
  method: string;
  /** Without user info and without the values of query parameters. */
  url: string;
  /** The identity that this transmission carried, where the API has one; messages of errors end with it. */
  requestIdentity?: string | undefined;
}

/** The parent of all errors that this package throws on purpose. Messages are redacted. */
export class ProvisorError extends Error {
  override name = "ProvisorError";
}

/** A setting is missing, wrong or unsafe. `message` names every way to set it. */
export class SettingsError extends ProvisorError {
  override name = "SettingsError";
}

/** A request failed; `effect` says what that can mean for what it asked. */
export abstract class RequestError extends ProvisorError {
  /** An earlier transmission of the same request that may have had its effect, where there was one. */
  earlier?: RequestError | undefined;
  constructor(
    message: string,
    readonly request: RequestInfo,
    options?: ErrorOptions,
  ) {
    const { requestIdentity } = request;
    super(requestIdentity ? `${message} (request identity ${requestIdentity})` : message, options);
  }
  /** What the request can have done, all of its transmissions taken together. */
  get effect(): Effect {
    return this.earlier ? "unknown" : this.ownEffect;
  }
  /** What this transmission can have done. */
  abstract readonly ownEffect: Effect;
}

/** The server answered with a status that is not a success. */
export class ApiError extends RequestError {
  override name = "ApiError";
  readonly status: number;
  /** `application_code` of the answer, for instance `SUB_SERVICE_1004`. */
  readonly applicationCode: string | undefined;
  /** `application_error` of the answer, for instance `license_not_found_in_db`. */
  readonly applicationError: string | undefined;
  /** Milliseconds that the server asked to wait (Retry-After), if it did. */
  readonly retryAfterMs: number | undefined;
  readonly #effect: Effect | undefined;
  constructor(
    message: string,
    request: RequestInfo,
    answer: {
      status: number;
      applicationCode?: string | undefined;
      applicationError?: string | undefined;
      retryAfterMs?: number | undefined;
      /** What is known of the effect, where the status alone does not tell. */
      effect?: Effect | undefined;
    },
    options?: ErrorOptions,
  ) {
    super(message, request, options);
    this.status = answer.status;
    this.applicationCode = answer.applicationCode;
    this.applicationError = answer.applicationError;
    this.retryAfterMs = answer.retryAfterMs;
    this.#effect = answer.effect;
  }
  /** A 4xx refuses the request; 408 and 5xx (a gateway's too) leave open whether it was carried out. */
  get ownEffect(): Effect {
    if (this.#effect) return this.#effect;
    return this.status >= 400 && this.status < 500 && this.status !== 408 ? "none" : "unknown";
  }
}

/** The credentials were refused: by the token endpoint, or by the API for a token that was fresh. */
export class AuthenticationError extends ApiError {
  override name = "AuthenticationError";
}

/** No answer arrived: refused, reset, not resolved, timed out. */
export class ConnectionError extends RequestError {
  override name = "ConnectionError";
  constructor(
    message: string,
    request: RequestInfo,
    /** `none` when the connection never stood, so that nothing can have arrived. */
    readonly ownEffect: Effect,
    /** The system's word for it, such as `ECONNRESET`. */
    readonly code: string | undefined,
    options?: ErrorOptions,
    /** Status of the answer that broke off, where one had begun. */
    readonly status?: number,
    /** True where the caller's own deadline ended it, and not the time that any request may take. */
    readonly isByDeadline: boolean = false,
  ) {
    super(message, request, options);
  }
}

/** The caller's signal ended a request that may have its effect all the same. `cause` is the signal's reason. */
export class CancelledError extends RequestError {
  override name = "CancelledError";
  readonly ownEffect = "unknown";
}

/** An answer with a good status came whose body is not what it must be (HTML of a proxy, truncated JSON, …). */
export class ResponseFormatError extends RequestError {
  override name = "ResponseFormatError";
  constructor(
    message: string,
    request: RequestInfo,
    readonly ownEffect: Effect = "unknown",
    options?: ErrorOptions,
    /** Status of the answer. */
    readonly status?: number,
  ) {
    super(message, request, options);
  }
}
