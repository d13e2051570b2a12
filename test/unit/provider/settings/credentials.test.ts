import { resolveSettings } from "../../../support/settings";
import { SettingsError } from "../../../../sdk/subscription";
import { settingsFrom } from "../../../support/host";

const environment = {
  SCM_CLIENT_ID: "env-id",
  SCM_CLIENT_SECRET: "env-secret",
  SCM_SCOPE: "tsg_id:1000000001",
};
const stack = { clientId: "stack-id", clientSecret: "stack-secret", scope: "tsg_id:1000000002" };
const file = JSON.stringify({
  client_id: "file-id",
  client_secret: "file-secret",
  scope: "tsg_id:1000000003",
});

/** The message of the SettingsError that these settings end in. */
function problemOf(...args: Parameters<typeof settingsFrom>): string {
  try {
    resolveSettings(settingsFrom(...args));
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
  }
  throw new Error("these settings were accepted");
}

describe("credentials", () => {
  test.each([
    [
      "the stack's configuration",
      "stack-id",
      settingsFrom(environment, { ...stack, authFile: "a.json" }, { "a.json": file }),
    ],
    [
      "the environment",
      "env-id",
      settingsFrom({ ...environment, SCM_AUTH_FILE: "a.json" }, {}, { "a.json": file }),
    ],
    ["the auth file", "file-id", settingsFrom({ SCM_AUTH_FILE: "a.json" }, {}, { "a.json": file })],
    [
      "the auth file that the stack names",
      "file-id",
      settingsFrom({}, { authFile: "a.json" }, { "a.json": file }),
    ],
  ])("come from %s, the first of these that has any", (_, clientId, input) => {
    expect(resolveSettings(input).clientId).toBe(clientId);
  });

  test("bring their scope's TSG as the parent", () => {
    expect(resolveSettings(settingsFrom(environment)).parentTsgId).toBe("1000000001");
  });

  test.each([
    ["the stack's configuration", settingsFrom({}, stack)],
    ["the environment", settingsFrom(environment)],
    ["the auth file a.json", settingsFrom({ SCM_AUTH_FILE: "a.json" }, {}, { "a.json": file })],
  ])("say that they came from %s", (source, input) => {
    expect(resolveSettings(input).source).toContain(source);
  });

  test("of the stack that are not complete are never completed from the environment", () => {
    const { scope: _scope, ...incomplete } = stack;
    expect(problemOf(environment, incomplete)).toMatch(
      /^Credentials in the stack's configuration .* not complete: provisor:scope is missing there/,
    );
  });

  test("of the environment that are not complete are named all", () => {
    expect(problemOf({ SCM_SCOPE: "tsg_id:1000000001" })).toMatch(
      /^Credentials in the environment .* SCM_CLIENT_ID, SCM_CLIENT_SECRET are missing there/,
    );
  });

  test("that are empty count as not set", () => {
    const empty = { SCM_CLIENT_ID: "", SCM_CLIENT_SECRET: "", SCM_SCOPE: "" };
    expect(resolveSettings(settingsFrom(empty, { ...stack })).clientId).toBe("stack-id");
  });

  test.each([
    ["provisor:clientSecret", "SCM_CLIENT_SECRET", "client_secret"],
    ["provisor:clientId", "SCM_CLIENT_ID", "client_id"],
    ["provisor:scope", "SCM_SCOPE", "scope"],
  ])("that are nowhere are an error that names %s, %s and %s", (...ways) => {
    for (const way of ways) expect(problemOf({})).toContain(way);
  });

  test("that are nowhere are an error that names the auth file as a way", () => {
    expect(problemOf({})).toMatch(/provisor:authFile or SCM_AUTH_FILE/);
  });

  test.each([
    "1000000001",
    "tsg_id:",
    "tsg_id:abc",
    "tsg_id:1000000001 tsg_id:1000000002",
    "email tsg_id:1000000001",
  ])("with the scope %j are an error that says what a scope is", (scope) => {
    expect(problemOf({ ...environment, SCM_SCOPE: scope })).toMatch(/SCM_SCOPE must be tsg_id:/);
  });
});

describe("the auth file", () => {
  test("that is not there is an error that names it and what named it", () => {
    expect(problemOf({ SCM_AUTH_FILE: "missing.json" })).toMatch(
      /auth file \(SCM_AUTH_FILE\) cannot be read \(ENOENT\): missing\.json/,
    );
  });

  test.each([
    ["is not JSON", "client_secret=hush", /not valid JSON/],
    ["is not an object", '["hush"]', /must be a JSON object/],
  ])("that %s is an error that does not show it", (_, text, problem) => {
    const message = problemOf({ SCM_AUTH_FILE: "a.json" }, {}, { "a.json": text });
    expect(message).toMatch(problem);
    expect(message).not.toContain("hush");
  });

  test("may also hold the host", () => {
    const text = JSON.stringify({ ...(JSON.parse(file) as object), host: "api.example.com" });
    const settings = resolveSettings(settingsFrom({ SCM_AUTH_FILE: "a.json" }, {}, { "a.json": text }));
    expect(settings.baseUrl).toBe("https://api.example.com");
  });

  test("gives way to the environment in the host", () => {
    const text = JSON.stringify({ ...(JSON.parse(file) as object), host: "api.example.com" });
    const env = { SCM_AUTH_FILE: "a.json", SCM_HOST: "env.example.com" };
    expect(resolveSettings(settingsFrom(env, {}, { "a.json": text })).baseUrl).toBe(
      "https://env.example.com",
    );
  });

  test("is not read where something else names none", () => {
    expect(resolveSettings(settingsFrom(environment, {}, {})).clientId).toBe("env-id");
  });
});
