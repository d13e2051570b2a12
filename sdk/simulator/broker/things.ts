import type { OperationKind } from "./requests";

/** Something that takes time, or did. */
export interface Operation {
  /** What the platform is told to ask for it with; absent where the service gives none, or did it at once. */
  id: string | undefined;
  kind: OperationKind;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** Infinity when it never ends. */
  endsAt: number;
  state: "in progress" | "succeeded" | "failed";
  /** How it will end. */
  outcome: "succeeded" | "failed" | "forgotten";
  description: string | undefined;
  instanceUsable: boolean | undefined;
  updateRepeatable: boolean | undefined;
  /** The plan when it began, which `last_operation` must be asked with. */
  planId: string;
  /** The request that began it, to know it again when it is repeated. */
  request: unknown;
}

/** An instance or a binding, and what was done to it. */
export abstract class Thing {
  readonly operations: Operation[] = [];
  /** What it is while nothing is being done to it. */
  rest: "ready" | "failed" | "unusable" = "ready";
  /** Deleted, or never made. */
  gone = false;
  constructor(
    readonly id: string,
    readonly createdAt: number,
  ) {}

  /** What is being done to it. */
  get running(): Operation[] {
    return this.operations.filter(({ state }) => state === "in progress");
  }

  runs(kind: OperationKind): Operation | undefined {
    return this.running.find((operation) => operation.kind === kind);
  }
}

/** What may be changed of an instance. */
export interface InstanceValues {
  planId: string;
  /** As asked for, later updates merged in by their keys; without the broker's defaults. */
  parameters: Record<string, unknown>;
  context: Record<string, unknown> | undefined;
  maintenanceVersion: string | undefined;
}

/** A service instance. */
export class ServiceInstance extends Thing implements InstanceValues {
  readonly organizationGuid: string;
  readonly spaceGuid: string;
  planId: string;
  parameters: Record<string, unknown>;
  context: Record<string, unknown> | undefined;
  maintenanceVersion: string | undefined;
  dashboardUrl: string;
  readonly bindings = new Map<string, ServiceBinding>();
  constructor(
    id: string,
    createdAt: number,
    readonly serviceId: string,
    owner: { organizationGuid: string; spaceGuid: string },
    values: InstanceValues,
  ) {
    super(id, createdAt);
    this.organizationGuid = owner.organizationGuid;
    this.spaceGuid = owner.spaceGuid;
    this.planId = values.planId;
    this.parameters = values.parameters;
    this.context = values.context;
    this.maintenanceVersion = values.maintenanceVersion;
    this.dashboardUrl = `https://dashboard.example.com/${encodeURIComponent(id)}`;
  }

  get state(): "provisioning" | "ready" | "updating" | "deprovisioning" | "failed" | "unusable" {
    if (this.runs("deprovision")) return "deprovisioning";
    if (this.runs("provision")) return "provisioning";
    return this.runs("update") ? "updating" : this.rest;
  }

  /** What is being done to it or to its bindings. */
  get busy(): Operation[] {
    return [...this.running, ...[...this.bindings.values()].flatMap((binding) => binding.running)];
  }
}

/** What a binding was asked for with. */
export interface BindingValues {
  serviceId: string;
  planId: string;
  parameters: Record<string, unknown>;
  context: Record<string, unknown> | undefined;
  /** With the application's id, wherever the request had it. */
  bindResource: Record<string, unknown> | undefined;
  /** The binding that it was made from. */
  predecessor: string | undefined;
}

/** A service binding. */
export class ServiceBinding extends Thing implements BindingValues {
  readonly serviceId: string;
  readonly planId: string;
  readonly parameters: Record<string, unknown>;
  readonly context: Record<string, unknown> | undefined;
  readonly bindResource: Record<string, unknown> | undefined;
  readonly predecessor: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | undefined;
  /** Milliseconds since the epoch. */
  readonly renewBefore: number | undefined;
  /** Whether the credentials have been shown. */
  shown = false;
  constructor(
    id: string,
    createdAt: number,
    readonly instanceId: string,
    values: BindingValues,
    /** Its password begins with `CREDENTIAL-CANARY-`: where that turns up in plain text, a secret leaked. */
    readonly credentials: Readonly<Record<string, unknown>>,
    lifetimeMs: number | undefined,
  ) {
    super(id, createdAt);
    this.serviceId = values.serviceId;
    this.planId = values.planId;
    this.parameters = values.parameters;
    this.context = values.context;
    this.bindResource = values.bindResource;
    this.predecessor = values.predecessor;
    this.expiresAt = lifetimeMs === undefined ? undefined : createdAt + lifetimeMs;
    this.renewBefore = lifetimeMs === undefined ? undefined : createdAt + Math.round(lifetimeMs * 0.9);
  }

  get state(): "binding" | "ready" | "unbinding" | "failed" {
    if (this.runs("unbind")) return "unbinding";
    if (this.runs("bind")) return "binding";
    return this.rest === "ready" ? "ready" : "failed";
  }
}
