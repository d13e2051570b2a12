import type { ApiError } from "../../../../sdk/http/errors";
import { AuthenticationError, ConnectionError, ResponseFormatError } from "../../../../sdk/http/errors";
import { createTokenSource, type TokenSource } from "../../../../sdk/http/oauth";
import { Redactor } from "../../../../sdk/http/redact";
import { retryOptions } from "../../../../sdk/http/retry";
import { createTransport } from "../../../../sdk/http/transport";
import { FakeClock } from "../../../support/fake-clock";
import {
  hang,
  inTurn,
  json,
  raw,
  reset,
  startServer,
  type Answer,
  type LocalServer,
} from "../../../support/local-server";
import { RecordingClock } from "../../../support/recording-clock";

const servers: LocalServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const scope = "tsg_id:1234567890";

/** Answers with token-1, token-2, … */
const tokens =
  (fields: object = { expires_in: 900 }): Answer =>
  (response, request, count) =>
    json(200, { access_token: `token-${count}`, ...fields })(response, request, count);

async function setUp(
  answer: Answer,
  clock: FakeClock = new FakeClock(),
): Promise<{ source: TokenSource; server: LocalServer; clock: FakeClock; redactor: Redactor }> {
  const server = await startServer(answer);
  servers.push(server);
  const redactor = new Redactor();
  const source = createTokenSource({
    transport: createTransport({ clock, redactor, requestTimeoutMs: 20_000 }),
    redactor,
    clock,
    random: () => 1,
    retry: retryOptions(),
    authUrl: new URL(`${server.url}/auth/v1/oauth2/access_token`),
    clientId: "me@1234567890.iam",
    clientSecret: "hush/hush +1",
    scope,
    advice: "Ask somebody.",
  });
  return { source, server, clock, redactor };
}

