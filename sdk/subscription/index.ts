/** Typed client of the subscription service, usable without Pulumi. */
export { createSubscriptionClient, type SubscriptionClient } from "./client";
export { tsgIdOfScope, type SubscriptionClientOptions } from "./options";
export type { PostOptions } from "./session";
export type {
  Allocation,
  Association,
  FreeAppRequest,
  Instance,
  License,
  LicenseUnits,
  OnboardItem,
  ProvisioningJob,
  Tenant,
} from "./types";
export { type Phase, type StatusSets, defaultStatusSets, phaseOf, unknownStatuses } from "./status";
export {
  InstanceWaitError,
  type WaitForInstancesOptions,
  createInstanceWaiter,
  type InstanceWaiter,
} from "./wait-for-instances";
export type { CallOptions } from "../http/caller";
export type { RequestEvent } from "../http/request";
export type { RetryOptions } from "../http/retry";
export { isLoopback, parseServiceUrl } from "../http/address";
export { checkHeaders } from "../http/headers";
export { REDACTED, spellingsOf } from "../http/redact";
export {
  ApiError,
  AuthenticationError,
  ConnectionError,
  ProvisorError,
  RequestError,
  ResponseFormatError,
  SettingsError,
  type Effect,
  type RequestInfo,
} from "../http/errors";
export { systemClock, type Clock } from "../wait/clock";
