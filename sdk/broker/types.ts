import type { MaintenanceInfo } from "./catalog-types";

/*
 * What the client sends and returns, in camelCase and normalised: null is absent, and fields that the
 * specification does not know are left out, but for the `response` to provisioning. Free-form objects (`parameters`, `context`, `credentials`, `metadata`
 * of a catalog) are passed on as they are.
 */

/** The ids of a service and of one of its plans. */
export interface PlanRef {
  serviceId: string;
  planId: string;
}

/** Labels and attributes that a broker gives an instance (spec: "Service Instance Metadata"). */
export interface InstanceMetadata {
  labels?: Record<string, unknown> | undefined;
  attributes?: Record<string, unknown> | undefined;
}

/** Body of `PUT /v2/service_instances/:instance_id` (spec: "Provisioning"). */
export interface ProvisionRequest extends PlanRef {
  /** Deprecated by the API in favour of `context`, and still required, unless the option `sendsPlatform` is false. */
  organizationGuid?: string | undefined;
  /** The same. */
  spaceGuid?: string | undefined;
  context?: Record<string, unknown> | undefined;
  parameters?: Record<string, unknown> | undefined;
  /** Must be the version in the catalog, or the broker answers MaintenanceInfoConflict. */
  maintenanceInfo?: { version: string } | undefined;
}

/** Body of `PATCH /v2/service_instances/:instance_id` (spec: "Updating a Service Instance"). */
export interface UpdateRequest {
  serviceId: string;
  /** Absent: the plan stays as it is. */
  planId?: string | undefined;
  /** Absent: the parameters stay as they are. */
  parameters?: Record<string, unknown> | undefined;
  context?: Record<string, unknown> | undefined;
  maintenanceInfo?: { version: string } | undefined;
  /** What the instance was before (spec: "Previous Values Object"). */
  previousValues?:
    | {
        serviceId?: string | undefined;
        planId?: string | undefined;
        organizationId?: string | undefined;
        spaceId?: string | undefined;
        maintenanceInfo?: { version: string } | undefined;
      }
    | undefined;
}

/** Body of `PUT …/service_bindings/:binding_id` (spec: "Binding"). */
export interface BindRequest extends PlanRef {
  context?: Record<string, unknown> | undefined;
  /** Deprecated by the API in favour of the one in `bindResource`. */
  appGuid?: string | undefined;
  /** Sent as given, with `appGuid` as `app_guid` (spec: "Bind Resource Object"). */
  bindResource?: Record<string, unknown> | undefined;
  parameters?: Record<string, unknown> | undefined;
}

/** Makes a binding the successor of another one of the same instance (spec: "Rotating a Service Binding"). */
export interface RotateRequest extends PlanRef {
  /** A binding that has not expired; it stays valid beside its successor. */
  predecessorBindingId: string;
}

/** The broker goes on by itself; to be polled with `operation`, where it gave one (202). */
export interface Accepted {
  outcome: "accepted";
  operation?: string | undefined;
  /** Milliseconds that the broker asked to wait before the first poll (Retry-After). */
  retryAfterMs?: number | undefined;
}

/** Status 201 created, 200 exists (the same instance, fully provisioned), 202 accepted. */
export type ProvisionResult = ({ outcome: "created" | "exists" } | Accepted) & {
  dashboardUrl?: string | undefined;
  metadata?: InstanceMetadata | undefined;
  /**
   * What the answer held beyond the fields that the specification knows, as it came; absent where that is nothing. It may hold
   * secrets. Of a broker that keeps no instances it is the result of the action.
   */
  response?: Record<string, unknown> | undefined;
};

/** Status 200 updated, 202 accepted. Without a `dashboardUrl` the one known before goes on being right. */
export type UpdateResult = ({ outcome: "updated" } | Accepted) & {
  dashboardUrl?: string | undefined;
  metadata?: InstanceMetadata | undefined;
};

/**
 * Status 202 accepted, 410 gone (there is none), any other 2xx deleted: the specification knows only 200, and there are brokers
 * that answer 204.
 */
export type DeleteResult = ({ outcome: "deleted" | "gone" } | Accepted) & {
  /** The HTTP status that was answered. */
  status: number;
};

/** Status 201 created, 200 exists (the same binding), 202 accepted. */
export type BindResult = { outcome: "created" | "exists"; binding: Binding } | Accepted;

/** What a binding gives (spec: "Binding" and "Fetching a Service Binding"). */
export interface Binding {
  /** Secret, all of it. Some brokers return it only once. */
  credentials?: Record<string, unknown> | undefined;
  syslogDrainUrl?: string | undefined;
  routeServiceUrl?: string | undefined;
  volumeMounts?: VolumeMount[] | undefined;
  endpoints?: Endpoint[] | undefined;
  metadata?: BindingMetadata | undefined;
  /** Only of a fetched binding. */
  parameters?: Record<string, unknown> | undefined;
}

/** When a binding ends (spec: "Binding Metadata Object"); ISO 8601 as the broker wrote it. */
export interface BindingMetadata {
  expiresAt?: string | undefined;
  renewBefore?: string | undefined;
}

/** A remote storage device to mount (spec: "Volume Mount Object"). */
export interface VolumeMount {
  driver: string;
  containerDir: string;
  /** `r` or `rw`. */
  mode: string;
  /** `shared` is the only one so far. */
  deviceType: string;
  device: { volumeId: string; mountConfig?: Record<string, unknown> | undefined };
}

/** Where an application reaches the service (spec: "Endpoint Object"). */
export interface Endpoint {
  host: string;
  /** Each a port (`443`) or a range (`9000-9010`). */
  ports: string[];
  /** Default tcp. */
  protocol: "tcp" | "udp" | "all";
}

/** An instance as the broker knows it (spec: "Fetching a Service Instance"). Brokers may leave out anything. */
export interface ServiceInstanceDetails {
  serviceId?: string | undefined;
  planId?: string | undefined;
  dashboardUrl?: string | undefined;
  parameters?: Record<string, unknown> | undefined;
  maintenanceInfo?: MaintenanceInfo | undefined;
  metadata?: InstanceMetadata | undefined;
}

/** What `last_operation` is asked with; the specification wants all that is known. */
export interface OperationQuery {
  serviceId?: string | undefined;
  /** For a change of plan: the plan before it. */
  planId?: string | undefined;
  /** As the broker gave it. */
  operation?: string | undefined;
}

/** The last operation of an instance or a binding (spec: "Polling Last Operation …"). */
export interface LastOperation {
  /** `gone` is status 410, which means success for a deletion and nothing for anything else. */
  state: "in progress" | "succeeded" | "failed" | "gone";
  /** The broker's words for users: redacted, on one line, of at most some 500 characters. */
  description?: string | undefined;
  /** Of a failed update or deprovisioning, where the broker says it; it means true otherwise. */
  instanceUsable?: boolean | undefined;
  /** Of a failed update, where the broker says it; it means true otherwise. */
  updateRepeatable?: boolean | undefined;
  /** Milliseconds that the broker asked to wait before the next poll (Retry-After). */
  retryAfterMs?: number | undefined;
}
