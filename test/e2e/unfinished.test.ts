import type { Simulator } from "../../sdk/simulator";
import type { PulumiProject } from "../support/pulumi-project";
import { STORY_MS, Stacks, child, freeApp, logging, made, prisma, program, useOtherParent } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

describe("a create whose time-out passes", () => {
  let project: PulumiProject;
  let simulator: Simulator;
  beforeAll(async () => {
    const text = child("slow", freeApp(), { customTimeouts: { create: "2s", update: "2s" } });
    ({ project, simulator } = await stacks.simulated(text, { provisionMs: 3_600_000 }));
  });

  test("ends in an error that says how to go on", async () => {
    const { code, output } = await project.up();
    expect(code).not.toBe(0);
    expect(output).toMatch(/not finished within its time-out of 2s \(customTimeouts\)/);
    expect(output).toContain(
      "Run the same command again: it goes on from here and allocates nothing a second time.",
    );
  });

  test("keeps job and instance in the state", async () => {
    const saved = await project.childInstance("slow");
    expect(saved?.outputs?.["jobId"]).toBe(simulator.instances[0]?.jobId);
    expect(JSON.stringify(saved?.outputs?.["instances"])).toContain(simulator.instances[0]?.instanceId);
    expect(saved?.initErrors).toHaveLength(1);
  });

  test("goes on after a refresh, which clears the engine's own note of it, without a second POST", async () => {
    expect((await project.refresh()).code).toBe(0);
    const again = await project.up();
    expect(again.code).not.toBe(0);
    expect(again.output).toMatch(/not finished within its time-out of 2s/);
    expect(simulator.ledger.posts()).toHaveLength(1);
  });

  test("is finished by the first up after the job is done", async () => {
    simulator.finishInstance(made(simulator, "directory_sync")[0] as string);
    expect((await project.up()).code).toBe(0);
    expect((await project.up("--expect-no-changes")).code).toBe(0);
    expect(simulator.ledger.posts()).toHaveLength(1);
  });
});

describe("a job that fails for one app of a bundle", () => {
  let project: PulumiProject;
  let simulator: Simulator;
  beforeAll(async () => {
    ({ project, simulator } = await stacks.simulated(
      child("acme", { onboard: [prisma("tenant-a"), logging()] }),
    ));
    simulator.fail({ appId: "logging_service", how: "late", message: "no capacity" });
  });

  test("ends in an error with what the API says, and keeps job and instances", async () => {
    const { code, output } = await project.up();
    expect(code).not.toBe(0);
    expect(output).toMatch(/provisioning of .* \(logging_service.*\) failed: failed, error, no capacity/);
    expect(JSON.stringify((await project.childInstance("acme"))?.outputs?.["instances"])).toContain(
      made(simulator, "logging_service")[0],
    );
  });

  test("is gone on with when it was put right in the vendor's portal", async () => {
    simulator.finishInstance(made(simulator, "logging_service")[0] as string);
    expect((await project.up()).code).toBe(0);
    expect(simulator.ledger.posts()).toHaveLength(1);
  });
});

describe("a POST whose answer is lost", () => {
  test.each([
    ["after it took effect", "reset-after", 1],
    ["before it took effect", "reset-before", 2],
  ] as const)("%s leads to one allocation and a green run", async (_when, kind, posts) => {
    const { project, simulator } = await stacks.simulated(child("directory", freeApp()));
    simulator.fault({ on: "post", kind });
    expect((await project.up()).code).toBe(0);
    expect(simulator.ledger.effects()).toHaveLength(1);
    expect(simulator.ledger.posts()).toHaveLength(posts);
  });
});

describe("an instance that the list no longer shows", () => {
  let project: PulumiProject;
  let simulator: Simulator;
  const text = (policies: Record<string, unknown>): string =>
    program(child("directory", freeApp({}, policies)) + child("acme", { onboard: [prisma("tenant-a")] }));
  beforeAll(async () => {
    ({ project, simulator } = await stacks.simulated(""));
    project.write(text({}));
    await project.up();
    simulator.removeInstance(made(simulator, "directory_sync")[0] as string);
  });

  test("stays in the state as missing, with a warning", async () => {
    const { code, output } = await project.refresh();
    expect(code).toBe(0);
    expect(output).toMatch(/warning: .*no longer listed: .*directory_sync.*It stays in the state as missing/);
    expect((await project.childInstance("directory"))?.outputs?.["missing"]).toHaveLength(1);
  });

  test("is not allocated again by a later up", async () => {
    expect((await project.up("--expect-no-changes")).code).toBe(0);
    expect(simulator.ledger.posts()).toHaveLength(2);
  });

  test("is an error, not a missing one, when the token is for another TSG", async () => {
    const useOwn = useOtherParent(project, simulator);
    const { code, output } = await project.refresh();
    useOwn();
    expect(code).not.toBe(0);
    expect(output).toContain("the credentials are for parent TSG 1000000002");
    expect(output).toContain("belongs to parent TSG 1000000001");
    expect(await project.childInstance("acme")).toBeDefined();
  });

  test("is dropped by a refresh where missingPolicy says forget", async () => {
    project.write(text({ missingPolicy: "forget" }));
    await project.up();
    const { code, output } = await project.refresh();
    expect(code).toBe(0);
    expect(output).toContain("forgotten as missingPolicy says");
    expect(await project.childInstance("directory")).toBeUndefined();
    expect(simulator.ledger.posts()).toHaveLength(2);
  });
});
