import { Ids } from "../ids";
import type { BrokerService } from "./catalog-schema";

const draft07 = "http://json-schema.org/draft-07/schema#";
const draft04 = "http://json-schema.org/draft-04/schema#";

const databaseProperties = {
  storageGb: { type: "integer", minimum: 1, maximum: 1000 },
  version: { type: "string", enum: ["15", "16", "17"] },
  password: { type: "string", minLength: 8 },
  extensions: { type: "array", items: { type: "string" } },
  backup: {
    type: "object",
    properties: { retentionDays: { type: "integer", minimum: 1 }, window: { type: "string" } },
    additionalProperties: false,
  },
};

const objectSchema = ($schema: string, properties: Record<string, unknown>) => ({
  $schema,
  type: "object",
  properties,
  additionalProperties: false,
});

const databaseSchemas = ($schema: string) => ({
  service_instance: {
    create: { parameters: objectSchema($schema, databaseProperties) },
    update: { parameters: objectSchema($schema, databaseProperties) },
  },
  service_binding: {
    create: {
      parameters: objectSchema($schema, {
        role: { type: "string", enum: ["reader", "writer", "owner"] },
      }),
    },
  },
});

/**
 * The catalog of a simulated broker that was told of no other: `postgres` (asynchronous, retrievable, plans `small`,
 * `large` and `fixed`), `cache` (synchronous, not retrievable), `queue` (asynchronous bindings only) and `archive`
 * (asynchronous, not bindable, not retrievable, without operation ids). All ids follow from the seed.
 */
export function usualServices(seed = 1): BrokerService[] {
  const ids = new Ids(seed);
  const plan = (service: string, name: string, description: string) => ({
    id: ids.uuid(`plan ${service} ${name}`),
    name,
    description,
  });
  const maintenance_info = { version: "1.0.0", description: "First release." };
  return [
    {
      id: ids.uuid("service postgres"),
      name: "postgres",
      description: "A relational database",
      tags: ["postgres", "relational"],
      bindable: true,
      instances_retrievable: true,
      bindings_retrievable: true,
      allow_context_updates: true,
      plan_updateable: true,
      plans: [
        {
          ...plan("postgres", "small", "One node"),
          binding_rotatable: true,
          maintenance_info,
          schemas: databaseSchemas(draft04),
        },
        {
          ...plan("postgres", "large", "Three nodes"),
          free: false,
          binding_rotatable: true,
          maximum_polling_duration: 3600,
          maintenance_info,
          schemas: databaseSchemas(draft07),
        },
        {
          ...plan("postgres", "fixed", "One node for good"),
          plan_updateable: false,
          maintenance_info,
          schemas: databaseSchemas(draft07),
        },
      ],
      simulated: {
        async: true,
        defaults: { version: "17", backup: { retentionDays: 7, window: "night" }, storageGb: 10 },
        hiddenParameters: ["password"],
      },
    },
    {
      id: ids.uuid("service cache"),
      name: "cache",
      description: "A key-value store in memory",
      bindable: true,
      plan_updateable: true,
      plans: [plan("cache", "basic", "256 MB"), plan("cache", "plus", "1 GB")],
    },
    {
      id: ids.uuid("service queue"),
      name: "queue",
      description: "A message queue",
      bindable: true,
      bindings_retrievable: true,
      plans: [plan("queue", "standard", "At least once")],
      simulated: { async: ["bind", "unbind"] },
    },
    {
      id: ids.uuid("service archive"),
      name: "archive",
      description: "Storage for what is seldom read",
      bindable: false,
      plans: [plan("archive", "cold", "Read within a day")],
      simulated: { async: true, operationIds: false },
    },
  ];
}
