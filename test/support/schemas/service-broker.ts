import { all, anyObject, fields, flag, listOf, oneOf, type Schema, text, whole } from "./json-schema";

/*
 * What the Open Service Broker API's OpenAPI document says of names, types and statuses, written down anew: version
 * 2.17 and what its branch "master" has since, as it stood in November 2026. The specification beside it is the authority; what it has and the document
 * lacks is in published-broker-document.ts.
 */

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  schema: Schema;
}
/** A request's or an answer's body. */
export interface Body {
  content?: { "application/json": { schema: Schema & { $ref: string } } };
}
export interface Operation {
  operationId: string;
  parameters: Parameter[];
  requestBody?: Body;
  responses: Record<string, Body>;
}
export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; parameters: Record<string, Parameter> };
}

export const named = (schema: string): Schema & { $ref: string } => ({
  $ref: `#/components/schemas/${schema}`,
});
export const bodyOf = (schema: string): Body => ({
  content: { "application/json": { schema: named(schema) } },
});

const ids = all(text, "service_id", "plan_id");
const bound = {
  metadata: named("BindingMetadata"),
  credentials: named("Object"),
  ...all(text, "syslog_drain_url", "route_service_url"),
  volume_mounts: listOf(named("VolumeMount")),
  endpoints: listOf(named("Endpoint")),
};

const schemas = (): Record<string, Schema> => ({
  Object: anyObject,
  Catalog: fields({ services: listOf(named("Service")) }),
  Service: fields(
    {
      ...all(text, "name", "id", "description"),
      tags: listOf(text),
      requires: listOf(oneOf("syslog_drain", "route_forwarding", "volume_mount")),
      ...all(flag, "bindable", "binding_rotatable", "plan_updateable"),
      metadata: named("Object"),
      dashboard_client: named("DashboardClient"),
      plans: listOf(named("Plan")),
    },
    ["name", "id", "description", "bindable", "plans"],
  ),
  DashboardClient: fields(all(text, "id", "secret", "redirect_uri")),
  Plan: fields(
    {
      ...all(text, "id", "name", "description"),
      metadata: named("Object"),
      maintenance_info: named("MaintenanceInfo"),
      ...all(flag, "free", "bindable", "plan_updateable", "binding_rotatable"),
      schemas: named("PlanSchemas"),
      maximum_polling_duration: whole,
    },
    ["id", "name", "description"],
  ),
  PlanSchemas: fields({
    service_instance: named("InstanceSchemas"),
    service_binding: named("BindingSchemas"),
  }),
  InstanceSchemas: fields(all(fields({ parameters: anyObject }), "create", "update")),
  BindingSchemas: fields({ create: fields({ parameters: anyObject }) }),
  MaintenanceInfo: fields(all(text, "version", "description"), ["version"]),
  Provision: fields(
    {
      ...ids,
      context: named("Object"),
      ...all(text, "organization_guid", "space_guid"),
      parameters: named("Object"),
    },
    ["service_id", "plan_id", "organization_guid", "space_guid"],
  ),
  Provisioned: fields({ dashboard_url: text, metadata: named("InstanceMetadata") }),
  AcceptedInstance: fields({
    ...all(text, "dashboard_url", "operation"),
    metadata: named("InstanceMetadata"),
  }),
  InstanceMetadata: fields(all(anyObject, "labels", "attributes")),
  Update: fields(
    {
      ...ids,
      context: named("Object"),
      parameters: named("Object"),
      previous_values: named("PreviousValues"),
    },
    ["service_id"],
  ),
  PreviousValues: fields(all(text, "service_id", "plan_id", "organization_id", "space_id")),
  Instance: fields({
    ...ids,
    dashboard_url: text,
    parameters: named("Object"),
    maintenance_info: named("MaintenanceInfo"),
    metadata: named("InstanceMetadata"),
  }),
  Accepted: fields({ operation: text }),
  LastOperation: fields(
    {
      state: oneOf("in progress", "succeeded", "failed"),
      description: text,
      ...all(flag, "instance_usable", "update_repeatable"),
    },
    ["state"],
  ),
  Bind: fields(
    {
      ...ids,
      context: named("Object"),
      ...all(text, "app_guid", "predecessor_binding_id"),
      bind_resource: named("BindResource"),
      parameters: named("Object"),
    },
    ["service_id", "plan_id"],
  ),
  BindResource: fields(all(text, "app_guid", "route")),
  Bound: fields(bound),
  Binding: fields({ ...bound, parameters: named("Object") }),
  BindingMetadata: fields(all(text, "expires_at", "renew_before")),
  Endpoint: fields({ host: text, ports: listOf(text), protocol: oneOf("tcp", "udp", "all") }, [
    "host",
    "ports",
  ]),
  VolumeMount: fields(
    {
      ...all(text, "driver", "container_dir"),
      mode: oneOf("r", "rw"),
      device_type: oneOf("shared"),
      device: named("Device"),
    },
    ["driver", "container_dir", "mode", "device_type", "device"],
  ),
  Device: fields({ volume_id: text, mount_config: named("Object") }, ["volume_id"]),
  Error: fields({
    ...all(text, "error", "description"),
    ...all(flag, "instance_usable", "update_repeatable"),
  }),
});