describe("A token source, asking", () => {
  it("sends basic auth and the scope, nothing encoded but by the form", async () => {
    const { source, server } = await setUp(tokens());
    await source.get();
    expect(server.received[0]).toMatchObject({
      method: "POST",
      path: "/auth/v1/oauth2/access_token",
      headers: { authorization: `Basic ${Buffer.from("me@1234567890.iam:hush/hush +1").toString("base64")}` },
      body: "grant_type=client_credentials&scope=tsg_id%3A1234567890",
    });
  });

  it("asks once for any number of callers", async () => {
    const { source, server } = await setUp(tokens());
    const got = await Promise.all(Array.from({ length: 50 }, () => source.get()));
    expect(new Set(got)).toEqual(new Set(["token-1"]));
    expect(server.received).toHaveLength(1);
  });

  it("asks once for all callers when the request fails, and anew for the next", async () => {
    const { source, server } = await setUp(inTurn(json(401, { error: "invalid_client" }), tokens()));
    const first = await Promise.allSettled([source.get(), source.get()]);
    expect(first.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await expect(source.get()).resolves.toBe("token-2");
    expect(server.received).toHaveLength(2);
  });

  it("asks again after a passing failure", async () => {
    const { source } = await setUp(inTurn(reset, json(503, {}), tokens()), new RecordingClock());
    await expect(source.get()).resolves.toBe("token-3");
  });

  it("goes on for the others when one caller gives up", async () => {
    const abort = new AbortController();
    const { source } = await setUp((...request) => {
      abort.abort(new Error("enough"));
      tokens()(...request);
    });
    const impatient = source.get({ signal: abort.signal });
    const patient = source.get();
    await expect(impatient).rejects.toThrow("enough");
    await expect(patient).resolves.toBe("token-1");
  });

  it("ends a request that nobody waits for, and begins anew for the next caller", async () => {
    const abort = new AbortController();
    const { source } = await setUp(inTurn(() => abort.abort(new Error("enough")), tokens()));
    await expect(source.get({ signal: abort.signal })).rejects.toThrow("enough");
    await expect(source.get()).resolves.toBe("token-2");
  });

  it("waits no longer than its caller's deadline", async () => {
    const { source, clock } = await setUp(hang);
    const waiting = source.get({ deadline: clock.now() + 1000 });
    waiting.catch(() => undefined);
    await clock.advance(1000);
    await expect(waiting).rejects.toThrow(ConnectionError);
  });
});

describe("A token source, keeping tokens", () => {
  it.each([
    ["a minute before its end when it lives long", 900, 840],
    ["after four fifths of its life when that is short", 100, 80],
    ["by a life given as text", "900", 840],
    ["after 14 minutes when no life is given", undefined, 840],
    ["after 14 minutes when the life is null", null, 840],
    ["soon when the life given is zero", 0, 24],
    ["soon when the life given is negative", -5, 24],
    ["soon when the life given is no number", "soon", 24],
  ])("renews a token %s", async (_what, expires_in, seconds) => {
    const { source, clock } = await setUp(tokens({ expires_in }));
    await source.get();
    await clock.advance(seconds * 1000 - 1);
    await expect(source.get()).resolves.toBe("token-1");
    await clock.advance(1);
    await expect(source.get()).resolves.toBe("token-2");
  });

  it("asks again once for all callers whose token was refused", async () => {
    const { source, server } = await setUp(tokens());
    const token = await source.get();
    source.invalidate(token);
    const renewed = await source.get();
    source.invalidate(token);
    await expect(source.get()).resolves.toBe(renewed);
    expect(server.received).toHaveLength(2);
  });

  it("has tokens and credentials redacted", async () => {
    const { source, redactor } = await setUp(tokens());
    await source.get();
    const basic = Buffer.from("me@1234567890.iam:hush/hush +1").toString("base64");
    expect(redactor.clean(`token-1, hush/hush +1, ${basic}`)).toBe("[redacted], [redacted], [redacted]");
  });
});

describe("A token source, refused", () => {
  async function refusal(answer: Answer): Promise<{ error: ApiError; requests: number; host: string }> {
    const { source, server } = await setUp(answer);
    const error: unknown = await source.get().catch((reason: unknown) => reason);
    return { error: error as ApiError, requests: server.received.length, host: new URL(server.url).host };
  }

  it.each([400, 401, 403])("says at once after %d that the credentials were refused", async (status) => {
    const { error, requests } = await refusal(json(status, { error: "invalid_client" }));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ status, effect: "none" });
    expect(requests).toBe(1);
  });

  it("names host, scope and what the server says, without the secret", async () => {
    const answer = json(401, { error: "invalid_client", error_description: "not hush/hush +1" });
    const { error, host } = await refusal(answer);
    expect(error.message).toContain(`The credentials were refused by ${host} for scope ${scope}`);
    expect(error.message).toContain("not [redacted]: invalid_client. Ask somebody.");
  });

  it("refuses a token for another tenant", async () => {
    const { error } = await refusal(tokens({ scope: "profile tsg_id:1999999999 email" }));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error.message).toContain(
      "for tsg_id:1234567890 was asked for, but the answer is one for tsg_id:1999999999",
    );
  });

  it("says no secret that the answer has in place of a tenant", async () => {
    const { source, redactor } = await setUp(tokens({ scope: "tsg_id:hush-hush-hush" }));
    redactor.add("hush-hush-hush");
    await expect(source.get()).rejects.toThrow("but the answer is one for tsg_id:[redacted]. It is not used");
  });

  it("takes a token whose scope names the tenant among other things", async () => {
    const { source } = await setUp(tokens({ scope: `profile ${scope} email` }));
    await expect(source.get()).resolves.toBe("token-1");
  });

  it.each([
    ["no access_token", json(200, { token: "x" })],
    ["a token that a header cannot hold", json(200, { access_token: "a\nb" })],
    ["a list", json(200, [])],
    ["an HTML page", raw(200, "<html>")],
  ])("says clearly that the answer holds %s", async (_what, answer) => {
    const { error } = await refusal(answer);
    expect(error).toBeInstanceOf(ResponseFormatError);
  });

  it("says of its connection errors that nothing was done", async () => {
    const { source } = await setUp(reset, new RecordingClock());
    await expect(source.get()).rejects.toMatchObject({ name: "ConnectionError", effect: "none" });
  });
});
