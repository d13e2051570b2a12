import {
  resolveBrokerSettings,
  resolveSettingValues,
  resolveSettings,
  resolveSharedValues,
} from "../../../support/settings";
import { SettingsError } from "../../../../sdk/subscription";
import { settingsFrom } from "../../../support/host";

const environment = {
  OSB_URL: "https://env.example.com",
  OSB_USERNAME: "env-user",
  OSB_PASSWORD: "env-password",
};
const stack = {
  brokerUrl: "https://stack.example.com/osb",
  brokerUsername: "stack-user",
  brokerPassword: "stack-password",
};
const withProfiles = (profiles: unknown): ReturnType<typeof settingsFrom> =>
  settingsFrom(environment, { ...stack, profiles: JSON.stringify(profiles) });

/** The message of the SettingsError that these settings of a broker end in. */
function problemOf(input: ReturnType<typeof settingsFrom>, profile?: string): string {
  try {
    resolveBrokerSettings(input, profile);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
  }
  throw new Error("these settings were accepted");
}

describe("a broker's connection", () => {
  test("is the stack's before the environment's", () => {
    expect(resolveBrokerSettings(settingsFrom(environment, stack))).toMatchObject({
      url: "https://stack.example.com/osb",
      username: "stack-user",
      password: "stack-password",
      source: "the stack's configuration (provisor:…)",
    });
  });

  test("is the environment's where the stack has nothing of it", () => {
    expect(resolveBrokerSettings(settingsFrom(environment))).toMatchObject({
      url: "https://env.example.com",
      source: "the environment (OSB_…)",
    });
  });

  test.each([
    "https://broker.example.com/openservicebroker",
    "http://localhost:8080",
    "http://127.0.0.1:8080",
  ])("may go to %s", (url) => {
    expect(resolveBrokerSettings(settingsFrom({ OSB_URL: url })).url).toBe(url);
  });

  test.each(["https://broker.example.com/v2", "https://broker.example.com/osb/v2/catalog"])(
    "does not go to %s, which has the API's own path",
    (url) => {
      expect(problemOf(settingsFrom({ OSB_URL: url }))).toMatch(
        /^The setting OSB_URL must end before \/v2, which each request adds by itself/,
      );
    },
  );

  test("has no slash at the end of its URL", () => {
    expect(resolveBrokerSettings(settingsFrom({ OSB_URL: "https://broker.example.com/osb/" })).url).toBe(
      "https://broker.example.com/osb",
    );
  });

  test.each([
    ["http://broker.example.com", /OSB_URL is plain http to broker\.example\.com.*Use https/],
    ["broker.example.com", /OSB_URL is not a URL/],
    ["https://me:hush@broker.example.com", /OSB_URL must not hold a user name or a password/],
    ["https://broker.example.com?a=b", /OSB_URL must not hold a query/],
  ])("to %s is refused", (url, problem) => {
    expect(problemOf(settingsFrom({ OSB_URL: url }))).toMatch(problem);
  });

  test("may be without credentials, as the specification allows", () => {
    const { username, password, token } = resolveBrokerSettings(
      settingsFrom({ OSB_URL: "https://broker.example.com" }),
    );
    expect([username, password, token]).toEqual([undefined, undefined, undefined]);
  });

  test("may have a token in place of user name and password", () => {
    const input = settingsFrom({ OSB_URL: "https://broker.example.com", OSB_TOKEN: "token" });
    expect(resolveBrokerSettings(input)).toMatchObject({ token: "token", username: undefined });
  });

  test("with both kinds of credentials is an error that names both", () => {
    expect(problemOf(settingsFrom({ ...environment, OSB_TOKEN: "hush" }))).toMatch(
      /two kinds of credentials: OSB_USERNAME with OSB_PASSWORD, and OSB_TOKEN/,
    );
  });

  const oauth = {
    OSB_TOKEN_URL: "https://broker.example.com/oauth/token",
    OSB_CLIENT_ID: "me",
    OSB_CLIENT_SECRET: "hush",
  };

  test("may have a client of OAuth in place of both", () => {
    const env = { OSB_URL: "https://broker.example.com", ...oauth, OSB_SCOPE: "all" };
    expect(resolveBrokerSettings(settingsFrom(env))).toMatchObject({
      tokenUrl: oauth.OSB_TOKEN_URL,
      clientId: "me",
      clientSecret: "hush",
      scope: "all",
      username: undefined,
      token: undefined,
    });
  });

  test.each([
    [
      { OSB_USERNAME: "u", OSB_PASSWORD: "p" },
      /two kinds .*: OSB_USERNAME with OSB_PASSWORD, and OSB_TOKEN_URL with/,
    ],
    [
      { OSB_TOKEN: "t" },
      /two kinds .*: OSB_TOKEN, and OSB_TOKEN_URL with OSB_CLIENT_ID and OSB_CLIENT_SECRET/,
    ],
    [{ OSB_USERNAME: "u", OSB_PASSWORD: "p", OSB_TOKEN: "t" }, /three kinds of credentials/],
  ])("with a client of OAuth beside %j is an error that names both", (more, problem) => {
    const message = problemOf(settingsFrom({ OSB_URL: "https://broker.example.com", ...oauth, ...more }));
    expect(message).toMatch(problem);
    expect(message).not.toContain("hush");
  });

  test.each(["http://broker.example.com/token", "token", "https://u:p@broker.example.com/token"])(
    "asks for no token at %s",
    (url) => {
      const env = { OSB_URL: "https://broker.example.com", ...oauth, OSB_TOKEN_URL: url };
      expect(problemOf(settingsFrom(env))).toMatch(/^The setting OSB_TOKEN_URL /);
    },
  );

  test("with a client of OAuth that comes from the environment is not completed by the stack's URL", () => {
    const { unused } = resolveBrokerSettings(settingsFrom(oauth, { brokerUrl: "https://stack.example.com" }));
    expect(unused).toEqual(Object.keys(oauth));
  });

  test("of the stack without a URL is never completed from the environment", () => {
    const { brokerUrl: _url, ...incomplete } = stack;
    expect(problemOf(settingsFrom(environment, incomplete))).toMatch(
      /connection in the stack's configuration .* is not complete: provisor:brokerUrl is missing there.*Set it there too, or take provisor:brokerUsername, .* out of it, so that another source is used/,
    );
  });

  test.each([
    ["OSB_USERNAME", { OSB_PASSWORD: "a" }],
    ["OSB_PASSWORD", { OSB_USERNAME: "a" }],
    ["OSB_CLIENT_ID, OSB_CLIENT_SECRET", { OSB_TOKEN_URL: "https://a.example.com" }],
    ["OSB_TOKEN_URL", { OSB_CLIENT_ID: "a", OSB_CLIENT_SECRET: "b" }],
    ["OSB_TOKEN_URL", { OSB_SCOPE: "a" }],
    ["OSB_CLIENT_CERT", { OSB_CLIENT_KEY: "a" }],
    ["OSB_CLIENT_KEY", { OSB_CLIENT_CERT: "a" }],
  ])("without %s where what belongs to it is set is an error that names it", (missing, env) => {
    expect(problemOf(settingsFrom({ OSB_URL: "https://broker.example.com", ...env }))).toMatch(
      new RegExp(`not complete: ${missing} (is|are) missing there`),
    );
  });

  test("that lacks several settings is an error that names all of them", () => {
    expect(problemOf(settingsFrom({ OSB_CLIENT_KEY_PASSPHRASE: "hush" }))).toMatch(
      /not complete: OSB_URL, OSB_CLIENT_CERT, OSB_CLIENT_KEY are missing there/,
    );
  });

  test.each([
    ["brokerUrl", "OSB_URL"],
    ["brokerUsername", "OSB_USERNAME"],
    ["brokerPassword", "OSB_PASSWORD"],
    ["brokerToken", "OSB_TOKEN"],
    ["brokerTokenUrl", "OSB_TOKEN_URL"],
    ["brokerClientId", "OSB_CLIENT_ID"],
    ["brokerClientSecret", "OSB_CLIENT_SECRET"],
    ["brokerScope", "OSB_SCOPE"],
    ["brokerCa", "OSB_CA"],
    ["brokerClientCert", "OSB_CLIENT_CERT"],
    ["brokerClientKey", "OSB_CLIENT_KEY"],
    ["brokerClientKeyPassphrase", "OSB_CLIENT_KEY_PASSPHRASE"],
  ])("that is nowhere is an error that names %s and %s as ways to set it", (name, env) => {
    expect(problemOf(settingsFrom({}))).toContain(
      `provisor:${name} in the stack's configuration, or ${env} in the environment`,
    );
  });

  test("that is nowhere is an error that does not speak of another API", () => {
    expect(problemOf(settingsFrom({}))).not.toMatch(/SCM_|TSG|auth file/i);
  });

  test.each([
    ["OSB_USERNAME", "hu:sh", /OSB_USERNAME must not hold a colon/],
    ["OSB_PASSWORD", "hush\n", /OSB_PASSWORD must not hold a line break/],
    ["OSB_PASSWORD", " ", /OSB_PASSWORD must not be blank/],
  ])("in %s with the value %j is an error that does not show it", (name, value, problem) => {
    const message = problemOf(settingsFrom({ ...environment, [name]: value }));
    expect(message).toMatch(problem);
    expect(message).not.toMatch(/hush|hu:sh/);
  });

  test.each(["hush hush", "hush\n", "hüsh"])(
    "with the token %j is an error that does not show it",
    (token) => {
      const message = problemOf(settingsFrom({ OSB_URL: "https://broker.example.com", OSB_TOKEN: token }));
      expect(message).toMatch(/OSB_TOKEN must/);
      expect(message).not.toMatch(/hush|hüsh/);
    },
  );
});

