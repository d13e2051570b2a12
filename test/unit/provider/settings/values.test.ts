import fc from "fast-check";
import { formatDuration, parseDuration } from "../../../../provider/settings";
import { resolveSettingValues, resolveSettings } from "../../../support/settings";
import { settingsFrom } from "../../../support/host";

const credentials = { SCM_CLIENT_ID: "id", SCM_CLIENT_SECRET: "secret", SCM_SCOPE: "tsg_id:1000000001" };
const valuesOf = (env: Record<string, string>): ReturnType<typeof resolveSettingValues> =>
  resolveSettingValues(settingsFrom(env));
const baseUrlWith = (env: Record<string, string>): string =>
  resolveSettings(settingsFrom({ ...credentials, ...env })).baseUrl;

describe("a duration", () => {
  test.each([
    ["500ms", 500],
    ["90s", 90_000],
    ["1h30m", 5_400_000],
    ["1.5m", 90_000],
    ["1h1m1s1ms", 3_661_001],
    ["30d", 2_592_000_000],
  ])("%s is %d ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(["9".repeat(400) + "h", "NaNs", "Infinitys", "1e9s", "+5m", "5m ", "٥m"])(
    "%j is none either",
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  test.each(["", "5", "5 m", "-5m", "0s", "5w", "m", "5m5", "1e3s", "."])("%j is none", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test("of any whole amounts is their sum", () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(1_000), fc.integer({ min: 1, max: 1_000 }), (h, m, s) =>
        expect(parseDuration(`${h}h${m}m${s}s`)).toBe(h * 3_600_000 + m * 60_000 + s * 1_000),
      ),
    );
  });

  test.each([
    [999, "0s"],
    [45_000, "45s"],
    [125_000, "2m 5s"],
    [3_780_000, "1h 3m"],
  ])("of %d ms is shown as %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test("that a setting needs and does not get is an error that names the setting and every way to set it", () => {
    expect(() => valuesOf({ PROVISOR_POLL_INTERVAL: "fast" })).toThrow(
      /PROVISOR_POLL_INTERVAL must be a duration.*provisor:pollInterval.*PROVISOR_POLL_INTERVAL/,
    );
  });
});

describe("a setting that is a duration", () => {
  const names = ["POLL_INTERVAL", "POLL_INTERVAL_MAX", "APPEAR_TIMEOUT", "REQUEST_TIMEOUT"];

  test.each(names)("%s may be anything from a millisecond to what a timer holds", (name) => {
    expect(() => valuesOf({ [`PROVISOR_${name}`]: "1ms" })).not.toThrow();
    expect(() => valuesOf({ [`PROVISOR_${name}`]: "500h" })).not.toThrow();
  });

  test.each(names.flatMap((name) => ["0.5ms", "501h", "99999999999h"].map((value) => [name, value])))(
    "%s is refused where it is %s",
    (name, value) => {
      expect(() => valuesOf({ [`PROVISOR_${name}`]: value })).toThrow(/must be a duration from 1ms to 500h/);
    },
  );

  test.each(["-5s", "0s", "NaN", "Infinity", "5", "1e9"])("is refused where it is %s", (value) => {
    expect(() => valuesOf({ PROVISOR_REQUEST_TIMEOUT: value })).toThrow(/must be a duration such as/);
  });
});

describe("headers", () => {
  test("are a JSON object", () => {
    expect(valuesOf({ SCM_HEADERS: '{"x-team":"a"}' }).headers).toEqual({ "x-team": "a" });
  });

  test.each(["x-team: a", '["a"]', '{"x-team":1}', "null"])("such as %j are refused", (text) => {
    expect(() => valuesOf({ SCM_HEADERS: text })).toThrow(
      /SCM_HEADERS must be a JSON object of header names/,
    );
  });

  test("with a line break in them are refused", () => {
    expect(() => valuesOf({ SCM_HEADERS: JSON.stringify({ "x-team": "a\r\nx-other: b" }) })).toThrow(
      /line break/,
    );
  });
});

describe("statuses", () => {
  test.each(["ready, live", '["ready","live"]', "ready,,live,"])("are read from %j", (text) => {
    expect(valuesOf({ PROVISOR_DONE_STATUSES: text }).doneStatuses).toEqual(["ready", "live"]);
  });

  test.each([",", "[]", "[1]", "[ready"])("are refused where %j names none", (text) => {
    expect(() => valuesOf({ PROVISOR_DONE_STATUSES: text })).toThrow(/PROVISOR_DONE_STATUSES must name/);
  });
});

describe("the address of the API", () => {
  test.each([
    [{}, "https://api.sase.paloaltonetworks.com"],
    [{ SCM_HOST: "api.example.com" }, "https://api.example.com"],
    [{ SCM_HOST: "api.example.com", SCM_PORT: "8443" }, "https://api.example.com:8443"],
    [{ SCM_HOST: "https://api.example.com/base/" }, "https://api.example.com/base"],
    [{ SCM_HOST: "127.0.0.1", SCM_PORT: "8080", SCM_PROTOCOL: "http" }, "http://127.0.0.1:8080"],
    [{ SCM_HOST: "http://localhost:8080" }, "http://localhost:8080"],
    [{ SCM_HOST: "http://[::1]:8080" }, "http://[::1]:8080"],
  ])("with %j is %s", (env, url) => {
    expect(baseUrlWith(env)).toBe(url);
  });

  test.each(["http://api.example.com", "http://127.0.0.1.example.com", "http://localhost.example.com"])(
    "%s is refused: plain http to another machine",
    (host) => {
      expect(() => baseUrlWith({ SCM_HOST: host })).toThrow(/plain http to .*Use https/);
    },
  );

  test.each(["ftp://api.example.com", "a b", "http://"])("%j is refused: not a host", (host) => {
    expect(() => baseUrlWith({ SCM_HOST: host })).toThrow(/host (is not a URL|must begin with https)/);
  });

  test("that is wrong is an error that names every way to set it", () => {
    expect(() => baseUrlWith({ SCM_HOST: "a b" })).toThrow(/provisor:host.*SCM_HOST.*the auth file/);
  });

  test.each(["0", "65536", "http", "-1", "80.5", "1e3", "NaN", "9".repeat(400)])(
    "with the port %s is refused",
    (port) => {
      expect(() => baseUrlWith({ SCM_PORT: port })).toThrow(/SCM_PORT must be a port number/);
    },
  );

  test("with user and password in it is refused", () => {
    expect(() => baseUrlWith({ SCM_HOST: "https://me:hush@api.example.com" })).toThrow(
      /SCM_HOST|provisor:host/,
    );
  });
});

describe("a policy", () => {
  test.each([
    ["PROVISOR_DELETION_POLICY", "prevent, abandon"],
    ["PROVISOR_CHANGE_POLICY", "forbid, record, replace"],
    ["PROVISOR_MISSING_POLICY", "keep, forget"],
    ["PROVISOR_CAPACITY_CHECK", "error, warn, off"],
  ])("in %s must be one of %s", (name, values) => {
    expect(() => valuesOf({ [name]: "sometimes" })).toThrow(`The setting ${name} must be one of ${values}.`);
  });
});
