import { STORY_MS, Stacks, child, freeApp, until } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

test("the setting debug tells each request and each operation, and nothing does without it", async () => {
  const { project } = await stacks.simulated(child("directory", freeApp()));
  const told = (output: string): string[] => output.split("\n").filter((line) => line.includes("debug: "));
  expect(told((await project.preview()).output)).toEqual([]);
  project.env["PROVISOR_DEBUG"] = "1";
  const lines = told((await project.up()).output).join("\n");
  expect(lines).toMatch(
    /debug: POST \S+\/subscription\/v1\/instances 20\d after \d+ ms \(parent TSG 1000000001\)/,
  );
  expect(lines).toMatch(/debug: create of directory ends after \d+ ms/);
});

test.each(["preview", "up"])("a client secret in plain configuration is refused: %s", async (command) => {
  const { project } = await stacks.simulated(child("directory", freeApp()));
  const { code, output } = await project.pulumi(
    command,
    ...(command === "up" ? ["--yes", "--skip-preview"] : []),
    "--config",
    "provisor:clientSecret=PLAIN-CANARY",
  );
  expect(code).not.toBe(0);
  expect(output).toMatch(/provisor:clientSecret is stored in plain text.*refused/);
  expect(output).not.toContain("PLAIN-CANARY");
  expect(await project.exported()).not.toContain("PLAIN-CANARY");
});

test("a provider with nothing to do ends when its engine was killed", async () => {
  const { project } = await stacks.simulated(
    child("directory", freeApp()) +
      "pulumi.all([directory.urn]).apply(() => new Promise((resolve) => setTimeout(resolve, 60_000)));",
  );
  const running = project.start("up", "--yes", "--skip-preview");
  await until(() => /ChildInstance directory created/.test(running.output()));
  running.signal("SIGKILL");
  await running.done;
  await until(() => project.providers().length === 0);
});
