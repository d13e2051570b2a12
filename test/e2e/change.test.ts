import type { Simulator } from "../../sdk/simulator";
import type { PulumiProject } from "../support/pulumi-project";
import { STORY_MS, Stacks, child, logging, made, prisma, program } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

let project: PulumiProject;
let simulator: Simulator;
const posts = (): number => simulator.ledger.posts().length;
const dlp = logging(1, { appId: "dlp" });

/** A program that has these items under these policies. */
const write = (onboard: unknown[], policies: Record<string, unknown> = {}): void => {
  project.write(program(`${child("acme", { onboard, ...policies })}\nexports.id = acme.instanceId;`));
};

// One story: each test goes on from the state that the last one left.
beforeAll(async () => {
  ({ project, simulator } = await stacks.simulated(""));
  write([prisma("tenant-a"), logging()]);
  await project.up();
});

test("a change of what was allocated is forbidden in preview, at its path, with what to do instead", async () => {
  write([prisma("tenant-a", 200), logging()]);
  const { code, output } = await project.preview();
  expect(code).not.toBe(0);
  expect(output).toContain("onboard[0].allocation: was allocated with another value");
  expect(output).toMatch(/changePolicy: "record".*changePolicy: "replace" with deletionPolicy: "abandon"/);
});

test("a replacement is refused in preview while deletion is prevented", async () => {
  write([prisma("tenant-b"), logging()], { changePolicy: "replace" });
  const { code, output } = await project.preview();
  expect(code).not.toBe(0);
  expect(output).toContain(
    "onboard[0].tsgName: a change replaces the resource, which would allocate a second time",
  );
});

test("a removed item is refused in preview while deletion is prevented", async () => {
  write([prisma("tenant-a")]);
  const { code, output } = await project.preview();
  expect(code).not.toBe(0);
  expect(output).toContain("logging_service was removed, but stays allocated");
});

test("the items' order means nothing, and neither does a number written as a text", async () => {
  write([logging("1"), prisma("tenant-a", "100")]);
  const { code, output } = await project.up();
  expect(code).toBe(0);
  expect(output).not.toContain("replaced");
  expect(posts()).toBe(1);
});

describe.each(["--replace", "a tainted state"])("%s", (how) => {
  let urn: string;
  beforeAll(async () => {
    write([prisma("tenant-a"), logging()]);
    urn = (await project.childInstance("acme"))?.urn ?? "";
    if (how !== "--replace") await project.pulumi("state", "taint", urn, "--yes");
  });
  afterAll(async () => {
    if (how !== "--replace") await project.pulumi("state", "untaint", urn, "--yes");
  });

  test("is refused without a POST, naming what stays allocated", async () => {
    const { code, output } = await project.up(...(how === "--replace" ? ["--replace", urn] : []));
    expect(code).not.toBe(0);
    expect(output).toContain("a replacement was asked for (--replace, or a tainted state)");
    expect(output).toContain(made(simulator, "prisma_access")[0]);
    expect(posts()).toBe(1);
  });
});

test("a recorded change is taken into the state without a request to allocate", async () => {
  write([prisma("tenant-a", 200), logging()], { changePolicy: "record" });
  expect((await project.up()).code).toBe(0);
  expect(JSON.stringify((await project.childInstance("acme"))?.outputs?.["onboard"])).toContain("200");
  expect(posts()).toBe(1);
});

test("a change that was recorded is none any more", async () => {
  expect((await project.up("--expect-no-changes")).code).toBe(0);
});

test("an added item is allocated by itself, in place", async () => {
  write([prisma("tenant-a", 200), logging(), dlp]);
  const { code, output } = await project.up();
  expect(output).not.toContain("replaced");
  expect(code).toBe(0);
  expect(posts()).toBe(2);
  expect(made(simulator, "dlp")).toHaveLength(1);
  expect(simulator.instances).toHaveLength(3);
});

test("a removed item is left behind where deletion abandons", async () => {
  write([prisma("tenant-a", 200), logging()], { deletionPolicy: "abandon" });
  const { code, output } = await project.up();
  expect(code).toBe(0);
  expect(output).toMatch(/warning: .*left behind, and still allocated: dlp/);
  expect((await project.up("--expect-no-changes")).code).toBe(0);
});

test("a replacement allocates anew with one POST and a new intent, and leaves the first behind", async () => {
  const keyOf = async (): Promise<unknown> =>
    (await project.resources()).find(({ type }) => type.endsWith(":Intent"))?.outputs?.["__key"];
  const key = await keyOf();
  write([prisma("tenant-b"), logging()], { changePolicy: "replace", deletionPolicy: "abandon" });
  const { code, output } = await project.up();
  expect(output).toContain("2 replaced");
  expect(code).toBe(0);
  expect(posts()).toBe(3);
  expect(await keyOf()).not.toBe(key);
  expect((await project.outputs())["id"]).toBe(made(simulator, "prisma_access")[1]);
});

test("a replacement is done once", async () => {
  expect((await project.up("--expect-no-changes")).code).toBe(0);
  expect(posts()).toBe(3);
});

test("a replacement asked for together with the policy that allows it leaves the first behind", async () => {
  const fresh = await stacks.simulated(child("acme", { onboard: [prisma("tenant-a"), logging()] }));
  await fresh.project.up();
  fresh.project.write(
    program(
      child("acme", {
        onboard: [prisma("tenant-b"), logging()],
        changePolicy: "replace",
        deletionPolicy: "abandon",
      }),
    ),
  );
  const { code, output } = await fresh.project.up();
  if (code) console.log(output);
  expect(code).toBe(0);
  expect(fresh.simulator.ledger.posts()).toHaveLength(2);
});
