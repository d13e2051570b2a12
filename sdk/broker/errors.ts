import { ApiError, type RequestInfo } from "../http/errors";

/**
 * Why a broker refused: the codes of the specification ("Error Codes"), else what the status means: Conflict
 * (409 on PUT), Gone (410), NotFound (404), PreconditionFailed (412: another API version), BadRequest (400), Unprocessable
 * (422 with another code or none), Other.
 */
export type BrokerErrorCode =
  | "AsyncRequired"
  | "ConcurrencyError"
  | "RequiresApp"
  | "MaintenanceInfoConflict"
  | "Conflict"
  | "Gone"
  | "NotFound"
  | "PreconditionFailed"
  | "BadRequest"
  | "Unprocessable"
  | "Other";

/** The broker answered with a status that is not a success of the request (spec: "Service Broker Errors"). */
export class BrokerError extends ApiError {
  override name = "BrokerError";
  readonly code: BrokerErrorCode;
  /** The field `error` as sent. */
  readonly brokerCode: string | undefined;
  /** The field `description`: the broker's words for users. Redacted. */
  readonly description: string | undefined;
  /** Whether the instance of a failed update or deprovisioning can still be used. True unless the broker denies it. */
  readonly instanceUsable: boolean;
  /** Whether the same update may succeed later. True unless the broker denies it. */
  readonly updateRepeatable: boolean;
  /**
   * Of a Conflict: whether an earlier transmission of the same request, to which no answer came, may have taken the id.
   * What is there is then perhaps the caller's own: asked for with the same values it is (last operation, fetching), or
   * it may be deleted where nobody else can have chosen the id.
   */
  readonly mayBeOwn: boolean;
  /** The X-Broker-API-Request-Identity of the request, by which the broker's logs can be searched. */
  readonly requestIdentity: string;
  constructor(
    message: string,
    request: RequestInfo,
    answer: {
      status: number;
      code: BrokerErrorCode;
      brokerCode?: string | undefined;
      description?: string | undefined;
      instanceUsable?: boolean | undefined;
      updateRepeatable?: boolean | undefined;
      mayBeOwn?: boolean | undefined;
      retryAfterMs?: number | undefined;
    },
  ) {
    super(message, request, answer);
    this.code = answer.code;
    this.brokerCode = answer.brokerCode;
    this.description = answer.description;
    this.instanceUsable = answer.instanceUsable ?? true;
    this.updateRepeatable = answer.updateRepeatable ?? true;
    this.mayBeOwn = answer.mayBeOwn ?? false;
    this.requestIdentity = request.requestIdentity ?? "";
  }
}
