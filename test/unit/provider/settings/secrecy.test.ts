import fc from "fast-check";
import { type SettingsInput, allDefinitions } from "../../../../provider/settings";
import { resolveBrokerSettings, resolveSettings } from "../../../support/settings";
import { selfSigned } from "../../../support/certificates";
import { settingsFrom } from "../../../support/host";

const { cert } = selfSigned();

/** A value that nobody would take for a word of a message. */
const secret = fc.uuid().map((id) => `s3cr3t-${id}`);
const envNames = allDefinitions.map(({ env }) => env);
const names = allDefinitions.map(({ name }) => name);
const fileKeys = allDefinitions.flatMap(({ fileKey }) => (fileKey === undefined ? [] : [fileKey]));

/** The paths of files and the name of a profile are no secrets: messages name them. */
const shown = new Set(["SCM_AUTH_FILE", "authFile", "PROVISOR_CA_FILE", "caFile"]);
const valuesFor = (all: readonly string[], value: string): fc.Arbitrary<Record<string, string>> =>
  fc
    .subarray(all.filter((name) => !shown.has(name)))
    .map((chosen) => Object.fromEntries(chosen.map((name) => [name, value])));

function messageOf(
  resolve: typeof resolveSettings | typeof resolveBrokerSettings,
  input: SettingsInput,
  profile?: string,
): string {
  try {
    return resolve(input, profile).source;
  } catch (error) {
    return `${(error as Error).message} ${(error as Error).stack ?? ""} ${JSON.stringify(error)}`;
  }
}

const hides = (input: SettingsInput, value: string, profile?: string): void => {
  expect(messageOf(resolveSettings, input, profile)).not.toContain(value);
  expect(messageOf(resolveBrokerSettings, input, profile)).not.toContain(value);
};

describe("no message holds a value", () => {
  test("of the environment", () => {
    fc.assert(
      fc.property(
        secret.chain((value) => fc.tuple(fc.constant(value), valuesFor(envNames, value))),
        ([value, env]) => {
          hides(settingsFrom(env), value);
        },
      ),
    );
  });

  test("of the stack's configuration", () => {
    fc.assert(
      fc.property(
        secret.chain((value) => fc.tuple(fc.constant(value), valuesFor(names, value))),
        ([value, config]) => {
          hides(settingsFrom({}, config), value);
        },
      ),
    );
  });

  test("of a profile", () => {
    fc.assert(
      fc.property(
        secret.chain((value) => fc.tuple(fc.constant(value), valuesFor(names, value))),
        ([value, eu]) => {
          hides(settingsFrom({}, { profiles: JSON.stringify({ eu }) }), value, "eu");
        },
      ),
    );
  });

  test("of the auth file", () => {
    fc.assert(
      fc.property(
        secret.chain((value) => fc.tuple(fc.constant(value), valuesFor(fileKeys, value))),
        ([value, fields]) => {
          hides(settingsFrom({ SCM_AUTH_FILE: "a.json" }, {}, { "a.json": JSON.stringify(fields) }), value);
        },
      ),
    );
  });

  test("of the file with certificates", () => {
    fc.assert(
      fc.property(secret, (value) => {
        const env = { SCM_CLIENT_ID: "a", SCM_CLIENT_SECRET: "b", SCM_SCOPE: "tsg_id:1000000001" };
        hides(settingsFrom({ ...env, PROVISOR_CA_FILE: "ca.pem" }, {}, { "ca.pem": value }), value);
      }),
    );
  });

  test("of a file of a broker's certificates or key", () => {
    fc.assert(
      fc.property(secret, fc.constantFrom("", "-----BEGIN PRIVATE KEY-----\n"), (value, begin) => {
        const files = { "a.pem": `${begin}${value}` };
        const env = { OSB_URL: "https://broker.example.com", OSB_CLIENT_CERT: cert };
        hides(settingsFrom({ ...env, OSB_CA: "a.pem" }, {}, files), value);
        hides(settingsFrom({ ...env, OSB_CLIENT_KEY: "a.pem" }, {}, files), value);
      }),
    );
  });

  test("of an auth file that is broken at any place", () => {
    fc.assert(
      fc.property(secret, fc.nat(60), (value, end) => {
        const text = JSON.stringify({ client_secret: value }).slice(0, end);
        hides(settingsFrom({ SCM_AUTH_FILE: "a.json" }, {}, { "a.json": text }), value.slice(0, 12));
      }),
    );
  });
});
