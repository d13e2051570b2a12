import type { BrokerCallOptions, AsyncCallOptions } from "./call-options";
import type { Catalog } from "./catalog-types";
import type {
  ProvisionRequest,
  ProvisionResult,
  PlanRef,
  ServiceInstanceDetails,
  UpdateRequest,
  UpdateResult,
  OperationQuery,
  LastOperation,
  DeleteResult,
  BindRequest,
  BindResult,
  RotateRequest,
  Binding,
} from "./types";
import type { CallOptions } from "../http/caller";
import type { PollSchedule } from "../wait/schedule";
import type { RequestError } from "../http/errors";

/**
 * An Open Service Broker, API 2.17.
 *
 * Every call throws BrokerError (refused or failed), AuthenticationError (401, or a 403 that the broker does not
 * explain), ConnectionError (no answer), ResponseFormatError (an answer that cannot be read), or the reason of its
 * signal; that is the cause of a CancelledError where the signal ended a request that may change something all the same.
 * The `effect` of such an error says whether what was asked can have been carried out; {@link needsOrphanMitigation}
 * says what the specification wants done then.
 *
 * Every request may be repeated by specification, since the caller chooses the ids. After a lost answer, 408, 429,
 * 502, 503 and 504 it is, as `retry` allows, with a request identity of its own each time.
 */
export interface BrokerClient {
  /** Address of the broker, without a slash at its end. */
  readonly baseUrl: string;
  /** Spec: "Catalog Management". Kept with its ETag: while the broker answers 304, the same object. */
  getCatalog(options?: BrokerCallOptions): Promise<Catalog>;
  /** Spec: "Provisioning". */
  provision(
    instanceId: string,
    request: ProvisionRequest,
    options?: AsyncCallOptions,
  ): Promise<ProvisionResult>;
  /** Spec: "Fetching a Service Instance"; only where the service is `instancesRetrievable`. */
  getInstance(
    instanceId: string,
    plan?: Partial<PlanRef>,
    options?: BrokerCallOptions,
  ): Promise<ServiceInstanceDetails>;
  /** Spec: "Updating a Service Instance". */
  updateInstance(
    instanceId: string,
    request: UpdateRequest,
    options?: AsyncCallOptions,
  ): Promise<UpdateResult>;
  /** Spec: "Polling Last Operation for Service Instances"; one poll. */
  getLastOperation(
    instanceId: string,
    query?: OperationQuery,
    options?: BrokerCallOptions,
  ): Promise<LastOperation>;
  /** Spec: "Deprovisioning". */
  deprovision(instanceId: string, plan: PlanRef, options?: AsyncCallOptions): Promise<DeleteResult>;
  /** Spec: "Binding". */
  bind(
    instanceId: string,
    bindingId: string,
    request: BindRequest,
    options?: AsyncCallOptions,
  ): Promise<BindResult>;
  /** Spec: "Rotating a Service Binding"; only where the plan is `bindingRotatable`. */
  rotateBinding(
    instanceId: string,
    bindingId: string,
    request: RotateRequest,
    options?: AsyncCallOptions,
  ): Promise<BindResult>;
  /** Spec: "Fetching a Service Binding"; only where the service is `bindingsRetrievable`. */
  getBinding(
    instanceId: string,
    bindingId: string,
    plan?: Partial<PlanRef>,
    options?: BrokerCallOptions,
  ): Promise<Binding>;
  /** Spec: "Polling Last Operation for Service Bindings"; one poll. */
  getLastBindingOperation(
    instanceId: string,
    bindingId: string,
    query?: OperationQuery,
    options?: BrokerCallOptions,
  ): Promise<LastOperation>;
  /** Spec: "Unbinding". */
  unbind(
    instanceId: string,
    bindingId: string,
    plan: PlanRef,
    options?: AsyncCallOptions,
  ): Promise<DeleteResult>;
  /**
   * Polls until the operation is settled, and not before what a Retry-After asked for, that of the 202 included. A poll
   * that fails is followed by another one; only AuthenticationError ends the wait, after a minute of nothing else.
   */
  waitForInstanceOperation(instanceId: string, wait: WaitForOperation): Promise<SettledOperation>;
  /** The same for a binding. */
  waitForBindingOperation(
    instanceId: string,
    bindingId: string,
    wait: WaitForOperation,
  ): Promise<SettledOperation>;
  /**
   * Deletes what a request that failed may have left, where the specification wants that ({@link needsOrphanMitigation}) and
   * the option `orphanMitigation` allows it: without originating identity, and until the broker confirms that it is gone;
   * for a minute where it refuses or fails, until the deadline (default: an hour from now) where it is at it.
   *
   * @param request what failed
   * @param failure what a call threw, or how a wait ended
   * @param orphan  what was asked for
   */
  mitigateOrphan(
    request: BrokerRequest,
    failure: unknown,
    orphan: Orphan,
    options?: CallOptions,
  ): Promise<MitigatedOrphan>;
  /** Pauses between polls, where the broker asks for none: see the options. */
  readonly pollSchedule: PollSchedule;
  /** What it does: see the options. */
  readonly orphanMitigation: "auto" | "report";
  readonly keepsInstances: boolean;
  readonly sendsPlatform: boolean;
  /** The text without this client's credentials and without anything of the shape of a secret. */
  redact(text: string): string;
}

