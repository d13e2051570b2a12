import { z } from "zod";
import { parseDuration } from "../../settings";
import { intentValue } from "../broker/intent-digest";
import type { SavedType } from "../../host/contract";
import type { Markers } from "../../schema/markers";

const text = (): z.ZodString => z.string().trim().min(1);
const object = (): z.ZodRecord<z.ZodString, z.ZodUnknown> => z.record(z.string(), z.unknown());
const duration = (): z.ZodString =>
  z.string().refine((value) => parseDuration(value) !== undefined, "must be a duration such as 30m");

const mark = <T extends z.ZodType>(schema: T, description: string, markers: Markers = {}): T =>
  schema.meta({ description, ...markers }) as T;

/** Inputs that say what is provisioned (spec: "Provisioning"). */
const provisioned = {
  /** The service: its catalog name or its id. */
  service: mark(text(), "The service: its catalog name or its id.", { exposed: true }),
  /** The plan: its catalog name or its id. */
  plan: mark(text(), "The plan: its catalog name or its id. Changed in place where the catalog allows it.", {
    exposed: true,
  }),
  /** Parameters of the instance; any JSON. An update sends them whole, or what changed where the plan takes only that. */
  parameters: mark(
    object().optional(),
    "Parameters of the instance; any JSON. Checked against the JSON schema of the plan, where it has one. An update sends them whole; or only those that changed, where the plan's schema for updates takes these and not the whole.",
  ),
  /** Contextual data of the platform, frozen at create where none is given. */
  context: mark(
    object().optional(),
    "Contextual data of the platform. By default platform `provisor`, with the names of what holds the resource as they were at create: renaming that changes nothing. Taking this input out changes nothing either.",
  ),
  /** Id of the organization, for brokers that want one. */
  organizationGuid: mark(
    text().optional(),
    "Id of the organization, for brokers that want one. By default a UUID that follows from the name of the project.",
  ),
  /** Id of the space, for brokers that want one. */
  spaceGuid: mark(
    text().optional(),
    "Id of the space, for brokers that want one. By default a UUID that follows from the names of the project and of what holds the resource in it.",
  ),
  /** Maintenance version: `latest`, or the one that the catalog has for the plan. */
  maintenanceInfo: mark(
    text().optional(),
    "Maintenance version: `latest`, or the version that the catalog has for the plan. By default the broker is told none, and maintenance is its own affair.",
  ),
  /** Id of the instance; by default a random one that Provisor keeps. */
  instanceId: mark(
    text().optional(),
    "Id of the instance. By default a random one, which stays the same over retries and crashes; a replacement gets another.",
  ),
};

/** What checks go by, and nothing else: no output. */
const checks = {
  /** How much the plan's schema is believed that parameters are checked by. */
  parametersCheck: mark(
    z.enum(["error", "warn", "off"]).optional(),
    "What it means that `parameters` break the plan's schema: `error` refuses them, `warn` says so and sends them, `off` does not look. Matters to checks alone: no output, and no change of the instance.",
    { default: "the setting `parametersCheck`" },
  ),
};

const policies = {
  /** Whether the broker may take its time and be polled. */
  acceptsIncomplete: mark(
    z.boolean().optional(),
    "Whether the broker may take its time and be polled (`accepts_incomplete`).",
    { default: "`true`" },
  ),
  /** Name of the group of settings to use (`provisor:profiles`). */
  profile: mark(text().optional(), "Name of the group of settings to use, one of the setting `profiles`.", {
    exposed: true,
  }),
  /** What a delete does. */
  deletionPolicy: mark(
    z.enum(["delete", "abandon", "prevent"]).optional(),
    "What a delete does: `delete` deprovisions; `abandon` takes the resource out of the state and leaves the instance, with a warning; `prevent` fails. A replacement deletes the present instance by the policy that an earlier run has saved for it; it is refused under `prevent`, and in the run that brings `abandon`.",
    { default: "`delete`", exposed: true },
  ),
  /** What a change does that cannot be made in place. */
  changePolicy: mark(
    z.enum(["forbid", "replace"]).optional(),
    "What a change does that cannot be made in place, such as that of the service: `forbid` fails when it is planned; `replace` makes a new instance and deletes this one with its data.",
    { default: "`forbid`", exposed: true },
  ),
  /** Takes over an instance that exists. */
  adopt: mark(
    z.union([z.literal(true), text()], { error: "must be true or the id of an instance" }).optional(),
    "Takes over an instance that exists instead of provisioning: its id, or `true` with `instanceId`. Changes nothing at the broker. Matters at create only: another id later is a change that cannot be made in place.",
    { exposed: true },
  ),
};

/** What an engine adapter adds. */
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
  intent: mark(intentValue.optional(), "Ties the instance to the run that made it.", { internal: true }),
  origin: mark(
    z.object({ stack: z.string(), project: z.string() }).optional(),
    "Names for the defaults of `context` and the guids.",
    { internal: true },
  ),
};

/** What check finds in the catalog, so that nothing later has to ask. */
const resolved = {
  serviceId: mark(z.string().optional(), "Id of the service in the catalog.", { internal: true }),
  planId: mark(z.string().optional(), "Id of the plan in the catalog.", { internal: true }),
  maintenanceVersion: mark(z.string().optional(), "The version that `maintenanceInfo` stands for.", {
    internal: true,
  }),
  fixed: mark(
    z.array(z.enum(["plan", "context", "parameters"])).optional(),
    "What the catalog does not allow to be changed in place.",
    { internal: true },
  ),
};

