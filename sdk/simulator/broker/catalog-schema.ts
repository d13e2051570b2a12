import { z } from "zod";
import { operationKinds } from "./requests";

const text = z.string().min(1);
const schemaSlot = z.looseObject({ parameters: z.looseObject({ $schema: text }).optional() }).optional();
export const maintenanceInfo = z.looseObject({
  version: z.string().regex(/^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/, "must be a semantic version"),
  description: z.string().optional(),
});

const planSchema = z.looseObject({
  id: text,
  name: text,
  description: text,
  free: z.boolean().optional(),
  bindable: z.boolean().optional(),
  binding_rotatable: z.boolean().optional(),
  plan_updateable: z.boolean().optional(),
  maximum_polling_duration: z.int().min(1).optional(),
  maintenance_info: maintenanceInfo.optional(),
  schemas: z
    .looseObject({
      service_instance: z.looseObject({ create: schemaSlot, update: schemaSlot }).optional(),
      service_binding: z.looseObject({ create: schemaSlot }).optional(),
    })
    .optional(),
});

/** How the simulator plays a service; no part of the catalog that is shown. */
const behaviourSchema = z.strictObject({
  /** What is done asynchronously. Default: nothing. */
  async: z.union([z.boolean(), z.array(z.enum(operationKinds))]).optional(),
  /** Whether accepted answers carry an `operation`. Default true. */
  operationIds: z.boolean().optional(),
  /** Parameters that the broker adds: a fetch shows them where nothing else was asked for. */
  defaults: z.record(z.string(), z.unknown()).optional(),
  /** Parameters that a fetch does not show. */
  hiddenParameters: z.array(z.string()).optional(),
  /** Of a broker of actions: the parameter that names what an action makes. Default: each makes something new. */
  namedBy: z.string().optional(),
  /** What an action says whose name is taken, with `{name}` for it. */
  taken: z.string().optional(),
});

export const serviceSchema = z.looseObject({
  id: text,
  name: text,
  description: text,
  tags: z.array(z.string()).optional(),
  requires: z.array(z.enum(["syslog_drain", "route_forwarding", "volume_mount"])).optional(),
  bindable: z.boolean(),
  instances_retrievable: z.boolean().optional(),
  bindings_retrievable: z.boolean().optional(),
  allow_context_updates: z.boolean().optional(),
  plan_updateable: z.boolean().optional(),
  plans: z.array(planSchema).min(1),
  simulated: behaviourSchema.optional(),
});

/**
 * A service offering of a catalog, in the specification's own names (section "Service Offering Object"), and under
 * `simulated` how the simulator plays it.
 */
export type BrokerService = z.input<typeof serviceSchema>;
/** A plan of it (section "Service Plan Object"). */
export type BrokerPlan = BrokerService["plans"][number];