/** Something that may be at the broker although a request for it failed: an instance, or a binding of one. */
export interface Orphan extends PlanRef {
  instanceId: string;
  bindingId?: string | undefined;
}

/**
 * What became of what a failed request may have left.
 * - `none`: the specification wants nothing deleted. Nothing was made, or it goes on and can be taken up again.
 * - `removed`: the broker confirmed that nothing is left.
 * - `left`: something may be there, for the reason in `why`.
 */
export type MitigatedOrphan = { outcome: "none" } | { outcome: "removed" } | { outcome: "left"; why: string };

/** How an operation is waited for. The signal ends the wait with its reason, the deadline with `deadline`. */
export interface WaitForOperation
  extends OperationQuery, CallOptions, Pick<BrokerCallOptions, "originatingIdentity"> {
  purpose: "create" | "update" | "delete";
  /**
   * The plan's `maximum_polling_duration`, in milliseconds, counted from `since`. Default: no maximum. One poll is made
   * when it has passed, whatever Retry-After asked for, since what is deleted as overdue may have ended by then.
   */
  maximumPollingMs?: number | undefined;
  /** When the operation began, in milliseconds since the epoch by the clock. Default: now. */
  since?: number | undefined;
  /** Called before each poll; a rejection ends the wait with it. */
  beforePoll?: (() => Promise<void>) | undefined;
  /** Told of each poll: what it saw, or why it saw nothing. For progress. */
  onPoll?: ((seen: LastOperation | { error: Error }) => void) | undefined;
}

/**
 * How an operation ended (spec: "Polling Last Operation …", "Polling Interval and Duration").
 * - `succeeded`, `failed`: the broker said so.
 * - `gone`: only for purpose `delete`: 410; or 404 three times in a row, or at the last poll: `isUnknown`
 *   then, since a gateway says that too.
 * - `deadline`: the caller's deadline passed first; `isUnknown` where the last answer was 404 or 410.
 * - `overdue`: `maximumPollingMs` passed first, which the specification counts as failed.
 * - `lost`: for purpose `create` and `update`: nothing but 404 or 410 for 60 s and at least three polls; the broker
 *   does not know it. The same request may be sent once more: it meets what there is. (The specification would have 410
 *   polled on for ever; brokers give it for what they never had.)
 * - `untold`: only for purpose `delete`: three polls in a row were refused, or failed in the broker itself. Some brokers
 *   answer so once the deletion has ended. The same DELETE may be sent once more: it tells.
 *
 * `lastError` is what the last poll failed with, where it did.
 */
export type SettledOperation =
  | { outcome: "succeeded"; description?: string | undefined }
  | {
      outcome: "failed";
      description?: string | undefined;
      instanceUsable?: boolean | undefined;
      updateRepeatable?: boolean | undefined;
    }
  | { outcome: "gone"; isUnknown?: true | undefined }
  | { outcome: "deadline"; isUnknown?: true | undefined; lastError?: RequestError | undefined }
  | { outcome: "overdue"; lastError?: RequestError | undefined }
  | { outcome: "lost"; lastError?: RequestError | undefined }
  | { outcome: "untold"; lastError?: RequestError | undefined };

/** What a request was for. `other` is a request that changes nothing, such as fetching. */
export type BrokerRequest = "provision" | "deprovision" | "bind" | "unbind" | "update" | "other";
