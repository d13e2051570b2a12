import type { BrokerSimulator } from "../../sdk/simulator";
import type { PulumiProject } from "../support/pulumi-project";
import { STORY_MS, Stacks, serviceInstance } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();
const body = serviceInstance("db", { service: "postgres", plan: "small", parameters: { storageGb: 20 } });

describe("a service instance that is taken out of the state", () => {
  let project: PulumiProject;
  let broker: BrokerSimulator;
  let urns: string[];
  const takeOut = async (...urns: string[]): Promise<void> => {
    expect((await project.pulumi("state", "delete", "--yes", ...urns)).code).toBe(0);
  };
  beforeEach(async () => {
    ({ project, broker } = await stacks.brokered(body));
    await project.up();
    const saved = await Promise.all(
      ["ServiceInstance", "ServiceInstanceIntent"].map((type) => project.saved(type, "db")),
    );
    urns = saved.map((resource) => resource?.urn ?? "");
  });

  test("with its intent stays at the broker", async () => {
    await takeOut(...urns);
    await project.destroy();
    expect(broker.instances.map(({ state }) => state)).toEqual(["ready"]);
  });

  test("without its intent is taken up again by the next up", async () => {
    await takeOut(...urns.slice(0, 1));
    const { code } = await project.up();
    const saved = await project.saved("ServiceInstance", "db");
    expect([code, broker.instances.map(({ id }) => id)]).toEqual([0, [saved?.outputs?.["instanceId"]]]);
  });

  test("without its intent is left by a destroy, which names it", async () => {
    await takeOut(...urns.slice(0, 1));
    const { code, output } = await project.destroy();
    const [instance] = broker.instances;
    expect([code, broker.ledger.of("request", "deprovision")]).toEqual([0, []]);
    expect(output).toContain(`Service instance ${instance?.id ?? "none"} is at the broker`);
  });
});
