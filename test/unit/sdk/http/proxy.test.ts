import { ConnectionError, SettingsError } from "../../../../sdk/http/errors";
import { proxyFor } from "../../../../sdk/http/proxy";
import { Redactor } from "../../../../sdk/http/redact";
import { isTransient } from "../../../../sdk/http/retry";
import { createSubscriptionClient } from "../../../../sdk/subscription";
import { selfSigned } from "../../../support/certificates";
import { noProxies, withEnvironment } from "../../../support/environment";
import { startProxy, type LocalProxy, type Refusal } from "../../../support/local-proxy";
import { hang, json, reset, startServer, type Answer, type LocalServer } from "../../../support/local-server";
import { errorOf, get, post, transport } from "../../../support/transport";

const HOST = "api.example.com";
const identity = selfSigned({ host: HOST });
const { cert: ca } = identity;

const undo: (() => unknown)[] = [];
beforeEach(() => undo.push(withEnvironment(noProxies)));
afterEach(async () => {
  await Promise.all(
    undo
      .splice(0)
      .reverse()
      .map((end) => end()),
  );
});

/** A server for {@link HOST}, as only the proxy reaches it, and a proxy that the environment names. */
async function behindProxy(
  answer: Answer,
  refusal?: Refusal,
  address = (host: string): string => `http://${host}`,
): Promise<{ url: string; server: LocalServer; proxy: LocalProxy }> {
  const server = await startServer(answer, identity);
  const proxy = await startProxy(refusal);
  undo.push(
    () => server.close(),
    () => proxy.close(),
  );
  undo.push(withEnvironment({ HTTPS_PROXY: address(proxy.host) }));
  return { url: server.url.replace("localhost", HOST), server, proxy };
}

describe("A proxy of the environment", () => {
  it.each(["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])("is found in %s", (name) => {
    expect(proxyFor(new URL(`https://${HOST}`), { [name]: "http://proxy:3128" })?.host).toBe("proxy:3128");
  });

  it("is the one for https where there are several", () => {
    const env = { ALL_PROXY: "http://all:1", HTTPS_PROXY: "http://upper:1", https_proxy: "http://lower:1" };
    expect(proxyFor(new URL(`https://${HOST}`), env)?.host).toBe("lower:1");
  });

  it.each(["HTTP_PROXY", "http_proxy"])("in %s is not for https", (name) => {
    expect(proxyFor(new URL(`https://${HOST}`), { [name]: "http://proxy:3128" })).toBeUndefined();
  });

  it.each([
    ["proxy:3128", "proxy:3128"],
    ["http://proxy", "proxy:80"],
    ["https://proxy", "proxy:443"],
    ["http://[::2]:3128", "[::2]:3128"],
  ])("at %s is reached as %s", (address, host) => {
    expect(proxyFor(new URL(`https://${HOST}`), { HTTPS_PROXY: address })?.host).toBe(host);
  });

  it.each(["https://localhost:8080", "https://127.0.0.1", "https://[::1]", "http://127.0.0.1"])(
    "is not used for %s, which is this machine",
    (url) => {
      const env = { HTTPS_PROXY: "http://proxy:3128", HTTP_PROXY: "http://proxy:3128" };
      expect(proxyFor(new URL(url), env)).toBeUndefined();
    },
  );

  it.each(["*", HOST, "example.com", ".example.com", "*.example.com", `${HOST}:443`, "x.org, EXAMPLE.com"])(
    "is not used where NO_PROXY is %s",
    (exceptions) => {
      const url = new URL(`https://${HOST}`);
      for (const name of ["NO_PROXY", "no_proxy"])
        expect(proxyFor(url, { HTTPS_PROXY: "http://proxy:3128", [name]: exceptions })).toBeUndefined();
    },
  );

  it.each([",", `${HOST}:8443`, "ple.com", "other.example.com", "api.example.com.org", "example"])(
    "is used all the same where NO_PROXY is %s",
    (exceptions) => {
      const env = { HTTPS_PROXY: "http://proxy:3128", NO_PROXY: exceptions };
      expect(proxyFor(new URL(`https://${HOST}`), env)).toBeDefined();
    },
  );

  it.each(["socks5://me:hush@proxy", "http://me:hush@", "http://pro xy:hush"])(
    "that cannot be used is an error that names the variable and not its value",
    (address) => {
      const find = () => proxyFor(new URL(`https://${HOST}`), { HTTPS_PROXY: address });
      expect(find).toThrow(SettingsError);
      expect(find).toThrow(/^HTTPS_PROXY in the environment(?!.*hush)/);
    },
  );
});

