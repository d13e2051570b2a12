import { EventLog, type ExchangeEventKind, type LoggedEvent } from "../event-log";
import { type BrokerRequestKind, brokerRequestKinds } from "./requests";

/**
 * What happened: `request` arrived; its `effect` took place (something was made, changed or deleted, or began to
 * be); a `fault` struck; an `answer` was given, or `no-answer` (reset, hang). An operation succeeded or failed.
 */
export type BrokerEventKind = ExchangeEventKind | "operation-succeeded" | "operation-failed";

/** One thing that happened. It never holds a credential, nor the value of a parameter. */
export interface BrokerEvent extends LoggedEvent<BrokerEventKind, BrokerRequestKind> {
  instanceId?: string | undefined;
  bindingId?: string | undefined;
  serviceId?: string | undefined;
  planId?: string | undefined;
  /** The operation that a request asks for, that an effect started, or that ended. */
  operation?: string | undefined;
  /** X-Broker-API-Request-Identity. */
  requestIdentity?: string | undefined;
  /** X-Broker-API-Originating-Identity, decoded; absent where it cannot be. */
  originatingIdentity?: { platform: string; value: Record<string, unknown> } | undefined;
  /** X-Broker-API-Version. */
  apiVersion?: string | undefined;
  /** The names at the top of the request's JSON body. */
  bodyKeys?: string[] | undefined;
  /** The code that an error answer carries, such as `ConcurrencyError`. */
  error?: string | undefined;
}

/** All that happened, in order, for assertions and for accounts. */
export class BrokerLedger extends EventLog<BrokerEventKind, BrokerRequestKind, BrokerEvent> {
  constructor() {
    super(brokerRequestKinds);
  }

  /** The requests that changed something, optionally only those of one kind. */
  effects(request?: BrokerRequestKind): BrokerEvent[] {
    return this.of("effect", request);
  }
}
