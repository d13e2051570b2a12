/** Typed client of Open Service Brokers (API 2.17), usable without Pulumi. */
export { createBrokerClient } from "./client";
export type {
  BrokerClient,
  MitigatedOrphan,
  Orphan,
  SettledOperation,
  WaitForOperation,
  BrokerRequest,
} from "./interface";
export type { AsyncCallOptions, BrokerCallOptions } from "./call-options";
export type { BrokerClientOptions } from "./options";
export { BrokerError, type BrokerErrorCode } from "./errors";
export {
  needsOrphanMitigation,
  orphanMitigationTable,
  type BrokerResponse,
  type OrphanMitigationRow,
} from "./orphan-mitigation";
export { secretTexts } from "./secrets";
export type {
  Catalog,
  JsonSchema,
  MaintenanceInfo,
  PlanSchemas,
  ServiceOffering,
  ServicePlan,
  UnusableEntry,
} from "./catalog-types";
export type {
  Accepted,
  Binding,
  BindingMetadata,
  BindRequest,
  BindResult,
  DeleteResult,
  Endpoint,
  InstanceMetadata,
  LastOperation,
  OperationQuery,
  PlanRef,
  ProvisionRequest,
  ProvisionResult,
  RotateRequest,
  ServiceInstanceDetails,
  UpdateRequest,
  UpdateResult,
  VolumeMount,
} from "./types";
export type { CallOptions } from "../http/caller";
export type { RequestEvent } from "../http/request";
export type { RetryOptions } from "../http/retry";
export { isLoopback, parseServiceUrl } from "../http/address";
export { parseBrokerUrl } from "./address";
export { checkBrokerHeaders, type OriginatingIdentity } from "./headers";
export { checkHeaders } from "../http/headers";
export { REDACTED, spellingsOf } from "../http/redact";
export {
  ApiError,
  AuthenticationError,
  CancelledError,
  ConnectionError,
  ProvisorError,
  RequestError,
  ResponseFormatError,
  SettingsError,
  type Effect,
  type RequestInfo,
} from "../http/errors";
export { systemClock, type Clock } from "../wait/clock";
export type { PollSchedule } from "../wait/schedule";
