import type { CallOptions } from "../http/caller";
import { Redactor } from "../http/redact";
import type { PollSchedule } from "../wait/schedule";
import type { AsyncCallOptions, BrokerCallOptions } from "./call-options";
import { createCatalogCalls } from "./catalog-cache";
import type { Catalog } from "./catalog-types";
import { FirstLooks } from "./first-looks";
import { checkOptions, type BrokerClientOptions } from "./options";
import type { BrokerRequest } from "./orphan-mitigation";
import {
  bindCall,
  bindingCall,
  deleteCall,
  instanceCall,
  lastOperationCall,
  provisionCall,
  rotateCall,
  updateCall,
  type Target,
} from "./requests";
import { createSession, type BrokerCall } from "./session";
import type {
  Binding,
  BindRequest,
  BindResult,
  DeleteResult,
  LastOperation,
  OperationQuery,
  PlanRef,
  ProvisionRequest,
  ProvisionResult,
  RotateRequest,
  ServiceInstanceDetails,
  UpdateRequest,
  UpdateResult,
} from "./types";
import { waitForOperation, type SettledOperation, type WaitForOperation } from "./wait-for-operation";
import { mitigateOrphan, type MitigatedOrphan, type Orphan } from "./work";
import { WrittenIds } from "./written-ids";

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

/** How long a clean-up that a caller sets no deadline for may take. */
const CLEAN_UP_MS = 60 * 60_000;

/** A client for one broker. Sends nothing yet. Throws SettingsError for wrong options. */
export function createBrokerClient(options: BrokerClientOptions): BrokerClient {
  const checked = checkOptions(options);
  const { clock, random, pollIntervalMs, pollIntervalMaxMs, orphanMitigation } = checked;
  const pollSchedule = { firstMs: pollIntervalMs, maxMs: pollIntervalMaxMs, random };
  const redactor = new Redactor();
  for (const secret of checked.secrets) redactor.add(secret);
  const call = createSession(checked, redactor);
  const ids = new WrittenIds();
  const catalogCall = createCatalogCalls(ids);
  const firstLooks = new FirstLooks(clock);
  const begin = <T>(change: BrokerCall<T>, caller: BrokerCallOptions | undefined): Promise<T> =>
    call(firstLooks.noting({ ...change, json: change.json && ids.in(change.json) }), caller);

  const settled = async (target: Target, wait: WaitForOperation): Promise<SettledOperation> => {
    const poll = lastOperationCall(target, wait);
    return waitForOperation(
      {
        clock,
        schedule: pollSchedule,
        poll: (caller) => call({ ...poll, once: true }, caller),
        firstLook: firstLooks.take(poll.path),
      },
      wait,
    );
  };

  const client: BrokerClient = {
    baseUrl: checked.baseUrl,
    orphanMitigation,
    keepsInstances: checked.keepsInstances,
    sendsPlatform: checked.sendsPlatform,
    pollSchedule,
    getCatalog: (caller) => call(catalogCall(), caller),
    provision: async (instanceId, request, caller) =>
      begin(provisionCall({ instanceId }, request, checked, caller), caller),
    getInstance: async (instanceId, plan, caller) => call(instanceCall({ instanceId }, plan), caller),
    updateInstance: async (instanceId, request, caller) =>
      begin(updateCall({ instanceId }, request, checked, caller), caller),
    getLastOperation: async (instanceId, query, caller) =>
      call(lastOperationCall({ instanceId }, query), caller),
    deprovision: async (instanceId, plan, caller) =>
      begin(deleteCall({ instanceId }, plan, checked, caller), caller),
    bind: async (instanceId, bindingId, request, caller) =>
      begin(bindCall({ instanceId, bindingId }, request, checked, caller), caller),
    rotateBinding: async (instanceId, bindingId, request, caller) =>
      begin(rotateCall({ instanceId, bindingId }, request, caller), caller),
    getBinding: async (instanceId, bindingId, plan, caller) =>
      call(bindingCall({ instanceId, bindingId }, plan), caller),
    getLastBindingOperation: async (instanceId, bindingId, query, caller) =>
      call(lastOperationCall({ instanceId, bindingId }, query), caller),
    unbind: async (instanceId, bindingId, plan, caller) =>
      begin(deleteCall({ instanceId, bindingId }, plan, checked, caller), caller),
    waitForInstanceOperation: (instanceId, wait) => settled({ instanceId }, wait),
    waitForBindingOperation: (instanceId, bindingId, wait) => settled({ instanceId, bindingId }, wait),
    mitigateOrphan: async (request, failure, orphan, { signal, deadline } = {}) =>
      mitigateOrphan(
        {
          client,
          clock,
          freshCatalog: () => client.getCatalog({ signal, originatingIdentity: null }),
          signal,
          beforeSend: () => Promise.resolve(),
          onWait: () => undefined,
        },
        orphanMitigation,
        request,
        failure,
        orphan,
        { deadline: deadline ?? clock.now() + CLEAN_UP_MS },
      ),
    redact: (text) => redactor.clean(text),
  };
  return client;
}
