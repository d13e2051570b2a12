import type { Simulator } from "../../sdk/simulator";
import type { PulumiProject, Run } from "../support/pulumi-project";
import { filesOf, filesWith, linesOf } from "./files";
import { STORY_MS, Stacks, child, freeApp, logging, prisma, program } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

/** In every secret: the client's, each token, auth codes, keys and a header. */
const CANARY = "-CANARY-";
const clientSecret = `CLIENTSECRET${CANARY}1`;
const header = `HEADER${CANARY}1`;
const text = (prismaUnits: number): string =>
  program(`
${child("directory", freeApp({}, { deletionPolicy: "abandon" }))}
${child("acme", { onboard: [prisma("tenant-a", prismaUnits), logging()] })}
exports.authCode = directory.instances.apply((all) => all[0].authCode);
exports.all = acme.instances;
exports.byApp = acme.instancesByApp;
exports.id = acme.instanceId;`);

let project: PulumiProject;
let simulator: Simulator;
const runs: Record<string, Run> = {};
beforeAll(async () => {
  ({ project, simulator } = await stacks.simulated(
    "",
    { clients: [{ clientId: "me@example", clientSecret, tsgId: "1000000001" }] },
    { env: { SCM_HEADERS: JSON.stringify({ "X-Extra": header }), PROVISOR_DEBUG: "1" } },
  ));
  project.write(text(100));
  simulator.fault({ on: "list", kind: "expired-token", skip: 2 });
  runs["preview"] = await project.preview("--debug", "--diff");
  runs["up"] = await project.up("--debug");
  runs["refresh"] = await project.refresh("--debug", "--diff");
  project.write(text(200));
  runs["refused change"] = await project.preview("--debug");
  project.write(text(100) + child("more", { onboard: [prisma("tenant-b")] }));
  const body = {
    application_error: "broken",
    message: `secret ${clientSecret}, header ${header}`,
    statusCode: 400,
  };
  simulator.fault({ on: "post", kind: { status: 400, body } });
  runs["refused POST"] = await project.up("--debug");
  runs["outputs"] = await project.pulumi("stack", "output");
  runs["refused credentials"] = await refused();
  runs["killed up"] = await killed();
});

async function refused(): Promise<Run> {
  const own = project.env["SCM_CLIENT_SECRET"] as string;
  project.env["SCM_CLIENT_SECRET"] = `WRONG${CANARY}1`;
  const run = await project.up("--debug");
  project.env["SCM_CLIENT_SECRET"] = own;
  return run;
}

/** An up whose CLI and provider are killed when the API has carried out its POST. */
async function killed(): Promise<Run> {
  const running = project.start("up", "--yes", "--skip-preview");
  simulator.on(({ kind, request }) => {
    if (kind === "effect" && request === "post") project.killAll();
  });
  return running.done;
}

test("the commands that should succeed do, and the others fail", () => {
  expect(Object.fromEntries(Object.entries(runs).map(([name, { code }]) => [name, code === 0]))).toEqual({
    preview: true,
    up: true,
    refresh: true,
    "refused change": false,
    "refused POST": false,
    outputs: true,
    "refused credentials": false,
    "killed up": false,
  });
});

test.each([
  "preview",
  "up",
  "refresh",
  "refused change",
  "refused POST",
  "outputs",
  "refused credentials",
  "killed up",
])("nothing that is printed holds a secret: %s", (name) => {
  expect(linesOf(runs[name]?.output ?? "").filter((line) => line.includes(CANARY))).toEqual([]);
});

test("a refused POST is explained, without what the answer let slip", () => {
  expect(runs["refused POST"]?.output).toMatch(/POST .*broken.*Nothing was allocated/);
});

test("the exported state holds no secret in plain text", async () => {
  expect(await project.exported()).not.toContain(CANARY);
});

test("no file that was left behind holds a secret in plain text: state, history, home, temporary files", () => {
  expect(filesOf(project).length).toBeGreaterThan(1);
  expect(filesWith(project, CANARY)).toEqual([]);
});

test("whoever asks for secrets is shown the auth code", async () => {
  const { authCode } = await project.outputs("--show-secrets");
  expect(authCode).toMatch(/^AUTHCODE-CANARY-/);
});

test("what is no secret is shown", () => {
  expect(runs["outputs"]?.output).toContain(
    simulator.instances.find(({ appId }) => appId === "prisma_access")?.instanceId,
  );
});
