import { resolveSettingValues, resolveSettings } from "../../../support/settings";
import { selfSigned } from "../../../support/certificates";
import { settingsFrom } from "../../../support/host";

const environment = { SCM_CLIENT_ID: "id", SCM_CLIENT_SECRET: "secret", SCM_SCOPE: "tsg_id:1000000001" };
const eu = { clientId: "eu-id", clientSecret: "eu-secret", scope: "tsg_id:1000000009" };
const { cert } = selfSigned();
const files = { "ca.pem": cert, "other.pem": "other" };

describe("a file with certificates", () => {
  test("is none where none is named", () => {
    expect(resolveSettings(settingsFrom(environment)).ca).toBeUndefined();
  });

  test.each([
    ["the stack's configuration", settingsFrom(environment, { caFile: "ca.pem" }, files)],
    ["the environment", settingsFrom({ ...environment, PROVISOR_CA_FILE: "ca.pem" }, {}, files)],
    [
      "the stack's configuration before the environment",
      settingsFrom({ ...environment, PROVISOR_CA_FILE: "other.pem" }, { caFile: "ca.pem" }, files),
    ],
  ])("is named in %s", (_, input) => {
    expect(resolveSettings(input).ca).toBe(cert);
  });

  test("is named in a profile, which goes first", () => {
    const profiles = JSON.stringify({ eu: { ...eu, caFile: "ca.pem" } });
    const input = settingsFrom({ PROVISOR_CA_FILE: "other.pem" }, { profiles }, files);
    expect(resolveSettings(input, "eu").ca).toBe(cert);
  });

  test("is named for all profiles where it is for the stack", () => {
    const input = settingsFrom({}, { profiles: JSON.stringify({ eu }), caFile: "ca.pem" }, files);
    expect(resolveSettings(input, "eu").ca).toBe(cert);
  });

  test.each([
    ["cannot be read", "missing.pem", /\(PROVISOR_CA_FILE\) cannot be read \(ENOENT\): missing\.pem/],
    ["holds no certificate", "other.pem", /\(PROVISOR_CA_FILE\) other\.pem holds no certificate/],
  ])("that %s is an error that names it and what named it", (_, path, problem) => {
    const input = settingsFrom({ ...environment, PROVISOR_CA_FILE: path }, {}, files);
    expect(() => resolveSettings(input)).toThrow(problem);
  });

  test("is not read by those who need no API", () => {
    expect(() => resolveSettingValues(settingsFrom({ PROVISOR_CA_FILE: "missing.pem" }))).not.toThrow();
  });
});

describe("a credential", () => {
  test.each([
    ["SCM_CLIENT_SECRET", "hush\n", /SCM_CLIENT_SECRET must not hold a line break/],
    ["SCM_CLIENT_SECRET", "   ", /SCM_CLIENT_SECRET must not be blank/],
    ["SCM_CLIENT_ID", "hush\r\nX-Injected: 1", /SCM_CLIENT_ID must not hold a line break/],
    ["SCM_CLIENT_ID", "hush:hush", /SCM_CLIENT_ID must not hold a colon/],
  ])("in %s that cannot be sent is an error that does not show it: %j", (name, value, problem) => {
    const resolve = () => resolveSettings(settingsFrom({ ...environment, [name]: value }));
    expect(resolve).toThrow(problem);
    expect(resolve).not.toThrow(/hush|X-Injected/);
  });
});