describe("a profile of a broker", () => {
  const eu = { brokerUrl: "https://eu.example.com", brokerToken: "eu-token" };

  test("may have a client of OAuth of its own", () => {
    const client = {
      brokerTokenUrl: "https://eu.example.com/token",
      brokerClientId: "me",
      brokerClientSecret: "s",
    };
    const profile = { brokerUrl: "https://eu.example.com", ...client };
    expect(resolveBrokerSettings(withProfiles({ eu: profile }), "eu")).toMatchObject({
      tokenUrl: "https://eu.example.com/token",
      clientId: "me",
      clientSecret: "s",
      username: undefined,
    });
  });

  test("has a connection of its own, with nothing of the stack's", () => {
    expect(resolveBrokerSettings(withProfiles({ eu }), "eu")).toMatchObject({
      url: "https://eu.example.com",
      token: "eu-token",
      username: undefined,
      source: 'the profile "eu" (provisor:profiles)',
    });
  });

  test("never takes a connection from elsewhere", () => {
    expect(problemOf(withProfiles({ eu: { brokerApiVersion: "2.16" } }), "eu")).toMatch(
      /^No broker: its URL is missing \(looked in the profile "eu".*\)\. [^]*provisor:profiles\.eu\.brokerUrl/,
    );
  });

  test("never completes its connection from elsewhere", () => {
    expect(problemOf(withProfiles({ eu: { brokerUsername: "eu-user" } }), "eu")).toMatch(
      /provisor:profiles\.eu\.brokerUrl, provisor:profiles\.eu\.brokerPassword are missing there/,
    );
  });

  test("takes what else it does not set itself from the stack and the environment", () => {
    const input = settingsFrom(
      { OSB_API_VERSION: "2.15" },
      { brokerRequestTimeout: "5s", profiles: JSON.stringify({ eu }) },
    );
    expect(resolveBrokerSettings(input, "eu")).toMatchObject({ apiVersion: "2.15", requestTimeout: 5_000 });
  });

  test("takes headers from nowhere else, since they may be credentials", () => {
    const input = settingsFrom(
      { OSB_HEADERS: '{"x-api-key":"of another broker"}' },
      { profiles: JSON.stringify({ eu }) },
    );
    expect(resolveBrokerSettings(input, "eu").headers).toBeUndefined();
  });

  test("with a version that is a number is an error that says to quote it there", () => {
    expect(problemOf(withProfiles({ eu: { ...eu, brokerApiVersion: 2.17 } }), "eu")).toMatch(
      /^The setting provisor:profiles\.eu\.brokerApiVersion must be a text, in quotes: "2\.17"\..* set as provisor:profiles\.eu\.brokerApiVersion, or provisor:brokerApiVersion/,
    );
  });

  test("may hold objects where JSON has them", () => {
    const more = { brokerHeaders: { "x-team": "a" }, brokerOriginatingIdentity: { user: 1 } };
    expect(resolveBrokerSettings(withProfiles({ eu: { ...eu, ...more } }), "eu")).toMatchObject({
      headers: { "x-team": "a" },
      originatingIdentity: { user: 1 },
    });
  });

  test("may hold the other API's settings beside", () => {
    const both = { ...eu, clientId: "id", clientSecret: "secret", scope: "tsg_id:1000000001" };
    expect(resolveBrokerSettings(withProfiles({ eu: both }), "eu").url).toBe("https://eu.example.com");
    expect(resolveSettings(withProfiles({ eu: both }), "eu").clientId).toBe("id");
  });

  test("with a name that is no setting is an error that suggests one and does not show the value", () => {
    const message = problemOf(withProfiles({ eu: { ...eu, brokerPasswort: "hush" } }), "eu");
    expect(message).toMatch(/has "brokerPasswort", which is no setting. Did you mean brokerPassword\?/);
    expect(message).not.toMatch(/hush/);
  });

  test("where there is none is an error that shows how to set one for a broker", () => {
    expect(problemOf(settingsFrom({}), "eu")).toMatch(/provisor:profiles\.eu\.brokerPassword/);
  });
});

