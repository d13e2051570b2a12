import { z } from "zod";
import { parseDuration } from "../../settings";
import { intentValue } from "../broker/intent-digest";
import type { SavedType } from "../../host/contract";
import type { Markers } from "../../schema/markers";

const text = (): z.ZodString => z.string().trim().min(1);
const object = (): z.ZodRecord<z.ZodString, z.ZodUnknown> => z.record(z.string(), z.unknown());
const duration = (): z.ZodString =>
  z
    .string()
    .refine((value) => parseDuration(value) !== undefined, "must be a duration such as 48h, 30d or 90m");

const mark = <T extends z.ZodType>(schema: T, description: string, markers: Markers = {}): T =>
  schema.meta({ description, ...markers }) as T;

/** The instance to bind. */
const instance = z.strictObject({
  /** Id of the instance. */
  instanceId: mark(text(), "Id of the instance."),
  /** Service of the instance: catalog name or id. */
  service: mark(text(), "Service of the instance: its catalog name or its id."),
  /** Plan of the instance: catalog name or id. */
  plan: mark(text(), "Plan of the instance: its catalog name or its id."),
});

/** Spec: "Bind Resource Object". */
const bindResource = z.looseObject({
  /** Id of the application that is bound. */
  appGuid: mark(text().optional(), "Id of the application that is bound; sent as `app_guid`."),
  /** Address of the application whose requests the service is to see. */
  route: mark(text().optional(), "Address of the application whose requests a route service is to see."),
});

/** Inputs that say what is bound. A change of any makes another binding. */
const bound = {
  /** The instance to bind. */
  instance: mark(
    instance,
    "The instance to bind: a ServiceInstance, or an id with service and plan. Another plan of the same instance changes nothing of the binding.",
    { resource: "ServiceInstance", exposed: true },
  ),
  /** Id of the binding; by default a random one that Provisor keeps. */
  bindingId: mark(
    text().optional(),
    "Id of the binding. By default a random one, which stays the same over retries and crashes; a successor gets another. An id given here rules out rotation, since both bindings exist at once.",
  ),
  /** What is bound to the instance, for brokers that want to know. */
  bindResource: mark(
    bindResource.optional(),
    "What is bound to the instance, for brokers that want to know (spec: Bind Resource Object).",
  ),
  /** Parameters of the binding. */
  parameters: mark(
    object().optional(),
    "Parameters of the binding; checked against the JSON schema of the plan, where it has one.",
  ),
  /** Contextual data of the platform. */
  context: mark(
    object().optional(),
    "Contextual data of the platform. By default platform `provisor`, with the names of what holds the resource as they were at create.",
    { exposed: "whole" },
  ),
};

/** What checks go by, and nothing else: no output. */
const checks = {
  /** How much the plan's schema is believed that parameters are checked by. */
  parametersCheck: mark(
    z.enum(["error", "warn", "off"]).optional(),
    "What it means that `parameters` break the plan's schema: `error` refuses them, `warn` says so and sends them, `off` does not look. Matters to checks alone: no output, and no change of the binding.",
    { default: "the setting `parametersCheck`" },
  ),
};

