import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { ApiError, ConnectionError, ResponseFormatError } from "../../../../sdk/http/errors";
import { json, raw, startServer, type Answer, type LocalServer } from "../../../support/local-server";
import { errorOf, get, post, transport } from "../../../support/transport";

const servers: LocalServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(answer: Answer): Promise<LocalServer> {
  const server = await startServer(answer);
  servers.push(server);
  return server;
}

const MIB = 1024 * 1024;
const compressed =
  (encoding: string, body: Buffer, status = 200): Answer =>
  (response) =>
    response.writeHead(status, { "Content-Encoding": encoding }).end(body);

/** Sends without end, as fast as it is read. */
const endless =
  (status: number, piece: string): Answer =>
  (response) => {
    const more = (): void => {
      while (!response.destroyed && response.write(piece));
    };
    response.writeHead(status).on("drain", more);
    more();
  };

describe("An answer without end", () => {
  it("is cut off at the limit", async () => {
    const server = await serve(endless(200, "x".repeat(65_536)));
    const error = await errorOf(ResponseFormatError, transport({ maxBodyBytes: MIB }).send(get(server.url)));
    expect(error.message).toMatch(/larger than the limit of 1 MiB/);
  });

  it("is cut off at the limit of 64 MiB where none is given", async () => {
    const server = await serve(endless(200, "x".repeat(MIB)));
    const error = await errorOf(ResponseFormatError, transport().send(post(server.url)));
    expect(error).toMatchObject({ message: expect.stringMatching(/64 MiB/) as unknown, effect: "unknown" });
  });

  it.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ])("is cut off where it is a small one that unfolds to more, by %s", async (encoding, compress) => {
    const server = await serve(compressed(encoding, compress(Buffer.alloc(8 * MIB, " "))));
    const error = await errorOf(ResponseFormatError, transport({ maxBodyBytes: MIB }).send(get(server.url)));
    expect(error.message).toMatch(/larger than the limit of 1 MiB/);
  });

  it.each([400, 401, 429, 503])("that explains a %d does not hide that status", async (status) => {
    const server = await serve(endless(status, "x".repeat(65_536)));
    const error = await errorOf(ApiError, transport().send(post(server.url)));
    expect(error.status).toBe(status);
    expect(error.message.length).toBeLessThan(300);
  });

  it("that drips ends with the request's time", async () => {
    const server = await serve((response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(" "), 10);
      response.on("close", () => clearInterval(timer));
    });
    const error = await errorOf(ConnectionError, transport({ requestTimeoutMs: 200 }).send(get(server.url)));
    expect(error.code).toBe("ETIMEDOUT");
  });

  it("in its headers is refused", async () => {
    const server = await serve(raw(200, "[]", { "X-Huge": "x".repeat(256 * 1024) }));
    const error = await errorOf(ConnectionError, transport().send(post(server.url)));
    expect(error).toMatchObject({ code: "HPE_HEADER_OVERFLOW", effect: "unknown" });
    expect(error.message).toMatch(/larger headers than are read/);
  });
});

