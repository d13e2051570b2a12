import fc from "fast-check";
import { type BrokerSettings, type SettingsInput, allDefinitions } from "../../../provider/settings";
import { resolveBrokerSettings, resolveSettings } from "../../support/settings";
import { SettingsError } from "../../../sdk/subscription";
import { oddValue } from "../../support/arbitraries";
import { settingsFrom } from "../../support/host";

const CANARY = "CANARY-5e1d0b";

const text = (): fc.Arbitrary<string> =>
  fc.oneof(
    oddValue().map((value) => (typeof value === "string" ? value : JSON.stringify(value))),
    fc.constantFrom(
      "tsg_id:1000000001",
      "30s",
      "https",
      "8080",
      "example.com",
      "https://broker.example.com/osb/",
      "2.17",
      "done, running",
      "{",
      "[]",
      '{"a":1}',
    ),
    fc.constantFrom(
      '{"X-Team":"blue\\r\\nX-Evil: 1"}',
      "https://user:word@example.com",
      "file:///etc/passwd",
      "a b",
    ),
  );

/** Some of the settings, under the names of one source. */
const group = <T>(names: readonly string[], value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
  fc.dictionary(fc.constantFrom(...names), value, { maxKeys: names.length });

const configNames = allDefinitions.map(({ name }) => name);
const envNames = allDefinitions.map(({ env }) => env);
const fileNames = allDefinitions.map(({ fileKey }) => fileKey).filter((key) => key !== undefined);

/** A path is named in errors: it is what the user needs to see. */
const isNoPath = (name: string): boolean =>
  !["authFile", "SCM_AUTH_FILE", "caFile", "PROVISOR_CA_FILE"].includes(name);

const sources = (value: () => fc.Arbitrary<unknown>, isUsed: (name: string) => boolean = () => true) =>
  fc.record({
    config: group(configNames.filter(isUsed), value().map(String)),
    profiles: fc.oneof(
      fc
        .dictionary(fc.constantFrom("emea", "apac", "__proto__"), group(configNames.filter(isUsed), value()))
        .map((all) => JSON.stringify(all)),
      text(),
    ),
    env: group(envNames.filter(isUsed), value().map(String)),
    file: fc.oneof(
      group(fileNames, value()).map((all) => JSON.stringify(all)),
      text(),
    ),
    profile: fc.constantFrom(undefined, "emea", "__proto__", "toString"),
  });

type Sources = ReturnType<typeof sources> extends fc.Arbitrary<infer T> ? T : never;

/** The settings, or the error that says why there are none. */
function resolved(
  { config, profiles, env, file, profile }: Sources,
  resolve: (input: SettingsInput, profile?: string) => unknown = resolveSettings,
): unknown {
  const files = new Proxy<Record<string, string>>({}, { get: () => file });
  try {
    return resolve(settingsFrom(env, { ...config, profiles }, files), profile);
  } catch (error) {
    return error;
  }
}

const credentials = { SCM_CLIENT_ID: "me", SCM_CLIENT_SECRET: "hush", SCM_SCOPE: "tsg_id:1000000001" };
const some = (): fc.Arbitrary<unknown> => fc.oneof(oddValue(), text());

describe("settings of whatever kind", () => {
  test("are resolved, or refused with an error for the user", () => {
    fc.assert(
      fc.property(sources(some), (all) => {
        const outcome = resolved(all);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(SettingsError);
        else expect(outcome).toMatchObject({ parentTsgId: expect.stringMatching(/^\d+$/) });
      }),
      { numRuns: 600 },
    );
  });

  test("beside good credentials are resolved, or refused with an error for the user", () => {
    fc.assert(
      fc.property(sources(some), (all) => {
        const outcome = resolved({
          ...all,
          config: {},
          env: { ...all.env, ...credentials },
          profile: undefined,
        });
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(SettingsError);
        else expect(outcome).toMatchObject({ parentTsgId: "1000000001" });
      }),
      { numRuns: 600 },
    );
  });

  test("are never shown by an error, wherever a secret was put by mistake", () => {
    const secret = (): fc.Arbitrary<unknown> =>
      fc.oneof(fc.constantFrom(CANARY, ` ${CANARY}\n`, `{"${CANARY}`), text());
    fc.assert(
      fc.property(sources(secret, isNoPath), (all) => {
        const outcome = resolved(all);
        if (outcome instanceof Error) expect(outcome.message).not.toContain(CANARY);
      }),
      { numRuns: 600 },
    );
  });
});

const connection = { OSB_URL: "https://broker.example.com", OSB_USERNAME: "me", OSB_PASSWORD: "hush" };

describe("settings of a broker of whatever kind", () => {
  test("are resolved, or refused with an error for the user", () => {
    fc.assert(
      fc.property(sources(some), (all) => {
        const outcome = resolved(all, resolveBrokerSettings);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(SettingsError);
        else expect(outcome).toMatchObject({ url: "https://broker.example.com/osb" });
      }),
      { numRuns: 600 },
    );
  });

  test("beside a good connection are resolved, or refused with an error for the user", () => {
    fc.assert(
      fc.property(sources(some), ({ env, ...all }) => {
        const good = { ...all, config: {}, env: { ...env, ...connection }, profile: undefined };
        const outcome = resolved(good, resolveBrokerSettings);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(SettingsError);
        else expect(outcome).toMatchObject({ url: "https://broker.example.com", username: "me" });
      }),
      { numRuns: 600 },
    );
  });

  test("hold a connection of one source only", () => {
    const subset = (values: Record<string, string>): fc.Arbitrary<Record<string, string>> =>
      fc
        .subarray(Object.entries(values))
        .map((entries): Record<string, string> => Object.fromEntries(entries));
    const fromConfig = { brokerUrl: "https://config", brokerUsername: "config", brokerPassword: "config" };
    const fromEnv = { OSB_URL: "https://env", OSB_USERNAME: "env", OSB_PASSWORD: "env", OSB_TOKEN: "env" };
    fc.assert(
      fc.property(subset(fromConfig), subset(fromEnv), (config, env) => {
        const all = { config, profiles: "", env, file: "", profile: undefined };
        const outcome = resolved(all, resolveBrokerSettings);
        if (outcome instanceof Error) return;
        const { url, username, password, token } = outcome as BrokerSettings;
        const used = new Set([url.slice("https://".length), username, password, token]);
        used.delete(undefined);
        expect([...used]).toEqual([Object.keys(config).length > 0 ? "config" : "env"]);
      }),
    );
  });

  test("are never shown by an error, wherever a secret was put by mistake", () => {
    const secret = (): fc.Arbitrary<unknown> =>
      fc.oneof(fc.constantFrom(CANARY, ` ${CANARY}\n`, `{"${CANARY}`, `-----BEGIN ${CANARY}`), text());
    fc.assert(
      fc.property(sources(secret, isNoPath), fc.boolean(), (all, isConnected) => {
        const good = isConnected
          ? { config: {}, env: { ...all.env, ...connection }, profile: undefined }
          : {};
        const outcome = resolved({ ...all, ...good }, resolveBrokerSettings);
        if (outcome instanceof Error) expect(outcome.message).not.toContain(CANARY);
      }),
      { numRuns: 600 },
    );
  });
});