describe("Through a proxy, a request", () => {
  it("is sent by a tunnel in which the proxy sees nothing of it", async () => {
    const { url, proxy, server } = await behindProxy(json(200, "through"));
    await expect(transport({ ca }).send(post(`${url}/a`))).resolves.toBe("through");
    expect([proxy.plain, proxy.connects.map(({ target }) => target)]).toEqual([[], [new URL(url).host]]);
    expect(server.received[0]?.path).toBe("/a");
  });

  it("is sent by a proxy that is itself reached by https", async () => {
    const { url } = await behindProxy(json(200, "through"));
    const itself = selfSigned();
    const proxy = await startProxy(undefined, itself);
    undo.push(() => proxy.close());
    undo.push(withEnvironment({ HTTPS_PROXY: `https://${proxy.host}` }));
    await expect(transport({ ca: ca + itself.cert }).send(get(url))).resolves.toBe("through");
    expect(proxy.connects).toHaveLength(1);
  });

  it("brings the credentials of the proxy to the proxy, and not to the server", async () => {
    const { url, proxy, server } = await behindProxy(
      json(200, 1),
      undefined,
      (host) => `http://me:h%20sh@${host}`,
    );
    await transport({ ca }).send(get(url));
    expect(proxy.connects[0]?.authorization).toBe(`Basic ${Buffer.from("me:h sh").toString("base64")}`);
    expect(server.received[0]?.headers).not.toHaveProperty("proxy-authorization");
  });

  it("has its server's certificate verified", async () => {
    const { url, server } = await behindProxy(json(200, 1));
    const error = await errorOf(ConnectionError, transport().send(post(url)));
    expect(error).toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT", effect: "none" });
    expect(server.received).toEqual([]);
  });

  it("is for the token as well as for the API", async () => {
    const answer: Answer = (response, request, count) =>
      json(200, request.method === "POST" ? { access_token: "t" } : [])(response, request, count);
    const { url, proxy, server } = await behindProxy(answer);
    const credentials = { clientId: "me", clientSecret: "hush-hush", scope: "tsg_id:1234567890" };
    await createSubscriptionClient({ ...credentials, baseUrl: url, authUrl: url, ca }).listInstances();
    expect([proxy.connects.length, server.received.length]).toEqual([2, 2]);
  });

  it.each([
    [407, false],
    [403, false],
    [502, true],
    [503, true],
    [429, true],
  ])("is certainly not sent after the proxy's %d (to be repeated: %s)", async (status, repeated) => {
    const refusal = { status, body: "hush", headers: "Proxy-Authenticate: Basic\r\nX-A: hush\r\n" };
    const { url, proxy, server } = await behindProxy(
      json(200, 1),
      refusal,
      (host) => `http://me:hush@${host}`,
    );
    const error = await errorOf(ConnectionError, transport({ ca }).send(post(url)));
    expect(error.effect).toBe("none");
    expect(isTransient(error)).toBe(repeated);
    expect(error.message).toContain(
      `the proxy ${proxy.host} opened no connection to that host and answered ${status}`,
    );
    expect(`${error.message} ${error.stack ?? ""} ${JSON.stringify(error)}`).not.toMatch(/hush|me:/);
    expect(server.received).toEqual([]);
  });

  it.each<[string, Refusal, string]>([
    ["says nothing", "hang", "ETIMEDOUT"],
    ["closes the connection", "reset", "ECONNRESET"],
  ])("is certainly not sent when the proxy %s", async (_what, refusal, code) => {
    const { url, proxy } = await behindProxy(json(200, 1), refusal);
    const error = await errorOf(ConnectionError, transport({ ca, requestTimeoutMs: 200 }).send(post(url)));
    expect(error).toMatchObject({ code, effect: "none" });
    expect(error.message).toContain(`through the proxy ${proxy.host}`);
  });

  it("is certainly not sent when the proxy cannot be reached", async () => {
    const { url, proxy } = await behindProxy(json(200, 1));
    await proxy.close();
    const error = await errorOf(ConnectionError, transport({ ca }).send(post(url)));
    expect(error).toMatchObject({ code: "ECONNREFUSED", effect: "none" });
    expect(error.message).toContain(`through the proxy ${proxy.host}: the connection was refused`);
  });

  it.each<[string, Answer]>([
    ["is reset", reset],
    ["hangs", hang],
  ])("may have been carried out when it %s after the tunnel stood", async (_what, answer) => {
    const { url } = await behindProxy(answer);
    const error = await errorOf(ConnectionError, transport({ ca, requestTimeoutMs: 300 }).send(post(url)));
    expect(error.effect).toBe("unknown");
  });

  it("ends when it is aborted while the proxy says nothing", async () => {
    const { url } = await behindProxy(json(200, 1), "hang");
    const abort = new AbortController();
    const sending = transport({ ca }).send(get(url, { signal: abort.signal }));
    abort.abort(new Error("enough"));
    await expect(sending).rejects.toThrow("enough");
  });

  it("has the proxy's credentials redacted from what the server says", async () => {
    const basic = Buffer.from("me:hush-hush").toString("base64");
    const { url } = await behindProxy(
      json(400, { message: `no ${basic}` }),
      undefined,
      (host) => `http://me:hush-hush@${host}`,
    );
    const redactor = new Redactor();
    await transport({ ca, redactor })
      .send(get(url))
      .catch(() => undefined);
    expect(redactor.clean(`Basic ${basic}`)).toBe("[redacted]");
  });
});
