import type { PulumiProject, Run } from "../support/pulumi-project";
import { filesOf, filesWith } from "./files";
import { STORY_MS, Stacks, freeApp, prisma, program } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

/** In every secret: one of the stack's configuration, and those that only the program calls so. */
const CANARY = "-CANARY-";
const tenant = `TENANT${CANARY}1`;
const whole = `WHOLE${CANARY}1`;
const account = `ACCOUNT${CANARY}1`;

const { freeApp: free } = freeApp({ supportAccountName: "?" });
const text = program(`
const config = new pulumi.Config();
const acme = new provisor.ChildInstance("acme", {
  onboard: [{ ...${JSON.stringify(prisma("?"))}, tsgName: config.requireSecret("tenant") }],
});
new provisor.ChildInstance("whole", { onboard: pulumi.secret([${JSON.stringify(prisma(whole))}]) });
new provisor.ChildInstance("directory", {
  freeApp: { ...${JSON.stringify(free)}, supportAccountName: pulumi.secret("${account}") },
});
exports.id = acme.instanceId;
exports.onboard = acme.onboard;`);

let project: PulumiProject;
const runs: Record<string, Run> = {};
beforeAll(async () => {
  const stack = await stacks.simulated(
    "",
    { tenants: [{ name: tenant }, { name: whole }] },
    { env: { PROVISOR_DEBUG: "1" } },
  );
  project = stack.project;
  project.write(text);
  await project.pulumi("config", "set", "--secret", "tenant", tenant);
  runs["preview"] = await project.preview("--diff");
  runs["up"] = await project.up("--diff");
  runs["refresh"] = await project.refresh("--diff");
  runs["up after it"] = await project.up("--diff", "--expect-no-changes");
  runs["destroy that is refused"] = await project.destroy("--diff");
  stack.simulator.fail({ how: "at-once", tsg: tenant, message: `No units for ${tenant}` });
  project.write(text.replace('"acme", {', '"another", { allowAdditional: true,'));
  runs["up that fails"] = await project.up("--diff");
});

test("the commands that should succeed do, and the others fail", () => {
  expect(Object.entries(runs).map(([name, { code }]) => `${name}: ${code === 0 ? "green" : "red"}`)).toEqual([
    "preview: green",
    "up: green",
    "refresh: green",
    "up after it: green",
    "destroy that is refused: red",
    "up that fails: red",
  ]);
});

test("nothing that is printed holds a secret input", () => {
  expect(
    Object.values(runs)
      .flatMap(({ output }) => output.split("\n"))
      .filter((line) => line.includes(CANARY)),
  ).toEqual([]);
});

test("an error says what it is about all the same", () => {
  expect(runs["up that fails"]?.output).toMatch(
    /another: provisioning of .*Allocated: prisma_access for tenant/,
  );
});

test("no file holds a secret input in plain text: state, history, what the engine keeps at home", () => {
  expect(filesOf(project).length).toBeGreaterThan(3);
  expect(filesWith(project, CANARY)).toEqual([]);
});

test("the id of a resource says its parent and its app", async () => {
  expect((await project.childInstance("acme"))?.id).toMatch(/^1000000001\/[0-9a-f]{16}\/prisma_access$/);
});

test("what the API does not repeat of a secret stays readable", async () => {
  const { id, onboard } = await project.outputs();
  expect([id, onboard]).toEqual([expect.stringMatching(/^\w{21}$/), "[secret]"]);
});
