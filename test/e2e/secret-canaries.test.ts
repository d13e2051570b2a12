import { type EchoingBroker, RESULT, startEchoingBroker } from "../support/echoing-broker";
import type { PulumiProject, Run } from "../support/pulumi-project";
import { STORY_MS, Stacks, program } from "./stack";

/*
 * The state is searched for a secret after each step of a life, in which the broker says it in every field of every
 * answer, and one that it makes itself in its answers to a PUT. Four instances, each with a binding: one declares it in
 * another input than the one that is looked at, one in leaves, one as a whole, and one has besides an object as a secret in
 * which there is nothing but a flag and a small number; later the program has none of it as a secret.
 */

jest.setTimeout(2 * STORY_MS);
const stacks = new Stacks();
const CANARY = "ECHO-CANARY-7f3a";
/** Nobody but the program says it, and only as the name of a flag. */
const SILENT = "FLAG-CANARY-51d0";
const isLeak = (line: string): boolean => [CANARY, SILENT, RESULT].some((canary) => line.includes(canary));

const inputs = {
  elsewhere: `{ parameters: { size: 1 }, context: { platform: "test", token: pulumi.secret("${CANARY}") } }`,
  leaves: `{ parameters: { password: pulumi.secret("${CANARY}"), list: [pulumi.secret("${CANARY}")], size: 1 } }`,
  whole: `{ parameters: pulumi.secret({ "key of ${CANARY}": true, password: "${CANARY}", deep: { list: ["${CANARY}"] } }) }`,
  silent: `{ parameters: pulumi.secret({ "${SILENT}": true, size: 1 }), context: { platform: "test", token: pulumi.secret("${CANARY}") } }`,
};
const once = `{ parameters: { size: 2 } }`;
const names = Object.keys(inputs);

const text = (inputsOf: (name: string) => string, plan: string, turn: number): string =>
  program(
    names
      .map(
        (name) => `
const ${name} = new provisor.ServiceInstance("${name}", { service: "echo", plan: "${plan}", ...${inputsOf(name)} });
new provisor.ServiceBinding("${name}", { instance: ${name}, rotationTrigger: ${turn}, ...${inputsOf(name)} });
exports.${name} = ${name}.parameters;
exports.${name}Response = ${name}.response;`,
      )
      .join("\n"),
  );
const secretly = (plan: string, turn = 1): string =>
  text((name) => inputs[name as keyof typeof inputs], plan, turn);
const plainly = (plan: string, turn: number): string => text(() => once, plan, turn);

let broker: EchoingBroker;
let project: PulumiProject;
/** What each step ended with, and the lines of the state after it that hold the secret. */
const steps: Record<string, { run: Run; shown: string[] }> = {};
const step = async (name: string, run: Promise<Run>): Promise<void> => {
  const ended = await run;
  const lines = (await project.exported()).split("\n");
  steps[name] = { run: ended, shown: lines.filter(isLeak) };
};
let kept: Record<string, unknown>;

beforeAll(async () => {
  broker = await startEchoingBroker();
  const polling = { OSB_POLL_INTERVAL: "100ms", OSB_POLL_INTERVAL_MAX: "200ms" };
  project = await stacks.project("", { env: { ...broker.env, ...polling } });
  project.write(secretly("small"));
  await step("create, of which nothing is said again", project.up());
  broker.word = CANARY;
  await step("read", project.refresh());
  await step("update", (project.write(secretly("large")), project.up()));
  broker.bindEnds = "failed";
  await step("failed rotation", (project.write(secretly("large", 2)), project.up("--continue-on-error")));
  await step("read after it", project.refresh());
  broker.bindEnds = "succeeded";
  await step("rotation", project.up());
  broker.updateEnds = "failed";
  await step("failed update to what is no secret", (project.write(plainly("small", 2)), project.up()));
  kept = await project.outputs("--show-secrets");
  await step("read of what it kept", project.refresh());
  broker.updateEnds = "succeeded";
  broker.bindEnds = "failed";
  await step(
    "failed bind of what is no secret",
    (project.write(plainly("small", 3)), project.up("--continue-on-error")),
  );
  broker.bindEnds = "succeeded";
  await step("bind after it", project.up());
  await step("read in the end", project.refresh());
});
afterAll(() => broker.close());

test("the steps that should succeed do", () => {
  expect(
    Object.entries(steps).map(([name, { run }]) => `${name}: ${run.code === 0 ? "green" : "red"}`),
  ).toEqual([
    "create, of which nothing is said again: green",
    "read: green",
    "update: green",
    "failed rotation: red",
    "read after it: green",
    "rotation: green",
    "failed update to what is no secret: red",
    "read of what it kept: green",
    "failed bind of what is no secret: red",
    "bind after it: green",
    "read in the end: green",
  ]);
});

test("no step leaves the secret in plain text in the state", () => {
  expect(
    Object.entries(steps).flatMap(([name, { shown }]) => shown.map((line) => `${name}: ${line}`)),
  ).toEqual([]);
});

test("no step shows it on the screen", () => {
  expect(Object.values(steps).flatMap(({ run }) => run.output.split("\n").filter(isLeak))).toEqual([]);
});

test("the program reads what is kept as it was", () => {
  expect(kept).toMatchObject({
    elsewhere: { size: 1 },
    silent: { [SILENT]: true, size: 1 },
    whole: { password: CANARY, deep: { list: [CANARY] } },
    wholeResponse: { result: { login: RESULT, "nothing-to-say": "nothing-to-say" } },
  });
});
