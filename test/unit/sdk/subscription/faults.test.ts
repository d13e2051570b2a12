import { AuthenticationError, ConnectionError, ResponseFormatError } from "../../../../sdk/subscription";
import { FastClock } from "../../../support/fast-clock";
import { FakeClock } from "../../../support/fake-clock";
import { hang, inTurn, json, raw } from "../../../support/local-server";
import { RecordingClock } from "../../../support/recording-clock";
import { subscriptions, TOKEN_PATH } from "../../../support/subscription-server";

const start = subscriptions();

const jwtExpired = raw(401, "Jwt is expired", { "Content-Type": "text/plain" });
const running = [{ app_id: "dlp", instance_id: "i-1", provisioning_status: "complete", status: "running" }];

describe("A token of the client", () => {
  it("that expires in the middle of a wait is renewed once for all, and the wait goes on", async () => {
    const { client, calls, tokenRequests } = await start(
      (response, request, count) => {
        const old = request.headers.authorization === "Bearer token-1";
        const answer = count === 1 ? json(200, []) : old ? jwtExpired : json(200, running);
        answer(response, request, count);
      },
      { clock: new FastClock() },
    );
    const waits = [client.waitForInstances(["i-1"]), client.waitForInstances(["i-1"])];
    await expect(Promise.all(waits)).resolves.toHaveLength(2);
    expect([calls().length, tokenRequests().length]).toEqual([3, 2]);
  });

  it("that is refused for good ends all waits, at the second refusal", async () => {
    const { client, calls } = await start(jwtExpired, { clock: new FastClock() });
    const waits = await Promise.allSettled([client.waitForInstances(["a"]), client.waitForInstances(["b"])]);
    for (const wait of waits)
      expect(wait).toMatchObject({ reason: expect.any(AuthenticationError) as unknown });
    expect(calls()).toHaveLength(2);
  });

  it("is not asked for without end by many calls that are refused for good", async () => {
    const { client, calls, tokenRequests } = await start(jwtExpired);
    const ended = await Promise.allSettled(Array.from({ length: 20 }, () => client.listInstances()));
    for (const call of ended)
      expect(call).toMatchObject({ reason: expect.any(AuthenticationError) as unknown });
    expect([calls().length, tokenRequests().length]).toEqual([40, 2]);
  });
});

describe("An id in an answer", () => {
  it("that is a number beyond 2^53 keeps all its digits", async () => {
    const { client } = await start(
      raw(200, '[{"app_id":"dlp","instance_id":9007199254740993,"tsg_id":12345678901234567890}]'),
    );
    await expect(client.listInstances()).resolves.toEqual([
      { appId: "dlp", instanceId: "9007199254740993", tsgId: "12345678901234567890" },
    ]);
  });

  it("beyond 2^53 is that of a license and of a tenant too", async () => {
    const { client } = await start(
      inTurn(raw(200, '[{"license_id":9007199254740993}]'), raw(200, '[{"id":9007199254740993}]')),
    );
    await expect(client.listLicenses()).resolves.toMatchObject([{ licenseId: "9007199254740993" }]);
    await expect(client.listTenants()).resolves.toEqual([{ tsgId: "9007199254740993" }]);
  });

  it("is not taken from __proto__", async () => {
    const { client } = await start(raw(200, '[{"__proto__":{"app_id":"dlp","instance_id":"i-1"}}]'));
    await expect(client.listInstances()).resolves.toEqual([]);
  });
});

describe("A list of tenants", () => {
  it("with 10,000 levels of children does not overflow the stack", async () => {
    const { client } = await start(
      raw(200, '[{"id":"1","children":'.repeat(10_000) + "[]" + "}]".repeat(10_000)),
    );
    await expect(client.listTenants()).rejects.toBeInstanceOf(ResponseFormatError);
  });
});

describe("A call with a deadline", () => {
  const credentials = { requestTimeoutMs: 20_000 };

  it("ends by it when the API hangs", async () => {
    const { client } = await start(hang, { ...credentials, clock: undefined });
    const call = client.listInstances({}, { deadline: Date.now() + 200 });
    await expect(call).rejects.toMatchObject({ code: "ETIMEDOUT" });
  });

  it("ends by it when the token endpoint hangs", async () => {
    const clock = new FakeClock();
    const { client, server } = await start(json(200, []), { ...credentials, clock });
    const asked = new Promise<void>((resolve) => {
      server.answer = (_response, { path }) => {
        if (path === TOKEN_PATH) resolve();
      };
    });
    const call = client.listInstances({}, { deadline: clock.now() + 5_000 });
    const ended = expect(call).rejects.toThrow(ConnectionError);
    await asked;
    await clock.advance(5_000);
    await ended;
  });

  it("begins no pause that would outlast it", async () => {
    const clock = new RecordingClock();
    const { client } = await start(json(503, {}), { clock });
    await client.authenticate();
    const deadline = clock.now() + 3_000;
    await expect(client.listInstances({}, { deadline })).rejects.toMatchObject({ status: 503 });
    expect(clock.now()).toBeLessThan(deadline);
  });

  it("sends nothing when it has passed", async () => {
    const clock = new RecordingClock();
    const { client, server } = await start(json(200, []), { clock });
    await expect(client.listInstances({}, { deadline: clock.now() - 1 })).rejects.toMatchObject({
      effect: "none",
    });
    expect(server.received).toEqual([]);
  });
});

describe("A call without a deadline", () => {
  it.each(["1000000000", "Fri, 31 Dec 9999 23:59:59 GMT"])(
    "does not wait for Retry-After: %s, but ends",
    async (pause) => {
      const clock = new RecordingClock();
      const { client, calls } = await start(json(429, {}, { "Retry-After": pause }), { clock });
      await expect(client.listInstances()).rejects.toMatchObject({ status: 429, retryAfterMs: 2 ** 31 - 1 });
      expect([calls().length, clock.pauses]).toEqual([1, []]);
    },
  );

  it("never sleeps for longer than a timer can, even where retries have no end", async () => {
    const clock = new RecordingClock();
    const retry = { totalMs: Infinity, maxAttempts: 3 };
    const { client } = await start(json(503, {}, { "Retry-After": "1e9" }), { clock, retry });
    await expect(client.listInstances()).rejects.toMatchObject({ status: 503 });
    expect(Math.max(...clock.pauses)).toBeLessThan(2 ** 31);
  });
});
