import {
  type BrokerPlan,
  type BrokerService,
  createBrokerSimulator,
  usualServices,
} from "../../../../sdk/simulator";
import { errorOf } from "../../../support/child-instance";

const draft07 = "http://json-schema.org/draft-07/schema#";

/** The usual services, of which the first and its first two plans are otherwise. */
function catalogWith(change: (service: BrokerService, plan: BrokerPlan, other: BrokerPlan) => void) {
  const services = usualServices();
  const [service] = services;
  const [plan, other] = service?.plans ?? [];
  if (!service || !plan || !other) throw new Error("There are too few.");
  change(service, plan, other);
  return services;
}

/** The usual services with this schema for the parameters of a new instance. */
const withSchema = (schema: Record<string, unknown>): BrokerService[] =>
  catalogWith((_, plan) => {
    const parameters = { $schema: draft07, ...schema };
    plan.schemas = { service_instance: { create: { parameters } } };
  });

const [, second] = usualServices();

const atSchema =
  /^Wrong simulator options: services\[0\]\.plans\[0\]\.schemas\.service_instance\.create\.parameters: /;

describe("the catalog of a simulated broker", () => {
  test.each<[string, BrokerService[], RegExp]>([
    [
      "two services with one id",
      catalogWith((service) => (service.id = second?.id ?? "")),
      /services\[1\]\.id: a service's id must be unique, and \S+ is there already/,
    ],
    [
      "two services with one name",
      catalogWith((service) => (service.name = second?.name ?? "")),
      /services\[1\]\.name: a service's name must be unique/,
    ],
    [
      "two plans of one service with one id",
      catalogWith((_, plan, other) => (other.id = plan.id)),
      /services\[0\]\.plans\[1\]\.id: a plan's id must be unique/,
    ],
    [
      "plans of two services with one id",
      catalogWith((_, plan) => (plan.id = second?.plans[0]?.id ?? "")),
      /services\[1\]\.plans\[0\]\.id: a plan's id must be unique/,
    ],
    [
      "two plans of one service with one name",
      catalogWith((_, plan, other) => (other.name = plan.name)),
      /services\[0\]\.plans\[1\]\.name: a plan's name within its service must be unique/,
    ],
    [
      "a schema that refers to another document",
      withSchema({ properties: { a: { $ref: "https://example.com/other.json#/definitions/a" } } }),
      /must not contain external references, and this one has the \$ref https:\/\/example\.com\/other\.json/,
    ],
    [
      "a schema that refers to the schema of schemas",
      withSchema({ properties: { a: { $ref: draft07 } } }),
      /must not contain external references/,
    ],
    ["a schema that is none", withSchema({ type: "oject" }), /no schema that can be used/],
    [
      "a schema that refers to what it does not hold",
      withSchema({ properties: { a: { $ref: "#/definitions/a" } } }),
      /no schema that can be used: can't resolve reference #\/definitions\/a/,
    ],
    [
      "a schema of more than 64 kB",
      withSchema({ description: "x".repeat(65_536) }),
      /must not be larger than 64 kB/,
    ],
  ])("may not have %s", async (what, services, words) => {
    const { message } = await errorOf(Promise.resolve().then(() => createBrokerSimulator({ services })));
    expect(message).toMatch(words);
    if (what.startsWith("a schema")) expect(message).toMatch(atSchema);
  });

  test("may not become such either", () => {
    const simulator = createBrokerSimulator();
    const services = catalogWith((service) => (service.name = second?.name ?? ""));
    expect(() => {
      simulator.setCatalog(services);
    }).toThrow(/a service's name must be unique/);
  });

  test("may have plans of one name in two services", () => {
    const services = catalogWith((_, plan) => (plan.name = second?.plans[0]?.name ?? ""));
    expect(createBrokerSimulator({ services }).services[0]?.plans[0]?.name).toBe(second?.plans[0]?.name);
  });

  test.each([
    ["its own parts", { properties: { a: { $ref: "#/definitions/a" } }, definitions: { a: {} } }],
    [
      "itself by its id",
      { $id: "https://example.com/s", properties: { a: { $ref: "https://example.com/s#" } } },
    ],
    ["nothing, in draft-06", { $schema: "http://json-schema.org/draft-06/schema#" }],
    ["nothing, in draft-04", { $schema: "http://json-schema.org/draft-04/schema#" }],
  ])("may have a schema that refers to %s", (_, schema) => {
    expect(createBrokerSimulator({ services: withSchema(schema) }).services).toHaveLength(
      usualServices().length,
    );
  });
});
