import type { Simulator } from "../../sdk/simulator";
import type { PulumiProject } from "../support/pulumi-project";
import { STORY_MS, Stacks, child, logging, prisma } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

const tenants = ["tenant-a", "tenant-b", "tenant-c"];
const bundles = (onboard: (tenant: string) => unknown[]): string =>
  tenants.map((tenant, index) => child(`x${String(index)}`, { onboard: onboard(tenant) })).join("\n") +
  "\nexports.ids = [x0, x1, x2].map((one) => one.instances.apply((all) => all.map((instance) => instance.instanceId)));" +
  "\nexports.jobs = [x0, x1, x2].map((one) => one.jobId);";

/** For each resource the job that its POST started, and the jobs of the instances that it holds. */
async function jobs({
  project,
  simulator,
}: {
  project: PulumiProject;
  simulator: Simulator;
}): Promise<[string[], string[][]]> {
  const outputs = (await project.outputs("--show-secrets")) as { ids: string[][]; jobs: string[] };
  const jobOf = (id: string): string =>
    simulator.instances.find(({ instanceId }) => instanceId === id)?.jobId ?? "none";
  return [outputs.jobs, outputs.ids.map((ids) => [...new Set(ids.map(jobOf))])];
}

describe("instances that look alike in the list go to the resource whose POST made them", () => {
  test("where tenants may not be read", async () => {
    const forbidden = ["tenants" as const];
    const clients = [{ clientId: "me@example", clientSecret: "my-secret", tsgId: "1000000001", forbidden }];
    const stack = await stacks.simulated(
      bundles((tenant) => [prisma(tenant)]),
      { clients },
    );
    expect((await stack.project.up()).code).toBe(0);
    const [sent, held] = await jobs(stack);
    expect(held).toEqual(sent.map((job) => [job]));
  });

  test("where an item without a tenant appears under the parent", async () => {
    const stack = await stacks.simulated(
      bundles((tenant) => [prisma(tenant), logging()]),
      { itemsWithoutTenant: "parent" },
    );
    expect((await stack.project.up()).code).toBe(0);
    const [sent, held] = await jobs(stack);
    expect(held).toEqual(sent.map((job) => [job]));
  });
});
