import { ApiError, ConnectionError, SettingsError } from "../../../../sdk/http/errors";
import {
  isTransient,
  neverArrived,
  retry,
  retryOptions,
  type RetryContext,
} from "../../../../sdk/http/retry";
import { parseRetryAfter } from "../../../../sdk/http/retry-after";
import { FakeClock } from "../../../support/fake-clock";
import { RecordingClock } from "../../../support/recording-clock";

const info = { method: "GET", url: "http://localhost/x" };
const failed = (status: number, retryAfterMs?: number): ApiError =>
  new ApiError("no", info, { status, retryAfterMs });
const lost = (code: string, effect: "none" | "unknown" = "unknown"): ConnectionError =>
  new ConnectionError("no", info, effect, code);

const context = (over: Partial<RetryContext> = {}): RetryContext => ({
  options: retryOptions(),
  clock: new RecordingClock(),
  random: () => 1,
  deadline: Infinity,
  retryable: isTransient,
  ...over,
});
const failing = (error: unknown): jest.Mock<Promise<never>> => jest.fn(() => Promise.reject(error as Error));

describe("retry", () => {
  it("returns what an attempt returns", async () => {
    const attempt = jest.fn().mockRejectedValueOnce(failed(503)).mockResolvedValueOnce("good");
    await expect(retry(attempt, context())).resolves.toBe("good");
  });

  it("makes at most maxAttempts attempts and throws the last error", async () => {
    const error = failed(503);
    const attempt = failing(error);
    await expect(retry(attempt, context({ options: retryOptions({ maxAttempts: 3 }) }))).rejects.toBe(error);
    expect(attempt).toHaveBeenCalledTimes(3);
  });

  it("doubles its pauses up to the cap", async () => {
    const clock = new RecordingClock();
    const options = retryOptions({ maxAttempts: 6, firstDelayMs: 100, maxDelayMs: 500 });
    await expect(retry(failing(failed(500)), context({ clock, options }))).rejects.toThrow();
    expect(clock.pauses).toEqual([100, 200, 400, 500, 500]);
  });

  it("shortens a pause by up to half at random", async () => {
    const clock = new RecordingClock();
    const options = retryOptions({ maxAttempts: 2, firstDelayMs: 100 });
    await expect(retry(failing(failed(500)), context({ clock, options, random: () => 0 }))).rejects.toThrow();
    expect(clock.pauses).toEqual([50]);
  });

  it("waits as long as Retry-After asks, beyond the cap too", async () => {
    const clock = new RecordingClock();
    const options = retryOptions({ maxAttempts: 2, maxDelayMs: 1000 });
    await expect(retry(failing(failed(429, 7000)), context({ clock, options }))).rejects.toThrow();
    expect(clock.pauses).toEqual([7000]);
  });

  it("ends at once when Retry-After asks for more than the time left", async () => {
    const clock = new RecordingClock();
    const attempt = failing(failed(429, 7000));
    await expect(retry(attempt, context({ clock, deadline: clock.now() + 6000 }))).rejects.toThrow();
    expect(clock.pauses).toEqual([]);
  });

  it("waits for what Retry-After asks for as long as the caller's patience lasts", async () => {
    const clock = new RecordingClock();
    const now = clock.now();
    const options = retryOptions({ maxAttempts: 4, firstDelayMs: 100 });
    const attempt = failing(failed(429, 7000));
    const patient = context({ clock, options, deadline: now + 1000, patience: now + 15_000 });
    await expect(retry(attempt, patient)).rejects.toThrow();
    expect(clock.pauses).toEqual([7000, 7000]);
  });

  it("stops waiting when it is aborted, with the signal's reason", async () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    const running = retry(failing(failed(503)), context({ clock, signal: abort.signal }));
    running.catch(() => undefined);
    await clock.settle();
    abort.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
  });

  it.each([400, 401, 403, 404, 409, 422])("does not repeat after %d", (status) => {
    expect(isTransient(failed(status))).toBe(false);
  });

  it.each([408, 429, 500, 502, 503, 504])("repeats after %d", (status) => {
    expect(isTransient(failed(status))).toBe(true);
  });

  it("repeats after a connection error", () => {
    expect(isTransient(lost("ECONNRESET"))).toBe(true);
  });

  it.each(["DEPTH_ZERO_SELF_SIGNED_CERT", "CERT_HAS_EXPIRED", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"])(
    "does not repeat after the certificate error %s",
    (code) => {
      expect(isTransient(lost(code, "none"))).toBe(false);
    },
  );

  it("takes a request for not arrived only where the connection never stood", () => {
    expect(
      [lost("ECONNREFUSED", "none"), lost("ECONNRESET"), failed(503), failed(429)].map(neverArrived),
    ).toEqual([true, false, false, false]);
  });

  it("refuses options that are not numbers of the right kind", () => {
    expect(() => retryOptions({ maxAttempts: 0 })).toThrow(SettingsError);
    expect(() => retryOptions({ totalMs: NaN })).toThrow("retry.totalMs");
  });
});

describe("parseRetryAfter", () => {
  const now = Date.UTC(2026, 0, 1);

  it.each([
    ["seconds", "120", 120_000],
    ["no time", "0", 0],
    ["many hours", "720000", 720_000_000],
    ["more than a timer can", "99999999999999999999", 2 ** 31 - 1],
    ["an HTTP date", "Thu, 01 Jan 2026 00:01:30 GMT", 90_000],
    ["a date that has passed", "Wed, 31 Dec 2025 23:00:00 GMT", 0],
    ["a negative number", "-5", undefined],
    ["a text", "soon", undefined],
    ["nothing", undefined, undefined],
  ])("reads %s", (_what, value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });
});