/** Inputs of a ServiceInstance. */
export const serviceInstanceInputs = z.strictObject({
  ...provisioned,
  ...policies,
  ...checks,
  ...passed,
  ...resolved,
});

/** Spec: "Service Instance Metadata". */
const metadata = z.object({
  labels: mark(object().optional(), "Labels that the broker gives."),
  attributes: mark(object().optional(), "Attributes that the broker gives."),
});

/** Spec: "Maintenance Info Object". */
const maintenanceInfo = z.object({
  version: mark(z.string(), "Maintenance version (semantic version 2.0)."),
  description: mark(z.string().optional(), "What the maintenance brought."),
});

/** What an update that has not succeeded asked for; only what it changed. */
const wanted = z.object({
  planId: z.string().optional(),
  plan: z.string().optional(),
  /** A secret, since the engine knows only those of the inputs. */
  parameters: mark(object().optional(), "Parameters of the update.", { secret: true }),
  context: mark(object().optional(), "Context of the update.", { secret: true }),
  maintenanceVersion: z.string().optional(),
});

/** Where an operation stands that has not succeeded. */
const unfinished = z.object({
  kind: z.enum(["create", "update"]),
  /** When the broker took the request, in milliseconds since 1970; absent where its answer never came. */
  since: z.number().optional(),
  /** Of an update. */
  wanted: wanted.optional(),
  /** False where the broker says that repeating the update is of no use. */
  repeatable: z.boolean().optional(),
  /** True where the update may have been carried out in part or whole. */
  unsure: z.boolean().optional(),
  /** True where the broker accepted the request, and then knew nothing of it. */
  lost: z.boolean().optional(),
});

const computed = {
  instanceId: mark(z.string(), "Id of the instance at the broker.", {
    computed: true,
    exposed: true,
    exposedToOthers: true,
  }),
  serviceId: mark(z.string(), "Id of the service in the catalog.", { computed: true, exposed: true }),
  planId: mark(z.string(), "Id of the plan in the catalog.", { computed: true, exposed: true }),
  context: mark(
    object().optional(),
    "Contextual data of the platform, as it was sent; of an adopted instance only what the inputs give.",
    { computed: true, exposed: "whole" },
  ),
  organizationGuid: mark(
    z.string().optional(),
    "The organization that the broker was told; of an adopted instance only what the inputs give.",
    { computed: true, exposed: true },
  ),
  spaceGuid: mark(
    z.string().optional(),
    "The space that the broker was told; of an adopted instance only what the inputs give.",
    { computed: true, exposed: true },
  ),
  dashboardUrl: mark(z.string().optional(), "Where people manage the instance, if the broker says so.", {
    computed: true,
  }),
  metadata: mark(metadata.optional(), "Labels and attributes that the broker gives the instance.", {
    computed: true,
  }),
  response: mark(
    object().optional(),
    "What the broker's answer to the PUT held beyond the fields that the specification knows. Secret as a whole. Of a broker that keeps no instances it is the result of the action. An adopted instance has none.",
    { computed: true, secret: true },
  ),
  maintenanceInfo: mark(
    maintenanceInfo.optional(),
    "The maintenance version that the instance was given, or that the broker tells of it.",
    { computed: true },
  ),
  operation: mark(
    z.string().optional(),
    "What the broker calls the operation that is under way, or was the last.",
    { computed: true, exposed: true },
  ),
  state: mark(z.enum(["in progress", "succeeded", "failed"]), "State of the last operation.", {
    computed: true,
    exposed: true,
  }),
  description: mark(z.string().optional(), "What the broker said of it.", { computed: true }),
  broker: mark(z.string(), "Base URL of the broker.", {
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
  turn: mark(z.number().optional(), "The turn of the intent that was last answered.", {
    computed: true,
    internal: true,
  }),
  intentKey: mark(z.string().optional(), "Key of the intent, from which further ids follow.", {
    computed: true,
    internal: true,
    exposed: true,
  }),
  maintenance: mark(z.string().optional(), "The input `maintenanceInfo`.", {
    computed: true,
    internal: true,
  }),
  unfinished: mark(unfinished.optional(), "Where an operation stands that has not succeeded.", {
    computed: true,
    internal: true,
    exposed: true,
  }),
  mitigated: mark(
    z.boolean().optional(),
    "Of a create that failed: whether the broker confirmed that nothing is left.",
    { computed: true, internal: true, exposed: true },
  ),
  usable: mark(z.boolean().optional(), "False where the broker says that the instance is not usable.", {
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

const { service, plan, parameters } = provisioned;

/** Outputs of a ServiceInstance: what the state holds. */
export const serviceInstanceOutputs = z.object({
  service,
  plan,
  parameters,
  ...policies,
  timeouts: passed.timeouts,
  ...computed,
});

/** What a saved ServiceInstance is. */
export const savedServiceInstance: SavedType = {
  name: "ServiceInstance",
  outputs: serviceInstanceOutputs,
  // An id that the program gives may be theirs.
  wantsOthers: () => true,
};

/** Inputs of a ServiceInstance, those that Provisor adds among them. */
export type ServiceInstanceInputs = z.input<typeof serviceInstanceInputs>;
/** What is saved. */
export type ServiceInstanceState = z.input<typeof serviceInstanceOutputs>;
export type Unfinished = z.output<typeof unfinished>;
export type Wanted = z.output<typeof wanted>;

/** Version of the saved state; a state of another one is read by a migration, never guessed at. */
export const STATE_VERSION = 1;
