import { z } from "zod";
import { clientSchema } from "./clients";
import { failureSchema } from "./failures";
import { faultSchema } from "./faults";
import { instanceSchema } from "./instances";
import { licenseSchema } from "./licenses";
import { readScenarioFile } from "./scenario-file";
import { parentSchema, tenantSchema } from "./tenants";

const milliseconds = z.number().min(0);

/** The part of the simulator's options that a JSON file can hold. */
export const scenarioSchema = z.strictObject({
  /** All ids follow from it. Default 1. */
  seed: z.int().optional(),
  /** The TSGs at the top. Default: `1000000001`, called Root. */
  parents: z.array(parentSchema).min(1).optional(),
  /** Tenants, or how many children (`tenant-a`, `tenant-b`, …) the first parent has. Default 3. */
  tenants: z.union([z.int().min(0), z.array(tenantSchema)]).optional(),
  /** Service accounts. Default: one of the first parent, with the secret `simulated-secret`. */
  clients: z.array(clientSchema).min(1).optional(),
  /** Claimed licenses. Default: `123456789` for prisma_access, `123456790` for logging_service. */
  licenses: z.array(licenseSchema).optional(),
  /** Instances that exist from the start, or how many, spread over the tenants. Default 0. */
  instances: z.union([z.int().min(0), z.array(instanceSchema)]).optional(),
  /** Milliseconds from the POST until the list shows the instance. Default 300. */
  appearAfterMs: milliseconds.optional(),
  /** Milliseconds from the POST until the job is done, or that for each app id. Default 3000. */
  provisionMs: z.union([milliseconds, z.record(z.string(), milliseconds)]).optional(),
  /** Milliseconds until any answer is given; its effect takes place at once. Default 0. */
  delayMs: milliseconds.optional(),
  /** Lifetime of a token in seconds. Default 899. */
  tokenLifetimeS: z.int().min(1).optional(),
  /** Where an item without `tsg_name` appears: with the tenant of its bundle (default), or in the token's TSG. */
  itemsWithoutTenant: z.enum(["bundle", "parent"]).optional(),
  /**
   * The published schemas and examples contradict each other. `examples` (default) answers as the examples do:
   * numbers for ids and sizes, null fields, fields that no schema knows. `schema` answers with the schemas' types.
   */
  answers: z.enum(["examples", "schema"]).optional(),
  faults: z.array(faultSchema).optional(),
  failures: z.array(failureSchema).optional(),
});

/** What a scenario file holds. */
export type Scenario = z.input<typeof scenarioSchema>;

/**
 * Reads a scenario file.
 * @throws Error that names the file, and the path in it, of each thing that is wrong.
 */
export const readScenario = (file: string): Scenario => readScenarioFile(scenarioSchema, file);
