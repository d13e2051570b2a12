import { createServer, type AddressInfo, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { ApiError, ConnectionError, ResponseFormatError } from "../../../../sdk/http/errors";
import { Redactor } from "../../../../sdk/http/redact";
import type { RequestEvent } from "../../../../sdk/http/request";
import { FakeClock } from "../../../support/fake-clock";
import {
  hang,
  json,
  raw,
  reset,
  startServer,
  type Answer,
  type LocalServer,
} from "../../../support/local-server";
import { errorOf, get, transport } from "../../../support/transport";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function serve(answer: Answer): Promise<LocalServer> {
  const server = await startServer(answer);
  closing.push(() => server.close());
  return server;
}

/** A port on which every connection is handed to `onConnection`. */
async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(async () => {
    sockets.forEach((socket) => socket.destroy());
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

describe("The transport, sending", () => {
  it("returns the value of a JSON answer", async () => {
    const server = await serve(json(200, { a: [1] }));
    await expect(transport().send(get(server.url))).resolves.toEqual({ a: [1] });
  });

  it("sends JSON as JSON", async () => {
    const server = await serve(json(200, {}));
    await transport().send({ method: "POST", url: new URL(server.url), body: { json: [{ a: "ü" }] } });
    expect(server.received[0]).toMatchObject({
      body: '[{"a":"ü"}]',
      headers: { "content-type": "application/json", accept: "application/json" },
    });
  });

  it("sends a form as a form", async () => {
    const server = await serve(json(200, {}));
    await transport().send({
      method: "POST",
      url: new URL(server.url),
      body: { form: { scope: "tsg_id:1" } },
    });
    expect(server.received[0]).toMatchObject({
      body: "scope=tsg_id%3A1",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
  });

  it("gives each POST a connection of its own", async () => {
    const server = await serve(json(200, {}));
    const client = transport();
    await client.send(get(server.url));
    await client.send({ method: "POST", url: new URL(server.url), body: { json: {} } });
    expect(server.received.map((request) => request.headers.connection)).toEqual(["keep-alive", "close"]);
  });

  it("tells an observer about an answer", async () => {
    const server = await serve(json(200, {}));
    const events: RequestEvent[] = [];
    await transport({ clock: new FakeClock(), onRequest: (event) => events.push(event) }).send(
      get(`${server.url}/list?license_id=77`, { attempt: 2 }),
    );
    expect(events).toEqual([
      { method: "GET", url: `${server.url}/list?license_id=…`, status: 200, durationMs: 0, attempt: 2 },
    ]);
  });

  it("tells an observer about a failure", async () => {
    const server = await serve(json(404, { message: "gone" }));
    const events: RequestEvent[] = [];
    await errorOf(ApiError, transport({ onRequest: (event) => events.push(event) }).send(get(server.url)));
    expect(events[0]).toMatchObject({ status: 404, error: expect.stringContaining("gone") as unknown });
  });

  it("does not lose an answer to an observer that throws", async () => {
    const server = await serve(json(200, "answer"));
    const onRequest = (): void => {
      throw new Error("observer");
    };
    await expect(transport({ onRequest }).send(get(server.url))).resolves.toBe("answer");
  });
});

describe("The transport, reading answers", () => {
  it("reads JSON whatever its content type", async () => {
    const server = await serve(raw(200, "[1]", { "Content-Type": "text/plain" }));
    await expect(transport().send(get(server.url))).resolves.toEqual([1]);
  });

  it("reads a compressed answer", async () => {
    const server = await serve((response) =>
      response.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync("[1]")),
    );
    await expect(transport().send(get(server.url))).resolves.toEqual([1]);
  });

  it.each([
    ["an HTML page", "<html><body>Sign in hush-hush</body></html>", /HTML page instead of JSON\. A proxy/],
    ["truncated JSON", '[{"app_id":"hush-hush', /truncated JSON/],
    ["malformed JSON", '{"a": hush-hush}', /malformed JSON/],
    ["an empty body", "", /empty body/],
    ["some text", "hush-hush", /text that is not JSON/],
  ])("says clearly that it was given %s, without repeating it", async (_what, body, message) => {
    const server = await serve(raw(200, body));
    const error = await errorOf(ResponseFormatError, transport().send(get(`${server.url}/list`)));
    expect(error.message).toMatch(message);
    expect(error.message).toContain(`GET /list on ${new URL(server.url).host}`);
    expect(error.message).not.toContain("hush");
    expect(error.cause).toBeUndefined();
  });

  it("makes an ApiError of the API's own error", async () => {
    const server = await serve(
      json(
        400,
        {
          application_code: "SUB_SERVICE_1004",
          application_error: "license_not_found_in_db",
          error: "Bad Request",
          message: "SUB_SERVICE_1004:license_not_found_in_db",
          statusCode: 400,
        },
        { "Retry-After": "3" },
      ),
    );
    const error = await errorOf(ApiError, transport().send(get(`${server.url}/x?license_id=5`)));
    expect(error).toMatchObject({
      message: `GET /x on ${new URL(server.url).host} was answered 400: SUB_SERVICE_1004:license_not_found_in_db`,
      status: 400,
      applicationCode: "SUB_SERVICE_1004",
      applicationError: "license_not_found_in_db",
      retryAfterMs: 3000,
      effect: "none",
      request: { method: "GET", url: `${server.url}/x?license_id=…` },
    });
  });

  it("redacts what the API says", async () => {
    const server = await serve(json(500, { message: 'bad {"auth_code":"I88"} of hush-hush' }));
    const redactor = new Redactor();
    redactor.add("hush-hush");
    const error = await errorOf(ApiError, transport({ redactor }).send(get(server.url)));
    expect(error.message).toMatch(/: bad \{"auth_code":"\[redacted\]"\} of \[redacted\]$/);
  });

  it("shows a short text and no control characters of it", async () => {
    const server = await serve(raw(401, "Jwt is\r\n\u001b[31mexpired"));
    const error = await errorOf(ApiError, transport().send(get(server.url)));
    expect(error.message).toMatch(/answered 401: Jwt is \[31mexpired$/);
  });

  it("does not show an HTML error page", async () => {
    const server = await serve(raw(502, "<html>Bad gateway</html>"));
    const error = await errorOf(ApiError, transport().send(get(server.url)));
    expect(error.message).toMatch(/answered 502: an HTML page/);
  });

  it("cuts a long explanation", async () => {
    const server = await serve(json(500, { message: "long ".repeat(1000) }));
    const error = await errorOf(ApiError, transport().send(get(server.url)));
    expect(error.message.length).toBeLessThan(700);
  });

  it("shows a bare text only where it is short", async () => {
    const server = await serve((response, request, count) =>
      raw(500, "word ".repeat(count === 1 ? 20 : 60))(response, request, count),
    );
    const shown = await errorOf(ApiError, transport().send(get(server.url)));
    const left = await errorOf(ApiError, transport().send(get(server.url)));
    expect([shown.message.includes("word word"), left.message.includes("word word")]).toEqual([true, false]);
  });

  it("does not follow a redirect and names its host only", async () => {
    const server = await serve(raw(302, "", { Location: "https://login.example.com/in?token=hush-hush" }));
    const error = await errorOf(ApiError, transport().send(get(server.url)));
    expect(error.status).toBe(302);
    expect(error.message).toContain("a redirect to login.example.com");
    expect(error.message).not.toContain("hush");
    expect(server.received).toHaveLength(1);
  });
});

describe("The transport, without an answer", () => {
  const codeAndEffect = ({ code, effect }: ConnectionError) => ({ code, effect });

  it("knows that nothing was sent when the connection is refused", async () => {
    const server = await startServer(hang);
    await server.close();
    const error = await errorOf(ConnectionError, transport().send(get(server.url)));
    expect(codeAndEffect(error)).toEqual({ code: "ECONNREFUSED", effect: "none" });
    expect(error.message).toContain("Nothing was sent");
  });

  it("knows that nothing was sent when the host name is not known", async () => {
    const error = await errorOf(ConnectionError, transport().send(get("https://no-such-host.invalid/")));
    expect(error.effect).toBe("none");
    expect(["ENOTFOUND", "EAI_AGAIN"]).toContain(error.code);
  });

  it("does not know what a request did whose connection was reset", async () => {
    const server = await serve(reset);
    const error = await errorOf(ConnectionError, transport().send(get(server.url)));
    expect(codeAndEffect(error)).toEqual({ code: "ECONNRESET", effect: "unknown" });
  });

  it("does not know what a request did whose answer broke off", async () => {
    const server = await serve((response) => {
      response.writeHead(200, { "Content-Length": "100" });
      response.write("[", () => response.destroy());
    });
    const error = await errorOf(ConnectionError, transport().send(get(server.url)));
    expect(error.effect).toBe("unknown");
  });

  it("gives up an answer that does not come in time", async () => {
    const server = await serve(hang);
    const error = await errorOf(ConnectionError, transport({ requestTimeoutMs: 50 }).send(get(server.url)));
    expect(codeAndEffect(error)).toEqual({ code: "ETIMEDOUT", effect: "unknown" });
  });

  it("gives up an answer that never ends", async () => {
    const server = await serve((response) => {
      response.writeHead(200);
      response.write("[");
    });
    const error = await errorOf(ConnectionError, transport({ requestTimeoutMs: 100 }).send(get(server.url)));
    expect(codeAndEffect(error)).toEqual({ code: "ETIMEDOUT", effect: "unknown" });
  });

  it("sends nothing after the deadline", async () => {
    const server = await serve(json(200, {}));
    const clock = new FakeClock();
    const error = await errorOf(
      ConnectionError,
      transport({ clock }).send(get(server.url, { deadline: clock.now() })),
    );
    expect(error.effect).toBe("none");
    expect(server.received).toHaveLength(0);
  });

  it("gives up at the deadline", async () => {
    const server = await serve(hang);
    const clock = new FakeClock();
    const sending = transport({ clock }).send(get(server.url, { deadline: clock.now() + 50 }));
    expect((await errorOf(ConnectionError, sending)).code).toBe("ETIMEDOUT");
  });

  it("rejects with the signal's reason when aborted", async () => {
    const abort = new AbortController();
    const server = await serve(() => abort.abort(new Error("enough")));
    await expect(transport().send(get(server.url, { signal: abort.signal }))).rejects.toThrow("enough");
  });

  it("sends nothing when it is aborted before", async () => {
    const server = await serve(json(200, {}));
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(transport().send(get(server.url, { signal }))).rejects.toThrow("enough");
    expect(server.received).toHaveLength(0);
  });

  it("holds no credentials in an error", async () => {
    const server = await serve(reset);
    const sending = transport().send(get(server.url, { headers: { Authorization: "Bearer hush-hush" } }));
    const error = await errorOf(ConnectionError, sending);
    expect(error.cause).toBeUndefined();
    expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.toContain("hush");
  });

  it("knows that nothing was sent when the server speaks no TLS", async () => {
    const server = await serve(json(200, {}));
    const error = await errorOf(
      ConnectionError,
      transport().send(get(server.url.replace("http:", "https:"))),
    );
    expect(error.effect).toBe("none");
  });

  it("knows that nothing was sent when the TLS handshake breaks off", async () => {
    const port = await listen((socket) => socket.once("data", () => socket.destroy()));
    const error = await errorOf(ConnectionError, transport().send(get(`https://127.0.0.1:${port}`)));
    expect(codeAndEffect(error)).toEqual({ code: "ECONNRESET", effect: "none" });
  });

  it("knows that nothing was sent when the TLS handshake takes too long", async () => {
    const port = await listen(() => undefined);
    const error = await errorOf(
      ConnectionError,
      transport({ requestTimeoutMs: 50 }).send(get(`https://127.0.0.1:${port}`)),
    );
    expect(codeAndEffect(error)).toEqual({ code: "ETIMEDOUT", effect: "none" });
  });
});
