import { cpSync, readFileSync, rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { BrokerEvent, BrokerSimulator } from "../../sdk/simulator";
import type { PulumiProject, Run } from "../support/pulumi-project";
import { filesOf, filesWith, isOwnAccount } from "./files";
import { STORY_MS, Stacks } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

/** In every secret: what the broker gives, its own password, and the one that the user sets. */
const CANARY = "-CANARY-";
const adminPassword = `ADMIN${CANARY}1`;
const brokerPassword = `BROKER${CANARY}1`;

const yes = ["--yes", "--skip-preview"];

let project: PulumiProject;
let broker: BrokerSimulator;
const runs: Record<string, Run> = {};
/** For each run, the requests that changed something at the broker. */
const effects: Record<string, string[]> = {};
/** What existed at the broker after the runs that concern logins. */
const logins: Record<string, string[]> = {};
/** What the cache was given as its source, and what the newest login gives, after each run. */
const sources: Record<string, { given: unknown; newest: unknown }> = {};
/** All lines that were printed. */
const printed: string[] = [];
/** All lines of the event logs. */
const logged: string[] = [];
let outputs: Record<string, unknown>;
let saved: string;

beforeAll(async () => {
  ({ project, broker } = await stacks.brokered(
    "",
    { password: brokerPassword },
    { env: { PROVISOR_DEBUG: "1", PULUMI_DEBUG_COMMANDS: "1" } },
  ));
  await becomeExample();
  await configure("--secret", "adminPassword", adminPassword);
  await run("preview", "preview", "--diff");
  await run("up", "up", ...yes);
  await run("second up", "up", ...yes, "--expect-no-changes");
  await run("refresh", "refresh", ...yes, "--expect-no-changes");
  await configure("plan", "large");
  await run("preview of another plan", "preview", "--diff");
  await run("another plan", "up", ...yes);
  await configure("rotation", "2");
  await run("preview of a rotation", "preview", "--diff");
  await run("rotation", "up", ...yes);
  await configure("overlap", "48h");
  await configure("rotation", "3");
  await run("rotation with overlap", "up", ...yes);
  await run("up after it", "up", ...yes, "--expect-no-changes");
  outputs = await project.outputs("--show-secrets");
  saved = await project.exported();
  await run("destroy", "destroy", ...yes);
});

/** Makes a copy of the example of the project, with a stack. */
async function becomeExample(): Promise<void> {
  rmSync(project.path("index.js"));
  cpSync(resolve(__dirname, "../../examples/service-broker"), project.path(""), {
    recursive: true,
    filter: (path) => basename(path) !== "node_modules",
  });
  await project.pulumi("stack", "init", "dev");
}

const configure = (...args: string[]): Promise<Run> => project.pulumi("config", "set", ...args);

async function run(name: string, command: string, ...args: string[]): Promise<void> {
  const before = broker.ledger.effects().length;
  const log = join(project.folder, "events.json");
  runs[name] = await project.pulumi(command, ...args, "--event-log", log);
  printed.push(...runs[name].output.split("\n"));
  logged.push(...readFileSync(log, "utf8").trim().split("\n"));
  effects[name] = broker.ledger
    .effects()
    .slice(before)
    .map((effect) => `${effect.request ?? ""} ${nameOf(effect)}`);
  logins[name] = broker.bindings.map(({ id }) => id);
  const cache = broker.instances.find(({ serviceId }) => serviceId === broker.plan("cache").serviceId);
  sources[name] = {
    given: cache?.parameters["source"],
    newest: broker.bindings.at(-1)?.credentials["uri"],
  };
}

/** What an effect is about: the logins are numbered in the order in which they were made. */
function nameOf({ serviceId, bindingId }: BrokerEvent): string {
  const made = broker.ledger.effects("bind").map((effect) => effect.bindingId);
  if (bindingId !== undefined) return `login ${String(made.indexOf(bindingId) + 1)}`;
  return serviceId === broker.plan("postgres").serviceId ? "database" : "cache";
}

test("every run of the example succeeds", () => {
  expect(
    Object.entries(runs)
      .filter(([, { code }]) => code !== 0)
      .map(([name, { output }]) => `${name}: ${output}`),
  ).toEqual([]);
});

test("previews send nothing that changes anything", () => {
  expect(
    ["preview", "preview of another plan", "preview of a rotation"].flatMap((name) => effects[name]),
  ).toEqual([]);
});

test("the first up provisions the database, binds it, and gives the credentials to the cache", () => {
  expect(effects["up"]).toEqual(["provision database", "bind login 1", "provision cache"]);
});

test.each(["up", "rotation", "rotation with overlap"])(
  "what the cache is given are the credentials of the newest login: %s",
  (name) => {
    const { given, newest } = sources[name] ?? {};
    expect(given).toMatch(/^postgres:.*CREDENTIAL-CANARY-/);
    expect(given).toBe(newest);
  },
);

test("a second up and a refresh find nothing to do", () => {
  expect(runs["second up"]?.output).toContain("7 unchanged");
  expect(runs["refresh"]?.output).toContain("7 unchanged");
  expect([effects["second up"], effects["refresh"]]).toEqual([[], []]);
});

test("another plan is one PATCH of the database, and its login stays", () => {
  expect(effects["another plan"]).toEqual(["update database"]);
  expect(runs["preview of another plan"]?.output).toMatch(/plan +: "small" => "large"/);
});

test("a PATCH of the plan sends no parameters, which have not changed", () => {
  const [patch] = broker.ledger.of("request", "update");
  expect(patch?.bodyKeys?.sort()).toEqual(["plan_id", "previous_values", "service_id"]);
});

test("the preview of a rotation says why the login gets a successor", () => {
  expect(runs["preview of a rotation"]?.output).toMatch(/rotationTrigger/);
});

test("a rotation makes the new login, gives it to the cache, and only then ends the old one", () => {
  expect(effects["rotation"]).toEqual(["bind login 2", "update cache", "unbind login 1"]);
});

test("the new login is made from the old one", () => {
  const [, rotation] = broker.ledger.of("request", "bind");
  expect(rotation?.bodyKeys).toContain("predecessor_binding_id");
});

test("with an overlap the old login stays", () => {
  expect(effects["rotation with overlap"]).toEqual(["bind login 3", "update cache"]);
  expect(logins["rotation with overlap"]).toHaveLength(2);
});

test("the credentials are shown to whoever asks for secrets, and to nobody else", () => {
  const [, newest] = broker.ledger.effects("bind").slice(-2);
  expect(outputs).toMatchObject({
    loginId: newest?.bindingId,
    loginCredentials: {
      uri: expect.stringContaining("CREDENTIAL-CANARY-") as string,
      password: expect.stringMatching(/^CREDENTIAL-CANARY-/) as string,
      port: "5432",
      type: "postgres",
    },
  });
  expect(runs["up"]?.output).toMatch(/loginCredentials *: \[secret\]/);
});

test("destroy takes everything back: what uses the credentials first, then both logins, then the database", () => {
  expect(effects["destroy"]).toEqual([
    "deprovision cache",
    "unbind login 3",
    "unbind login 2",
    "deprovision database",
  ]);
  expect(broker.account()).toMatchObject({ instancesAlive: 0, bindingsAlive: 0 });
});

test("nothing that is printed holds a secret", () => {
  expect(printed.length).toBeGreaterThan(100);
  expect(printed.filter((line) => line.includes(CANARY))).toEqual([]);
});

test("the event logs hold secrets in the SDK's own account of its calls, and in nothing else", () => {
  const withSecrets = logged.filter((line) => line.includes(CANARY));
  expect(withSecrets).not.toEqual([]);
  expect(withSecrets.filter((line) => !isOwnAccount(line))).toEqual([]);
});

test("the exported state holds no secret in plain text", () => {
  expect(saved).not.toContain(CANARY);
});

test("no file that was left behind holds one: state, history, home, temporary files", () => {
  expect(filesOf(project)).not.toEqual([]);
  expect(filesWith(project, CANARY)).toEqual([]);
});
