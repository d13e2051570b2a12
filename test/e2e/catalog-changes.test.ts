import type { BrokerService, BrokerSimulator } from "../../sdk/simulator";
import type { PulumiProject } from "../support/pulumi-project";
import { STORY_MS, Stacks, program, serviceInstance } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

const programOf = (maxmemory: number): string => `
${serviceInstance("db", { service: "postgres", plan: "small", changePolicy: "replace" })}
${serviceInstance("cache", { service: "cache", plan: "basic", parameters: { maxmemory } })}`;

/** The service, with other ids under the same names. */
const renumbered = (service: BrokerService): BrokerService => ({
  ...service,
  id: `${service.id}-2`,
  plans: service.plans.map((plan) => ({ ...plan, id: `${plan.id}-2` })),
});

describe("a broker that changes the ids of a service and its plans under the same names", () => {
  let project: PulumiProject;
  let broker: BrokerSimulator;
  const before = new Map<string, string>();
  beforeAll(async () => {
    ({ project, broker } = await stacks.brokered(programOf(1)));
    expect((await project.up()).code).toBe(0);
    for (const { id, serviceId } of broker.instances) before.set(id, serviceId);
    broker.setCatalog(broker.services.map((one) => (one.name === "postgres" ? renumbered(one) : one)));
    project.write(program(programOf(2)));
  });

  test("is told of by a preview, which is not stopped by it", async () => {
    const { code, output } = await project.preview();
    expect(code).toBe(0);
    expect(output).toContain("service postgres under another id");
    // The other instance and its Intent.
    expect(output).toContain("2 to update");
    expect(output).not.toMatch(/to replace|to delete/);
  });

  test("keeps no other resource of the stack from being changed, and its own instance as it is", async () => {
    const { code, output } = await project.up();
    expect(code).toBe(0);
    expect(output).not.toMatch(/replaced|deleted/);
    expect(broker.ledger.effects("update")).toHaveLength(1);
    expect(new Map(broker.instances.map(({ id, serviceId }) => [id, serviceId]))).toEqual(before);
  });

  test("can be left by a destroy", async () => {
    expect((await project.destroy()).code).toBe(0);
    expect(broker.instances).toEqual([]);
  });
});
