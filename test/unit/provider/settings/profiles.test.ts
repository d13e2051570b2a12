import { allDefinitions } from "../../../../provider/settings";
import { resolveSettingValues, resolveSettings } from "../../../support/settings";
import { settingsFrom } from "../../../support/host";

const environment = {
  SCM_CLIENT_ID: "env-id",
  SCM_CLIENT_SECRET: "env-secret",
  SCM_SCOPE: "tsg_id:1000000001",
  SCM_HOST: "env.example.com",
};
const eu = { clientId: "eu-id", clientSecret: "eu-secret", scope: "tsg_id:1000000009" };
const withProfiles = (
  profiles: unknown,
  files: Record<string, string> = {},
): ReturnType<typeof settingsFrom> =>
  settingsFrom(environment, { profiles: JSON.stringify(profiles) }, files);

describe("a profile", () => {
  test("has credentials of its own", () => {
    expect(resolveSettings(withProfiles({ eu }), "eu").parentTsgId).toBe("1000000009");
  });

  test("never takes credentials from elsewhere", () => {
    expect(() => resolveSettings(withProfiles({ eu: { host: "eu.example.com" } }), "eu")).toThrow(
      /No credentials/,
    );
  });

  test("never completes its credentials from elsewhere", () => {
    const { clientSecret: _secret, ...incomplete } = eu;
    expect(() => resolveSettings(withProfiles({ eu: incomplete }), "eu")).toThrow(
      /provisor:profiles\.eu\.clientSecret is missing/,
    );
  });

  test("may name an auth file of its own", () => {
    const file = JSON.stringify({ client_id: "file-id", client_secret: "s", scope: "tsg_id:1000000008" });
    const input = withProfiles({ eu: { authFile: "eu.json" } }, { "eu.json": file });
    expect(resolveSettings(input, "eu").clientId).toBe("file-id");
  });

  test("takes what it does not set itself from the stack and the environment", () => {
    expect(resolveSettings(withProfiles({ eu }), "eu").baseUrl).toBe("https://env.example.com");
  });

  test("goes before the stack and the environment", () => {
    const input = withProfiles({ eu: { ...eu, host: "eu.example.com" } });
    expect(resolveSettings(input, "eu").baseUrl).toBe("https://eu.example.com");
  });

  test("sets the defaults of policies", () => {
    expect(
      resolveSettingValues(withProfiles({ eu: { deletionPolicy: "abandon" } }), "eu").deletionPolicy,
    ).toBe("abandon");
  });

  test("may hold numbers, lists and objects where JSON has them", () => {
    const input = withProfiles({
      eu: { ...eu, port: 8443, doneStatuses: ["ready"], headers: { "x-team": "a" } },
    });
    expect(resolveSettings(input, "eu")).toMatchObject({
      port: 8443,
      doneStatuses: ["ready"],
      headers: { "x-team": "a" },
    });
  });

  test("that does not exist is an error that names those that do", () => {
    expect(() => resolveSettings(withProfiles({ eu, us: eu }), "uk")).toThrow(
      /no profile "uk".*It has: eu, us/,
    );
  });

  test.each(["constructor", "__proto__", "toString"])("called %s is none of the object's own", (name) => {
    expect(() => resolveSettings(withProfiles({ eu }), name)).toThrow(/There is no profile/);
  });

  test("without any provisor:profiles is an error that says how to set it", () => {
    expect(() => resolveSettings(settingsFrom(environment), "eu")).toThrow(
      /there is no provisor:profiles.*config set/,
    );
  });

  test("in a provisor:profiles that is not JSON is an error that does not show it", () => {
    const input = settingsFrom(environment, { profiles: "clientSecret=hush" });
    expect(() => resolveSettings(input, "eu")).toThrow(/^provisor:profiles is not valid JSON\.$/);
  });

  test("with a name that is no setting is an error that suggests one and does not show the value", () => {
    const input = withProfiles({ eu: { ...eu, clientSecrt: "hush" } });
    const resolve = () => resolveSettings(input, "eu");
    expect(resolve).toThrow(
      /The profile "eu" .* has "clientSecrt", which is no setting. Did you mean clientSecret\?/,
    );
    expect(resolve).not.toThrow(/hush/);
    const unlike = withProfiles({ eu: { ...eu, zzz: "hush" } });
    expect(() => resolveSettings(unlike, "eu")).toThrow(/which is no setting\. A profile can hold/);
  });

  test.each(["__proto__", "constructor", "toString"])("with the name %s in it is an error", (name) => {
    const group = JSON.stringify(eu).replace("{", `{${JSON.stringify(name)}:"hush",`);
    const input = settingsFrom(environment, { profiles: `{"eu":${group}}` });
    expect(() => resolveSettings(input, "eu")).toThrow(/which is no setting(?!.*hush)/);
  });

  test("may hold every setting there is", () => {
    const group = Object.fromEntries(allDefinitions.map(({ name }) => [name, ""]));
    expect(resolveSettings(withProfiles({ eu: { ...group, ...eu } }), "eu").parentTsgId).toBe("1000000009");
  });

  test.each([
    ["clientId", 5],
    ["clientSecret", ["hush"]],
    ["scope", { hush: 1 }],
    ["host", true],
    ["requestTimeout", 30],
    ["headers", { "x-a": 5 }],
    ["port", "hush"],
  ])("whose %s is of another type than it must be is an error that does not show it", (name, value) => {
    const resolve = () => resolveSettings(withProfiles({ eu: { ...eu, [name]: value } }), "eu");
    expect(resolve).toThrow(new RegExp(`provisor:profiles.eu.${name} must`));
    expect(resolve).not.toThrow(/hush/);
  });
});