const policies = {
  /** Name of the group of settings to use (`provisor:profiles`). */
  profile: mark(text().optional(), "Name of the group of settings to use, one of the setting `profiles`.", {
    exposed: true,
  }),
  /** Whether the broker may bind and unbind asynchronously. */
  acceptsIncomplete: mark(
    z.boolean().optional(),
    "Whether the broker may take its time and be polled (`accepts_incomplete`).",
    { default: "`true`" },
  ),
  /** What a delete does. */
  deletionPolicy: mark(
    z.enum(["delete", "abandon", "prevent"]).optional(),
    "What a delete does: `delete` unbinds; `abandon` takes the resource out of the state and leaves its credentials valid, with a warning; `prevent` fails. A rotation ends the predecessor under `prevent` too; under `abandon` every rotation leaves its predecessor bound for good, with a warning that names it. For a predecessor counts what the inputs say when it is to end, not what was saved with it.",
    { default: "`delete`", exposed: true },
  ),
  /** Takes over a binding that exists. */
  adopt: mark(
    z.union([z.literal(true), text()], { error: "must be true or the id of a binding" }).optional(),
    "Takes over a binding that exists instead of making one: its id, or `true` with `bindingId`. Where the bindings of the service cannot be fetched, it has no credentials until it is rotated. Matters at create, and where it names another binding than the present one, which that one then replaces.",
    { exposed: true },
  ),
  /** Makes a successor when the binding is that old. */
  rotateAfter: mark(
    duration().optional(),
    "Makes a successor when the binding is that old: a duration such as `720h` or `30d`, from its creation (of an adopted one: from its adoption).",
    { exposed: true },
  ),
  /** Makes a successor when the binding expires in that long. */
  rotateBefore: mark(
    duration().optional(),
    "Makes a successor when the binding expires in that long or less (the broker's `expires_at`), or when the broker's `renew_before` has passed: a duration such as `72h`.",
    { exposed: true },
  ),
  /** Makes a successor when this value changes. */
  rotationTrigger: mark(
    z.unknown().optional(),
    "Makes a successor whenever this value changes, also when it is added or taken away. Any value.",
    { exposed: "digest" },
  ),
  /** How long the predecessor stays bound beside its successor. */
  rotationOverlap: mark(
    duration().optional(),
    "How long a predecessor stays bound beside its successor: a duration such as `48h`, from the successor's creation. The first run after that unbinds it. By default it is unbound in the same run, after what depends on the credentials has been updated.",
    { exposed: true },
  ),
};

/** What an engine adapter, or check, adds. */
const passed = {
  timeouts: mark(
    z
      .object({
        create: duration().optional(),
        update: duration().optional(),
        delete: duration().optional(),
      })
      .optional(),
    "Time-outs of the operations, as the engine tells them.",
    { internal: true },
  ),
  intent: mark(intentValue.optional(), "Ties the binding to the run that made it.", { internal: true }),
  origin: mark(
    z.object({ stack: z.string(), project: z.string() }).optional(),
    "Names for the default of `context`.",
    { internal: true },
  ),
};

/** What check finds in the catalog, so that nothing later has to ask. */
const resolved = {
  serviceId: mark(z.string().optional(), "Catalog id of the service.", { internal: true }),
  serviceName: mark(z.string().optional(), "Catalog name of the service.", { internal: true }),
  planId: mark(z.string().optional(), "Catalog id of the plan.", { internal: true }),
};

/** Inputs of a ServiceBinding. */
export const serviceBindingInputs = z.strictObject({
  ...bound,
  ...policies,
  ...checks,
  ...passed,
  ...resolved,
});

/** Spec: "Volume Mount Object". */
const volumeMount = z.object({
  driver: mark(z.string(), "The plugin that mounts the volume."),
  containerDir: mark(z.string(), "Path in the application's container."),
  mode: mark(z.string(), "`r` or `rw`."),
  deviceType: mark(z.string(), "Type of the device; `shared` is the only one so far."),
  device: mark(
    z.object({
      volumeId: mark(z.string(), "Id of the volume."),
      mountConfig: mark(object().optional(), "What the driver is to be passed."),
    }),
    "The device.",
  ),
});

/** Spec: "Endpoint Object". */
const endpoint = z.object({
  host: mark(z.string(), "Host name or IP address."),
  ports: mark(z.array(z.string()), "Ports (`443`) and ranges (`9000-9010`)."),
  protocol: mark(z.enum(["tcp", "udp", "all"]), "`tcp`, `udp` or `all`."),
});

/** Spec: "Binding Metadata Object". */
const metadata = z.object({
  expiresAt: mark(z.string().optional(), "When the binding becomes invalid (ISO 8601)."),
  renewBefore: mark(z.string().optional(), "When it should have a successor (ISO 8601)."),
});

const predecessor = z.object({
  bindingId: mark(z.string(), "Id of the binding; it is of the same instance."),
  unbindAfter: mark(z.string(), "The first run after this moment unbinds it (ISO 8601)."),
  broker: mark(z.string().optional(), "Base URL of the broker that made it."),
  given: mark(z.boolean().optional(), "True for an id that the inputs gave, or adopted."),
});

