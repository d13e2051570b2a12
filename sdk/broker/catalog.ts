import { z } from "zod";
import type { Catalog, MaintenanceInfo, PlanSchemas, ServiceOffering, UnusableEntry } from "./catalog-types";
import { compact, flag, label, lenient, list, name, optionalLabel, problemIn, record, text } from "./fields";

/*
 * The catalog as brokers send it (spec: "Catalog Management"). An odd field is left out; what makes it impossible to name
 * or use an entry costs that entry, and none beside it.
 */

const texts = lenient(z.array(z.string()));
/** The specification wants a description; nothing depends on it. */
const description = lenient(text);

/** Seconds; no duration at all, not one of nothing, is what a broker means by zero. */
const duration = lenient(
  z
    .union([
      z.number(),
      z
        .string()
        .regex(/^\d+(\.\d+)?$/)
        .transform(Number),
    ])
    .transform((seconds) => (seconds > 0 ? seconds : undefined)),
);

export const maintenanceInfo: z.ZodType<MaintenanceInfo> = z
  .object({ version: name, description: lenient(text) })
  .transform((info) => compact(info));

const parameters = lenient(z.object({ parameters: lenient(record) }).transform((schema) => compact(schema)));

const schemas: z.ZodType<PlanSchemas> = z
  .object({
    service_instance: lenient(
      z.object({ create: parameters, update: parameters }).transform((schema) => compact(schema)),
    ),
    service_binding: lenient(z.object({ create: parameters }).transform((schema) => compact(schema))),
  })
  .transform((known) =>
    compact({ serviceInstance: known.service_instance, serviceBinding: known.service_binding }),
  );

/** The misspelling is the specification's own; some brokers send the word as it is spelled elsewhere. */
const updateable = { plan_updateable: flag, plan_updatable: flag };

const plan = z.object({
  id: label,
  name: label,
  description,
  free: flag,
  bindable: flag,
  binding_rotatable: flag,
  ...updateable,
  metadata: lenient(record),
  schemas: lenient(schemas),
  maximum_polling_duration: duration,
  maintenance_info: lenient(maintenanceInfo),
});

/** The entries of a list that can be used, and what is known of those that cannot. */
const entries = <T>(kind: UnusableEntry["kind"], item: z.ZodType<T>) =>
  list(z.unknown()).transform((values) => {
    const usable: T[] = [];
    const unusable: UnusableEntry[] = [];
    values.forEach((value, index) => {
      const read = item.safeParse(value);
      if (read.success) usable.push(read.data);
      else unusable.push({ kind, index, ...namesOf(value), why: problemIn(read.error) });
    });
    return { usable, unusable };
  });

/** By what a program may mean an entry, as far as it says so. */
function namesOf(entry: unknown): Pick<UnusableEntry, "id" | "name"> {
  const read = z.object({ id: lenient(optionalLabel), name: lenient(optionalLabel) }).safeParse(entry);
  return read.success ? compact(read.data) : {};
}

const service = z
  .object({
    id: label,
    name: label,
    description,
    tags: texts,
    requires: texts,
    bindable: flag,
    instances_retrievable: flag,
    bindings_retrievable: flag,
    allow_context_updates: flag,
    ...updateable,
    metadata: lenient(record),
    plans: entries("plan", plan),
  })
  .transform((known) => {
    const bindable = known.bindable ?? false;
    const planUpdateable = known.plan_updateable ?? known.plan_updatable ?? false;
    const offering: ServiceOffering = compact({
      id: known.id,
      name: known.name,
      description: known.description ?? "",
      tags: known.tags ?? [],
      requires: known.requires ?? [],
      bindable,
      instancesRetrievable: known.instances_retrievable ?? false,
      bindingsRetrievable: known.bindings_retrievable ?? false,
      allowContextUpdates: known.allow_context_updates ?? false,
      planUpdateable,
      metadata: known.metadata,
      plans: known.plans.usable.map((one) =>
        compact({
          id: one.id,
          name: one.name,
          description: one.description ?? "",
          free: one.free ?? true,
          bindable: one.bindable ?? bindable,
          bindingRotatable: one.binding_rotatable ?? false,
          planUpdateable: one.plan_updateable ?? one.plan_updatable ?? planUpdateable,
          metadata: one.metadata,
          schemas: one.schemas,
          maximumPollingDurationMs: one.maximum_polling_duration && one.maximum_polling_duration * 1000,
          maintenanceInfo: one.maintenance_info,
        }),
      ),
    });
    return {
      offering,
      unusable: known.plans.unusable.map((entry) => ({
        ...entry,
        service: { id: known.id, name: known.name },
      })),
    };
  });

/** Body of `GET /v2/catalog`. */
export const catalog: z.ZodType<Catalog> = z
  .object({ services: entries("service", service) })
  .transform(({ services: { usable, unusable } }) => {
    const all = [...unusable, ...usable.flatMap((one) => one.unusable)];
    return { services: usable.map(({ offering }) => offering), ...(all.length > 0 && { unusable: all }) };
  });
