import type { RunningSimulator } from "../../sdk/simulator";
import type { PulumiProject, Run } from "../support/pulumi-project";
import { STORY_MS, Stacks, child, freeApp } from "./stack";

jest.setTimeout(STORY_MS);
const stacks = new Stacks();

let running: RunningSimulator;
let project: PulumiProject;
beforeAll(async () => {
  running = await stacks.simulator();
  project = await stacks.project(child("directory", freeApp()));
});
afterEach(() => {
  expect(running.simulator.ledger.posts()).toHaveLength(0);
});

/** A preview with these settings in the environment. */
async function previewWith(settings: Record<string, string>): Promise<Run> {
  for (const name of Object.keys(project.env))
    if (name.startsWith("SCM_")) Reflect.deleteProperty(project.env, name);
  Object.assign(project.env, settings);
  return project.preview();
}

test("without credentials a preview fails and names every way to set them", async () => {
  const { code, output } = await previewWith({});
  expect(code).not.toBe(0);
  for (const way of [
    "provisor:clientId",
    "SCM_CLIENT_ID",
    "provisor:clientSecret",
    "SCM_CLIENT_SECRET",
    "provisor:scope",
    "SCM_SCOPE",
    "SCM_AUTH_FILE",
  ])
    expect(output).toContain(way);
});

test("a source that has only some of the credentials is named, with what it lacks", async () => {
  const { SCM_CLIENT_SECRET: _secret, ...rest } = running.env;
  const { code, output } = await previewWith(rest);
  expect(code).not.toBe(0);
  expect(output).toContain(
    "Credentials in the environment (SCM_…) are not complete: SCM_CLIENT_SECRET is missing there.",
  );
});

test("plain http to anything but this machine is refused", async () => {
  const { code, output } = await previewWith({ ...running.env, SCM_HOST: "api.example.com" });
  expect(code).not.toBe(0);
  expect(output).toMatch(/plain http to api\.example\.com.*Use https/);
});

test("a scope that is none is refused with every way to set it", async () => {
  const { code, output } = await previewWith({ ...running.env, SCM_SCOPE: "everything" });
  expect(code).not.toBe(0);
  expect(output).toMatch(/The setting SCM_SCOPE must be tsg_id:.*provisor:scope.*SCM_SCOPE/);
});

test("an API that cannot be reached is a warning in preview", async () => {
  const gone = await stacks.simulator();
  await gone.stop();
  const { code, output } = await previewWith({ ...gone.env, PROVISOR_REQUEST_TIMEOUT: "1s" });
  expect(output).toMatch(/warning: The API could not be asked in this preview/);
  expect(code).toBe(0);
});

describe("credentials in the stack's configuration", () => {
  beforeAll(async () => {
    const { SCM_CLIENT_ID, SCM_CLIENT_SECRET, SCM_SCOPE } = running.env as Record<string, string>;
    await project.pulumi("config", "set", "provisor:clientId", SCM_CLIENT_ID as string);
    await project.pulumi(
      "config",
      "set",
      "--plaintext",
      "provisor:clientSecret",
      SCM_CLIENT_SECRET as string,
    );
    await project.pulumi("config", "set", "provisor:scope", SCM_SCOPE as string);
  });
  const address = (): Record<string, string> => {
    const { SCM_CLIENT_ID: _a, SCM_CLIENT_SECRET: _b, SCM_SCOPE: _c, ...rest } = running.env;
    return rest;
  };

  test("are refused where the client secret is in plain text", async () => {
    const { code, output } = await previewWith(address());
    expect(code).not.toBe(0);
    expect(output).toContain("pulumi config set --secret provisor:clientSecret");
    expect(output).not.toContain(running.env["SCM_CLIENT_SECRET"]);
  });

  test("are taken, and named as the source, where it is encrypted", async () => {
    await project.pulumi(
      "config",
      "set",
      "--secret",
      "provisor:clientSecret",
      running.env["SCM_CLIENT_SECRET"] as string,
    );
    const { code, output } = await previewWith(address());
    expect(code).toBe(0);
    expect(output).toContain("credentials from the stack's configuration (provisor:…)");
  });
});