/** Where a binding stands that is not done. */
const unfinished = z.object({
  /**
   * - `bind`: the request is to be sent, or sent again: it failed, or nobody knows what became of it.
   * - `wait`: the broker took the request and has not ended it.
   * - `fetch`: it is bound, and what it gives is not known yet.
   */
  kind: z.enum(["bind", "wait", "fetch"]),
  /** For `wait`: when the broker took it, in milliseconds since 1970. */
  since: z.number().optional(),
  /** For `bind`: the broker bound asynchronously, and nothing told what the binding gives. */
  isUnfetchable: z.boolean().optional(),
});

const computed = {
  bindingId: mark(z.string(), "Id of the binding.", { computed: true, exposed: true, exposedToOthers: true }),
  serviceId: mark(z.string(), "Catalog id of the service.", { computed: true, exposed: true }),
  serviceName: mark(z.string(), "Catalog name of the service.", { computed: true }),
  planId: mark(z.string(), "Catalog id of the plan of the instance.", { computed: true, exposed: true }),
  credentials: mark(object().optional(), "Credentials, as the broker gives them. Secret.", {
    computed: true,
    secret: true,
  }),
  syslogDrainUrl: mark(
    z.string().optional(),
    "Address that logs are to be sent to. Secret where it holds a credential.",
    { computed: true },
  ),
  routeServiceUrl: mark(
    z.string().optional(),
    "Address that requests are to be passed on to. Secret where it holds a credential.",
    { computed: true },
  ),
  volumeMounts: mark(
    z.array(volumeMount).optional(),
    "Volumes to mount. Secret where a driver is to be passed something.",
    { computed: true },
  ),
  endpoints: mark(z.array(endpoint).optional(), "Where the application reaches the service.", {
    computed: true,
  }),
  metadata: mark(metadata.optional(), "When the binding expires.", { computed: true, exposed: true }),
  createdAt: mark(
    z.string().optional(),
    "When the binding was created, or adopted (ISO 8601): what `rotateAfter` counts from.",
    { computed: true, exposed: true },
  ),
  operation: mark(z.string().optional(), "What the broker calls the operation that is under way.", {
    computed: true,
    exposed: true,
  }),
  state: mark(
    z.enum(["in progress", "succeeded", "failed"]),
    "State of the last operation: `in progress`, `succeeded` or `failed`.",
    { computed: true, exposed: true },
  ),
  description: mark(z.string().optional(), "What the broker said of it.", { computed: true }),
  predecessors: mark(
    z.array(predecessor).optional(),
    "Bindings that this one replaced and that stay bound for a while (`rotationOverlap`).",
    { computed: true, exposed: true },
  ),
  broker: mark(z.string(), "Base URL of the broker that made it.", {
    computed: true,
    internal: true,
    exposed: true,
    exposedToOthers: true,
  }),
  given: mark(
    z.boolean().optional(),
    "True for an id that the inputs gave, or adopted: at another broker it may be someone else's.",
    { computed: true, internal: true, exposed: true },
  ),
  intentKey: mark(z.string().optional(), "Key of its intent.", {
    computed: true,
    internal: true,
    exposed: true,
  }),
  follows: mark(
    z.object({ bindingId: z.string(), isRotation: z.boolean() }).optional(),
    "The binding that it replaced, and whether that was a rotation.",
    { computed: true, internal: true, exposed: true },
  ),
  unfinished: mark(unfinished.optional(), "Where an unfinished binding stands.", {
    computed: true,
    internal: true,
    exposed: true,
  }),
  mitigated: mark(z.boolean().optional(), "Whether a failed binding was cleaned up at the broker.", {
    computed: true,
    internal: true,
    exposed: true,
  }),
  version: mark(z.literal(1), "Version of the saved state.", {
    computed: true,
    internal: true,
    exposed: true,
  }),
};

const { intent: _intent, origin: _origin, ...kept } = { ...bound, ...policies, ...passed };

/** Outputs of a ServiceBinding: what the state holds. */
export const serviceBindingOutputs = z.object({ ...kept, ...computed });

/** What a saved ServiceBinding is. */
export const savedServiceBinding: SavedType = {
  name: "ServiceBinding",
  outputs: serviceBindingOutputs,
  // An id that the program gives may be theirs.
  wantsOthers: () => true,
};

/** Inputs as a user writes them. */
export type ServiceBindingInputs = z.input<typeof serviceBindingInputs>;
/** What is saved. */
export type ServiceBindingState = z.input<typeof serviceBindingOutputs>;
export type Predecessor = z.output<typeof predecessor>;
