import type { z } from "zod";
import { compile } from "./parameters";
import type { BrokerService } from "./catalog-schema";

/** How large a schema may be, in bytes of its JSON (spec: "Schemas Object"). */
const SCHEMA_MAX_BYTES = 64 * 1024;

type Path = PropertyKey[];
type Note = (path: Path, message: string) => void;

/** What the specification forbids of a catalog as a whole, beside the shape of its parts (spec: "Catalog Management"). */
export function checkCatalog(services: BrokerService[], context: z.core.$RefinementCtx): void {
  const note: Note = (path, message) => {
    context.addIssue({ code: "custom", path, message, input: services });
  };
  const once = (what: string): ((value: string, path: Path) => void) => {
    const seen = new Set<string>();
    return (value, path) => {
      if (seen.has(value)) note(path, `${what} must be unique, and ${value} is there already`);
      seen.add(value);
    };
  };
  const serviceId = once("a service's id");
  const serviceName = once("a service's name");
  const planId = once("a plan's id");
  services.forEach(({ id, name, plans }, index) => {
    serviceId(id, [index, "id"]);
    serviceName(name, [index, "name"]);
    const planName = once("a plan's name within its service");
    plans.forEach((plan, planIndex) => {
      const at = [index, "plans", planIndex];
      planId(plan.id, [...at, "id"]);
      planName(plan.name, [...at, "name"]);
      const { service_instance: instance, service_binding: binding } = plan.schemas ?? {};
      const slots = [
        ["service_instance", "create", instance?.create],
        ["service_instance", "update", instance?.update],
        ["service_binding", "create", binding?.create],
      ] as const;
      for (const [of, request, slot] of slots)
        checkSchema(slot?.parameters, (message) => {
          note([...at, "schemas", of, request, "parameters"], message);
        });
    });
  });
}

/** Notes what makes a schema of no use to a platform; of more than one thing the first. */
function checkSchema(schema: Record<string, unknown> | undefined, note: (message: string) => void): void {
  if (!schema) return;
  const bytes = Buffer.byteLength(JSON.stringify(schema));
  if (bytes > SCHEMA_MAX_BYTES) {
    note(
      `a schema must not be larger than 64 kB (${SCHEMA_MAX_BYTES} bytes), and this one has ${bytes} bytes`,
    );
    return;
  }
  const ids = [...valuesOf(schema, ["$id", "id"])].map(withoutFragment);
  const external = valuesOf(schema, ["$ref"]).find((ref) => !["", ...ids].includes(withoutFragment(ref)));
  if (external !== undefined) {
    note(`a schema must not contain external references, and this one has the $ref ${external}`);
    return;
  }
  try {
    compile(schema);
  } catch (error) {
    note(`this is no schema that can be used: ${(error as Error).message}`);
  }
}

const withoutFragment = (reference: string): string => reference.split("#", 1)[0] ?? "";

/** The texts that stand under these names, anywhere in a value. */
function valuesOf(value: unknown, names: readonly string[]): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    typeof item === "string" && names.includes(name) ? [item] : valuesOf(item, names),
  );
}
