import type { Run } from "../support/pulumi-project";
import { STORY_MS, Stacks, child, freeApp, logging, prisma } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();
const timings = {
  appearAfterMs: 300,
  provisionMs: { prisma_access: 4000, logging_service: 1500, directory_sync: 2500 },
};

describe("in a pipeline's log", () => {
  let up: Run;
  beforeAll(async () => {
    const { project } = await stacks.simulated(
      child("acme", { onboard: [prisma("tenant-a"), logging()] }),
      timings,
    );
    up = await project.up();
  });
  /** What is told of the resource at the end, without the lines of the live table. */
  const told = (): string[] =>
    up.output
      .slice(up.output.indexOf("Diagnostics:"))
      .split("\n")
      .filter((line) => /tenant tenant-a, /.test(line));

  test("a line tells app, tenant, status and message when they change", () => {
    expect(told().join("\n")).toMatch(
      /tenant tenant-a, prisma_access: in_progress, Provisioning is in progress; logging_service: complete/,
    );
  });

  test("no line is told twice", () => {
    const texts = told().map((line) => line.replace(/\(\d+s\)/, ""));
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts.length).toBeLessThan(8);
  });
});

describe("in a terminal", () => {
  let up: Run;
  beforeAll(async () => {
    const { project } = await stacks.simulated(child("directory", freeApp()), timings);
    up = await project.inTerminal("up", "--yes", "--skip-preview");
  });

  test("the resource's own row tells what it waits for, and for how long, second by second", () => {
    expect(up.code).toBe(0);
    expect(up.output).toMatch(/directory_sync: in_progress, Provisioning is in progress \(1s\)/);
    expect(up.output).toMatch(/directory_sync: in_progress, Provisioning is in progress \(2s\)/);
  });

  test("nothing of it stays when it is done", () => {
    const end = up.output.slice(up.output.lastIndexOf("Resources:"));
    expect(end).not.toContain("in_progress");
    expect(up.output).not.toMatch(/Diagnostics:[^]*Provisioning is in progress[^]*Resources:/);
  });
});