describe("An answer that breaks its own rules", () => {
  it.each<[string, Answer]>([
    ["gzip that is none", compressed("gzip", Buffer.from("hush"))],
    ["Brotli that is none", compressed("br", Buffer.from("hush, hush, hush"))],
  ])("with %s is said not to be readable", async (_what, answer) => {
    const server = await serve(answer);
    const error = await errorOf(ResponseFormatError, transport().send(post(server.url)));
    expect(error.message).toMatch(/answered 200 with a body that cannot be decompressed/);
    expect(error.effect).toBe("unknown");
  });

  it.each<[string, Answer]>([
    ["gzip that ends early", compressed("gzip", gzipSync("[1,2,3]").subarray(0, 15))],
    ["deflate that is none", compressed("deflate", Buffer.from("hush"))],
  ])("with %s is not taken for a whole one", async (_what, answer) => {
    const server = await serve(answer);
    const error = await errorOf(ResponseFormatError, transport().send(post(server.url)));
    expect(error.effect).toBe("unknown");
  });

  it("with an explanation that cannot be decompressed has its status all the same", async () => {
    const server = await serve(compressed("gzip", Buffer.from("hush"), 403));
    const error = await errorOf(ApiError, transport().send(post(server.url)));
    expect(error).toMatchObject({ status: 403, effect: "none" });
  });

  it("with an explanation that breaks off has its status all the same", async () => {
    const server = await serve((response) => {
      response.writeHead(400, { "Content-Length": "100" });
      response.write("because", () => response.destroy());
    });
    const error = await errorOf(ApiError, transport().send(post(server.url)));
    expect(error.message).toMatch(/was answered 400: because$/);
  });

  it.each(["image/png", "application/json; charset=utf-16", "x", ""])(
    "with the content type %j is read as what it is",
    async (type) => {
      const server = await serve(raw(200, "[1]", { "Content-Type": type }));
      await expect(transport().send(get(server.url))).resolves.toEqual([1]);
    },
  );

  it("with a byte order mark is read", async () => {
    const server = await serve(raw(200, "\uFEFF[1]"));
    await expect(transport().send(get(server.url))).resolves.toEqual([1]);
  });

  it("with bytes that are no UTF-8 is read, each such byte as a replacement character", async () => {
    const body = Buffer.concat([Buffer.from('["a'), Buffer.from([0xff]), Buffer.from('"]')]);
    const server = await serve((response) => response.writeHead(200).end(body));
    await expect(transport().send(get(server.url))).resolves.toEqual(["a\uFFFD"]);
  });

  it.each(["NaN", '{"a":NaN}', "[Infinity]", "[01]", "[1,]"])("with %s is malformed JSON", async (body) => {
    const server = await serve(raw(200, body));
    await errorOf(ResponseFormatError, transport().send(get(server.url)));
  });

  it.each([
    ["arrays", "[", "]", ""],
    ["objects", '{"a":', "}", "1"],
    ["arrays with a long number in them", "[1234567890123456789,", "]", "1"],
  ])("with %s in each other without end does not overflow the stack", async (_what, open, close, inner) => {
    const server = await serve(raw(200, open.repeat(10_000) + inner + close.repeat(10_000)));
    const error = await errorOf(ResponseFormatError, transport().send(get(server.url)));
    expect(error.message).toMatch(/nested deeper than 100 levels/);
  });

  it("with an error body of arrays in each other does not overflow the stack", async () => {
    const server = await serve(raw(400, "[".repeat(5_000) + "]".repeat(5_000)));
    expect((await errorOf(ApiError, transport().send(get(server.url)))).status).toBe(400);
  });

  it("with __proto__ and constructor in it changes no other object", async () => {
    const body =
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"id":12345678901234567890}';
    const server = await serve(raw(200, body));
    const value = await transport().send(get(server.url));
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.getOwnPropertyNames(value)).toEqual(["__proto__", "constructor", "id"]);
  });
});

describe("A number in an answer", () => {
  it.each([
    ["9007199254740993", "9007199254740993"],
    ["-9007199254740993", "-9007199254740993"],
    ["123456789012345678901234567890", "123456789012345678901234567890"],
    ["9007199254740991", 9007199254740991],
    ["12", 12],
    ["0.12345678901234567", 0.12345678901234567],
    ['"9007199254740993"', "9007199254740993"],
  ])("written %s becomes %p, never another one", async (written, value) => {
    const server = await serve(raw(200, `{"a": [${written}]}`));
    await expect(transport().send(get(server.url))).resolves.toEqual({ a: [value] });
  });
});

describe("A redirect", () => {
  it.each([301, 302, 303, 307, 308])(
    "(%d) to another host is not followed, and names the host",
    async (status) => {
      const other = await serve(json(200, {}));
      const server = await serve(raw(status, "", { Location: `${other.url}/?token=hush` }));
      const headers = { Authorization: "Bearer hush" };
      for (const request of [get(server.url, { headers }), post(server.url, { headers })]) {
        const error = await errorOf(ApiError, transport().send(request));
        expect(error.message).toContain(`a redirect to ${new URL(other.url).host}`);
        expect(error.message).not.toContain("hush");
      }
      expect(other.received).toEqual([]);
    },
  );

  it.each(["http://[hush", "", "javascript:hush"])("to %j is not followed", async (location) => {
    const server = await serve(raw(302, "", { Location: location }));
    const error = await errorOf(ApiError, transport().send(get(server.url)));
    expect(error.message).not.toContain("hush");
  });
});