const inQuery = (name: string, schema: Schema, required = false): Parameter => ({
  name,
  in: "query",
  required,
  schema,
});
const async = [inQuery("accepts_incomplete", flag)];
const which = (required: boolean): Parameter[] =>
  Object.keys(ids).map((name) => inQuery(name, text, required));

/** An operation that answers with these schemas, and with an error at the other statuses. */
const operation = (
  operationId: string,
  parameters: Parameter[],
  answers: Record<number, string>,
  errors: number[],
  request?: string,
): Operation => ({
  operationId,
  parameters,
  ...(request === undefined ? {} : { requestBody: bodyOf(request) }),
  responses: Object.fromEntries([
    ...Object.entries(answers).map(([status, schema]) => [status, bodyOf(schema)] as const),
    ...errors.map((status) => [String(status), bodyOf("Error")] as const),
  ]),
});

const lastOperation = (operationId: string): Operation =>
  operation(
    operationId,
    [...which(false), inQuery("operation", text)],
    { 200: "LastOperation" },
    [400, 401, 404, 410],
  );
const end = (operationId: string): Operation =>
  operation(
    operationId,
    [...which(true), ...async],
    { 200: "Object", 202: "Accepted" },
    [400, 401, 410, 422],
  );
const created = [400, 401, 409, 422];

const instance = "/v2/service_instances/{instance_id}";
const binding = `${instance}/service_bindings/{binding_id}`;

/** A document of one's own, to be changed at will. */
export const serviceBroker = (): Document => ({
  paths: {
    "/v2/catalog": { get: operation("catalog.get", [], { 200: "Catalog" }, []) },
    [instance]: {
      put: operation(
        "serviceInstance.provision",
        async,
        { 200: "Provisioned", 201: "Provisioned", 202: "AcceptedInstance" },
        created,
        "Provision",
      ),
      patch: operation(
        "serviceInstance.update",
        async,
        { 200: "Object", 202: "AcceptedInstance" },
        [400, 401, 422],
        "Update",
      ),
      delete: end("serviceInstance.deprovision"),
      get: operation("serviceInstance.get", which(false), { 200: "Instance" }, [404]),
    },
    [`${instance}/last_operation`]: { get: lastOperation("serviceInstance.lastOperation.get") },
    [`${binding}/last_operation`]: { get: lastOperation("serviceBinding.lastOperation.get") },
    [binding]: {
      put: operation(
        "serviceBinding.binding",
        async,
        { 200: "Bound", 201: "Bound", 202: "Accepted" },
        created,
        "Bind",
      ),
      delete: end("serviceBinding.unbinding"),
      get: operation("serviceBinding.get", which(false), { 200: "Binding" }, [404]),
    },
  },
  components: {
    schemas: schemas(),
    parameters: {
      version: { name: "X-Broker-API-Version", in: "header", required: true, schema: text },
      identity: { name: "X-Broker-API-Originating-Identity", in: "header", schema: text },
    },
  },
});
