import { AuthenticationError, ConnectionError, ResponseFormatError } from "../../../../sdk/http/errors";
import { createTokenSource, type TokenSource } from "../../../../sdk/http/oauth";
import { Redactor } from "../../../../sdk/http/redact";
import { retryOptions } from "../../../../sdk/http/retry";
import { FakeClock } from "../../../support/fake-clock";
import { hang, json, raw, startServer, type Answer, type LocalServer } from "../../../support/local-server";
import { RecordingClock } from "../../../support/recording-clock";
import { errorOf, transport } from "../../../support/transport";

const servers: LocalServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const HOUR = 3_600_000;
const tokens =
  (fields: object = { expires_in: 899 }): Answer =>
  (response, request, count) =>
    json(200, { access_token: `token-${count}`, ...fields })(response, request, count);

/** A clock that is set as an operator or a time service sets it. */
class MovableClock extends RecordingClock {
  private moved = 0;
  override now(): number {
    return super.now() + this.moved;
  }
  move(ms: number): void {
    this.moved += ms;
  }
}

async function setUp<C extends FakeClock>(
  answer: Answer,
  clock: C,
  requestTimeoutMs = 20_000,
): Promise<{ source: TokenSource; server: LocalServer; clock: C }> {
  const server = await startServer(answer);
  servers.push(server);
  const redactor = new Redactor();
  const source = createTokenSource({
    transport: transport({ clock, redactor, requestTimeoutMs }),
    redactor,
    clock,
    random: () => 1,
    retry: retryOptions(),
    authUrl: new URL(`${server.url}/token`),
    clientId: "me",
    clientSecret: "hush-hush",
    scope: "tsg_id:1234567890",
    advice: "Ask somebody.",
  });
  return { source, server, clock };
}

describe("A token whose life is told wrongly", () => {
  it.each([
    ["a text", '"899"', 839],
    ["a text that is no number", '"NaN"', 24],
    ["an empty text", '""', 24],
    ["null", "null", 840],
    ["zero", "0", 24],
    ["negative", "-899", 24],
    ["31,000 years", "1e12", 3_540],
    ["more than a number holds", "1e999", 24],
    ["a number too long for JavaScript", "99999999999999999999", 3_540],
    ["a list", "[899]", 24],
    ["true", "true", 24],
  ])("as %s is kept for a while that is neither nothing nor for ever", async (_what, life, seconds) => {
    const answer: Answer = (response, request, count) =>
      raw(200, `{"access_token":"token-${count}","expires_in":${life}}`)(response, request, count);
    const { source, clock } = await setUp(answer, new FakeClock());
    await source.get();
    await clock.advance(seconds * 1000 - 1);
    await expect(source.get()).resolves.toBe("token-1");
    await clock.advance(1);
    await expect(source.get()).resolves.toBe("token-2");
  });
});

describe("A clock that jumps", () => {
  it.each([-3 * HOUR, 3 * HOUR])("by %d ms costs one new token", async (jump) => {
    const { source, server, clock } = await setUp(tokens(), new MovableClock());
    await source.get();
    clock.move(jump);
    for (let call = 0; call < 5; call++) await expect(source.get()).resolves.toBe("token-2");
    expect(server.received).toHaveLength(2);
  });

  it.each([-3 * HOUR, 3 * HOUR])(
    "by %d ms while a token is asked for costs at most another one",
    async (jump) => {
      const clock = new MovableClock();
      const { source, server } = await setUp((...request) => {
        if (request[2] === 1) clock.move(jump);
        tokens()(...request);
      }, clock);
      for (let call = 0; call < 5; call++) await source.get();
      expect(server.received.length).toBeLessThanOrEqual(2);
    },
  );
});

describe("A token endpoint", () => {
  it("that answers 429 is asked again after the pause it wants", async () => {
    const answer: Answer = (response, request, count) =>
      (count < 3 ? json(429, {}, { "Retry-After": "7" }) : tokens())(response, request, count);
    const { source, clock } = await setUp(answer, new RecordingClock());
    await expect(source.get()).resolves.toBe("token-3");
    expect(clock.pauses).toEqual([7000, 7000]);
  });

  it.each(["1000000000", "Fri, 31 Dec 9999 23:59:59 GMT", "99999999999999999999"])(
    "that wants a pause of Retry-After: %s is not waited for",
    async (pause) => {
      const { source, server, clock } = await setUp(
        json(429, {}, { "Retry-After": pause }),
        new RecordingClock(),
      );
      await expect(source.get()).rejects.toMatchObject({ status: 429, effect: "none" });
      expect([server.received.length, clock.pauses]).toEqual([1, []]);
    },
  );

  it.each([undefined, "-5", "Thu, 01 Jan 1970 00:00:00 GMT", "soon", "0"])(
    "that answers 429 with Retry-After: %s is asked a few times at growing intervals",
    async (pause) => {
      const answer = json(429, {}, pause === undefined ? {} : { "Retry-After": pause });
      const { source, clock } = await setUp(answer, new RecordingClock());
      await expect(source.get()).rejects.toMatchObject({ status: 429 });
      expect(clock.pauses).toEqual([500, 1000, 2000, 4000]);
    },
  );

  it.each([500, 502, 503, 504])("that answers %d is asked a few times", async (status) => {
    const { source, server } = await setUp(raw(status, "<html>"), new RecordingClock());
    await expect(source.get()).rejects.toMatchObject({ status, effect: "none" });
    expect(server.received).toHaveLength(5);
  });

  it("that never answers is asked a few times", async () => {
    const { source, server } = await setUp(hang, new RecordingClock(), 200);
    const error = await errorOf(ConnectionError, source.get());
    expect(error).toMatchObject({ code: "ETIMEDOUT", effect: "none" });
    expect(server.received).toHaveLength(5);
  });

  it.each([400, 401, 403])("that refuses by %d is asked once, for all callers", async (status) => {
    const { source, server, clock } = await setUp(
      json(status, { error: "invalid_client" }),
      new RecordingClock(),
    );
    const calls = await Promise.allSettled(Array.from({ length: 10 }, () => source.get()));
    for (const call of calls)
      expect(call).toMatchObject({ reason: expect.any(AuthenticationError) as unknown });
    expect([server.received.length, clock.pauses]).toEqual([1, []]);
  });

  it.each([
    ["without a token", {}],
    ["with null", { access_token: null }],
    ["with an empty token", { access_token: "" }],
    ["with a number", { access_token: 5 }],
    ["with a token that holds a line break", { access_token: "hush\r\nX-Injected: 1" }],
    ["with a token that is not ASCII", { access_token: "hüsh" }],
    ["with a token that holds a space", { access_token: "hush hush" }],
  ])("that answers %s is an error that does not show it, and is asked once", async (_what, body) => {
    const { source, server } = await setUp(json(200, body), new RecordingClock());
    const error = await errorOf(ResponseFormatError, source.get());
    expect(error).toMatchObject({ effect: "none", message: expect.not.stringMatching(/h[uü]sh/) as unknown });
    expect(server.received).toHaveLength(1);
  });

  it("that redirects elsewhere is not followed with the credentials", async () => {
    const other = await startServer(tokens());
    servers.push(other);
    const { source } = await setUp(raw(307, "", { Location: other.url }), new RecordingClock());
    await expect(source.get()).rejects.toThrow(`a redirect to ${new URL(other.url).host}`);
    expect(other.received).toEqual([]);
  });
});