describe("other settings of a broker", () => {
  const valuesOf = (env: Record<string, string>, config: Record<string, string> = {}) =>
    resolveBrokerSettings(settingsFrom({ ...environment, ...env }, config));

  test("are looked up one by one", () => {
    expect(valuesOf({ OSB_API_VERSION: "2.16" }, { ...stack, brokerPollInterval: "1s" })).toMatchObject({
      username: "stack-user",
      apiVersion: "2.16",
      pollInterval: 1_000,
    });
  });

  test.each([
    ["OSB_REQUEST_TIMEOUT", "requestTimeout"],
    ["OSB_POLL_INTERVAL", "pollInterval"],
    ["OSB_POLL_INTERVAL_MAX", "pollIntervalMax"],
  ] as const)("in %s are durations", (name, setting) => {
    expect(valuesOf({ [name]: "1m30s" })[setting]).toBe(90_000);
    expect(() => valuesOf({ [name]: "soon" })).toThrow(/must be a duration/);
  });

  test.each(["2", "v2.17", "2.17.0"])("with the version %s are refused", (version) => {
    expect(() => valuesOf({ OSB_API_VERSION: version })).toThrow(/OSB_API_VERSION must be <major>\.<minor>/);
  });

  test("with a header of the client's own are refused by the setting's name", () => {
    expect(() => valuesOf({ OSB_HEADERS: '{"X-Broker-API-Version":"2.13"}' })).toThrow(
      /^The setting OSB_HEADERS .*"X-Broker-API-Version" is set by the client itself/,
    );
  });

  test("hold the originating identity as a JSON object", () => {
    expect(valuesOf({ OSB_ORIGINATING_IDENTITY: '{"user":"a"}' }).originatingIdentity).toEqual({ user: "a" });
  });

  test.each(["someone", '["a"]', "null"])("with the originating identity %s are refused", (text) => {
    expect(() => valuesOf({ OSB_ORIGINATING_IDENTITY: text })).toThrow(/IDENTITY must be a JSON object/);
  });

  test("clean up after a failed broker unless they say otherwise", () => {
    expect(valuesOf({}).orphanMitigation).toBe("auto");
    expect(valuesOf({ PROVISOR_ORPHAN_MITIGATION: "report" }).orphanMitigation).toBe("report");
    expect(valuesOf({}).parametersCheck).toBe("error");
    expect(valuesOf({ PROVISOR_PARAMETERS_CHECK: "off" }).parametersCheck).toBe("off");
    expect(() => valuesOf({ PROVISOR_ORPHAN_MITIGATION: "never" })).toThrow(/must be one of auto, report/);
  });

  test("say whether the broker is told of the platform", () => {
    expect(valuesOf({}).sendsPlatform).toBe(true);
    expect(valuesOf({ OSB_SENDS_PLATFORM: "false" }).sendsPlatform).toBe(false);
    expect(() => valuesOf({ OSB_SENDS_PLATFORM: "never" })).toThrow(/must be true or false/);
    const eu = { brokerUrl: "https://eu.example.com", brokerSendsPlatform: false };
    expect(resolveBrokerSettings(withProfiles({ eu }), "eu").sendsPlatform).toBe(false);
  });

  test("are not those of the other API", () => {
    const other = {
      PROVISOR_POLL_INTERVAL: "1s",
      PROVISOR_REQUEST_TIMEOUT: "1s",
      SCM_HEADERS: '{"x-a":"b"}',
    };
    expect(valuesOf(other)).toMatchObject({
      pollInterval: undefined,
      requestTimeout: undefined,
      headers: undefined,
    });
  });
});

describe("a program that uses one API", () => {
  const broken = { SCM_AUTH_FILE: "missing.json", SCM_PORT: "none", PROVISOR_POLL_INTERVAL: "soon" };

  test("needs nothing of the subscription service where it is a broker", () => {
    const input = settingsFrom({ ...environment, ...broken, PROVISOR_DEBUG: "1" });
    expect(resolveBrokerSettings(input).debug).toBe(true);
    expect(resolveSharedValues(input).debug).toBe(true);
  });

  test("needs nothing of a broker where it is the subscription service", () => {
    const env = { SCM_CLIENT_ID: "id", SCM_CLIENT_SECRET: "secret", SCM_SCOPE: "tsg_id:1000000001" };
    const input = settingsFrom({ ...env, OSB_USERNAME: "a", OSB_API_VERSION: "none" });
    expect(resolveSettings(input).clientId).toBe("id");
    expect(resolveSettingValues(input).debug).toBeUndefined();
  });
});
