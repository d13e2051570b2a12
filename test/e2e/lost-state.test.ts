import type { Simulator } from "../../sdk/simulator";
import type { PulumiProject } from "../support/pulumi-project";
import { STORY_MS, Stacks, allocated, child, freeApp, logging, made, prisma, program } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

// One story: each test goes on from the state that the last one left.
describe("where the state was lost", () => {
  let project: PulumiProject;
  let simulator: Simulator;
  const text = (first: Record<string, unknown> = {}, second: Record<string, unknown> = {}): string =>
    child("directory", freeApp({}, first)) +
    child("acme", { onboard: [prisma("tenant-a"), logging()], ...second });
  const lose = async (): Promise<void> => {
    expect((await project.pulumi("stack", "rm", "--force", "--yes")).code).toBe(0);
    expect((await project.pulumi("stack", "init", "dev")).code).toBe(0);
  };
  const lines = (): string[] => [
    `adopt: ["${made(simulator, "directory_sync")[0] ?? ""}"]`,
    `adopt: ["${made(simulator, "prisma_access")[0] ?? ""}", "${made(simulator, "logging_service")[0] ?? ""}"]`,
  ];

  beforeAll(async () => {
    ({ project, simulator } = await stacks.simulated(text()));
    await project.up();
    await lose();
  });
  afterEach(() => {
    expect(simulator.ledger.posts()).toHaveLength(2);
  });

  test.each([
    ["preview", () => project.preview()],
    ["up", () => project.up("--parallel", "4")],
  ] as const)("%s stops, and prints the line that takes over what exists", async (_command, run) => {
    const { code, output } = await run();
    expect(code).not.toBe(0);
    // The engine stops at the first resource that fails.
    expect(lines().filter((line) => output.includes(line))).not.toEqual([]);
  });

  test("the printed lines take it over", async () => {
    const [first, second] = [made(simulator, "directory_sync"), made(simulator, "prisma_access")];
    project.write(
      program(text({ adopt: first }, { adopt: [...second, ...made(simulator, "logging_service")] })),
    );
    expect((await project.up()).code).toBe(0);
    expect(await project.heldInstances()).toEqual(allocated(simulator));
  });

  test('adopt: "existing" takes it over by itself', async () => {
    await lose();
    project.write(program(text({ adopt: "existing" }, { adopt: "existing" })));
    expect((await project.up()).code).toBe(0);
    expect(await project.heldInstances()).toEqual(allocated(simulator));
    expect((await project.up("--expect-no-changes")).code).toBe(0);
  });
});
