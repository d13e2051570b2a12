import { z } from "zod";
import { maintenanceInfo } from "./catalog";
import { compact, emptiable, flag, lenient, optional, optionalLabel, record, text } from "./fields";
import { isWellFormed } from "./paths";
import type {
  Binding,
  BindingMetadata,
  Endpoint,
  InstanceMetadata,
  LastOperation,
  ServiceInstanceDetails,
  VolumeMount,
} from "./types";

/*
 * Bodies of successes as brokers send them. A body that is not as specified is malformed, but for fields that decide
 * nothing, such as metadata; unknown fields are ignored.
 */

const LONGEST_OPERATION = 10_000;

/** A text by specification; some brokers number their operations. It has to be one that can be in a URL. */
const operation = z
  .union([z.string(), z.number().transform(String)])
  .refine(isWellFormed, "not a text in Unicode")
  .refine((value) => [...value].length <= LONGEST_OPERATION, `longer than ${LONGEST_OPERATION} characters`)
  .transform((value) => value || undefined);

const instanceMetadata: z.ZodType<InstanceMetadata> = z
  .object({ labels: lenient(record), attributes: lenient(record) })
  .transform((known) => compact(known));

const told = (dashboardUrl: z.ZodType<string | undefined>) =>
  emptiable(z.object({ dashboard_url: dashboardUrl, metadata: lenient(instanceMetadata) })).transform(
    (known) => compact({ dashboardUrl: known.dashboard_url, metadata: known.metadata }),
  );

/** Of provisioning and updating: what is told of the instance. */
export const outcome = told(optional(text));

/** Of an action: its result is an object of any kind, in which no field can be wrong. */
export const outcomeOfAction = told(lenient(text));

/** Values that stand for themselves in what is told of the instance. */
const specified: Readonly<Record<string, z.ZodType>> = {
  dashboard_url: z.string().nullish(),
  metadata: emptiable(z.strictObject({ labels: record.optional(), attributes: record.optional() })).nullish(),
};

/** The fields that are not as `known`, whatever they hold; undefined where there are none. */
const beyond = (known: Readonly<Record<string, z.ZodType>>) =>
  record.transform((body) => {
    const own = Object.entries(body).filter(
      ([name, value]) => known[name]?.safeParse(value).success !== true,
    );
    return own.length > 0 ? Object.fromEntries(own) : undefined;
  });

/** Of provisioning: what the answer holds beyond the fields that the specification knows. */
export const beyondOutcome = beyond({ ...specified, operation: z.unknown() });

/** The same of an action, which knows no operation. */
export const beyondOutcomeOfAction = beyond(specified);

/** Of an operation that goes on (202). */
export const accepted = emptiable(z.object({ operation: optional(operation) }));

/** Of fetching an instance. */
export const instanceDetails: z.ZodType<ServiceInstanceDetails> = z
  .object({
    service_id: optionalLabel,
    plan_id: optionalLabel,
    dashboard_url: optional(text),
    parameters: optional(record),
    maintenance_info: lenient(maintenanceInfo),
    metadata: lenient(instanceMetadata),
  })
  .transform((known) =>
    compact({
      serviceId: known.service_id,
      planId: known.plan_id,
      dashboardUrl: known.dashboard_url,
      parameters: known.parameters,
      maintenanceInfo: known.maintenance_info,
      metadata: known.metadata,
    }),
  );

const bindingMetadata: z.ZodType<BindingMetadata> = z
  .object({ expires_at: lenient(text), renew_before: lenient(text) })
  .transform((known) => compact({ expiresAt: known.expires_at, renewBefore: known.renew_before }));

const volumeMount: z.ZodType<VolumeMount> = z
  .object({
    driver: z.string(),
    container_dir: z.string(),
    mode: z.string(),
    device_type: z.string(),
    device: z.object({ volume_id: z.string(), mount_config: optional(record) }),
  })
  .transform(({ device, ...known }) => ({
    driver: known.driver,
    containerDir: known.container_dir,
    mode: known.mode,
    deviceType: known.device_type,
    device: compact({ volumeId: device.volume_id, mountConfig: device.mount_config }),
  }));

const number = z.number().transform(String);

const endpoint: z.ZodType<Endpoint> = z
  .object({
    host: z.string(),
    // A list of texts by specification, but a port is easily sent as a number, and a single one by itself.
    ports: z.union([
      z.array(z.union([z.string(), number])),
      z.union([z.string().regex(/^\d+(-\d+)?$/), number]).transform((one) => [one]),
    ]),
    protocol: optional(
      z
        .string()
        .toLowerCase()
        .pipe(z.enum(["tcp", "udp", "all"])),
    ),
  })
  .transform((known) => ({ ...known, protocol: known.protocol ?? "tcp" }));

/** Those of a list that are as specified: an odd one must not cost the credentials beside it. */
const usable = <T>(schema: z.ZodType<T>) =>
  z
    .array(z.unknown())
    .transform((items) =>
      items.map((item) => schema.safeParse(item)).flatMap((read) => (read.success ? [read.data] : [])),
    );

/** Of binding (200 and 201) and of fetching a binding. */
export const binding: z.ZodType<Binding> = z
  .object({
    credentials: optional(record),
    syslog_drain_url: optional(text),
    route_service_url: optional(text),
    volume_mounts: optional(z.array(volumeMount)),
    endpoints: lenient(usable(endpoint)),
    metadata: lenient(bindingMetadata),
    parameters: lenient(record),
  })
  .transform((known) =>
    compact({
      credentials: known.credentials,
      syslogDrainUrl: known.syslog_drain_url,
      routeServiceUrl: known.route_service_url,
      volumeMounts: known.volume_mounts,
      endpoints: known.endpoints,
      metadata: known.metadata,
      parameters: known.parameters,
    }),
  );

/** Of polling. Only `state` decides anything: what else is not as specified must not keep it from being seen. */
export const lastOperation: z.ZodType<LastOperation> = z
  .object({
    state: z.enum(["in progress", "succeeded", "failed"]),
    description: lenient(text),
    instance_usable: flag,
    update_repeatable: flag,
  })
  .transform((known) =>
    compact({
      state: known.state,
      description: known.description,
      instanceUsable: known.instance_usable,
      updateRepeatable: known.update_repeatable,
    }),
  );
