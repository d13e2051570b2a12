import { createPrivateKey } from "node:crypto";
import { ConnectionError, createBrokerClient, SettingsError } from "../../../../sdk/broker";
import { selfSigned, type Identity } from "../../../support/certificates";
import { withEnvironment } from "../../../support/environment";
import { startProxy } from "../../../support/local-proxy";
import { json, startServer, type LocalServer } from "../../../support/local-server";
import { endOf, matching, plan } from "./broker";

const host = "broker.example.com";
const client = selfSigned({ host: "client" });
const undo: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(undo.splice(0).map((end) => end()));
});

/** A broker that wants a certificate of its clients. */
async function serve(identity: Identity): Promise<LocalServer> {
  const tls = { ...identity, requestCert: true, ca: client.cert };
  const server = await startServer(json(200, { services: [] }), tls);
  undo.push(() => server.close());
  return server;
}

const encrypted = (key: string): string =>
  createPrivateKey(key)
    .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "open sesame" })
    .toString();

const once = { retry: { maxAttempts: 1 } };

describe("A client certificate", () => {
  it("is shown to the broker, for every kind of request", async () => {
    const identity = selfSigned();
    const server = await serve(identity);
    const broker = createBrokerClient({ url: server.url, ca: identity.cert, clientCertificate: client });
    await broker.getCatalog();
    await broker.deprovision("i-1", plan);
    expect(server.received.map(({ method }) => method)).toEqual(["GET", "DELETE"]);
  });

  it("goes through a proxy's tunnel", async () => {
    const identity = selfSigned({ host });
    const server = await serve(identity);
    const proxy = await startProxy();
    undo.push(() => proxy.close());
    undo.push(withEnvironment({ HTTPS_PROXY: `http://${proxy.host}`, NO_PROXY: undefined }));
    const url = `https://${host}:${new URL(server.url).port}`;
    const broker = createBrokerClient({ url, ca: identity.cert, clientCertificate: client, ...once });
    await broker.getCatalog();
    expect(proxy.connects).toHaveLength(1);
    expect(server.received).toHaveLength(1);
  });

  it("that is missing is an error for good, since no repetition can mend it", async () => {
    const identity = selfSigned();
    const server = await serve(identity);
    const attempts: number[] = [];
    const broker = createBrokerClient({
      url: server.url,
      ca: identity.cert,
      onRequest: ({ attempt }) => attempts.push(attempt),
    });
    expect(await endOf(broker.deprovision("i-1", plan))).toMatchObject({
      name: "ConnectionError",
      effect: "none",
      message: matching(/does not accept the client certificate, or wants one/),
    });
    expect(attempts).toEqual([1]);
  });

  it("that the broker does not know sends nothing", async () => {
    const identity = selfSigned();
    const server = await serve(identity);
    const clientCertificate = selfSigned({ host: "other" });
    const broker = createBrokerClient({ url: server.url, ca: identity.cert, clientCertificate, ...once });
    expect(await endOf(broker.deprovision("i-1", plan))).toBeInstanceOf(ConnectionError);
    expect(server.received).toEqual([]);
  });

  it("may have an encrypted key", async () => {
    const identity = selfSigned();
    const server = await serve(identity);
    const broker = createBrokerClient({
      url: server.url,
      ca: identity.cert,
      clientCertificate: { cert: client.cert, key: encrypted(client.key), passphrase: "open sesame" },
    });
    await expect(broker.getCatalog()).resolves.toEqual({ services: [] });
  });

  it.each([
    ["a key of another certificate", { cert: client.cert, key: selfSigned().key }, /is not the key of/],
    ["a key that is none", { cert: client.cert, key: "hush-hush" }, /key cannot be read/],
    [
      "no passphrase for its key",
      { cert: client.cert, key: encrypted(client.key) },
      /key cannot be read.*passphrase/,
    ],
    [
      "no certificate",
      { cert: "hush-hush", key: client.key },
      /clientCertificate\.cert holds no certificate/,
    ],
  ])("with %s is refused before anything is sent", (_what, clientCertificate, message) => {
    const create = (): unknown => createBrokerClient({ url: "https://localhost", clientCertificate });
    expect(create).toThrow(SettingsError);
    expect(create).toThrow(message);
    expect(create).not.toThrow(/hush/);
  });
});

describe("A broker's certificate", () => {
  it("of a private CA is trusted where that is given, and otherwise not", async () => {
    const identity = selfSigned();
    const server = await startServer(json(200, { services: [] }), identity);
    undo.push(() => server.close());
    await expect(
      createBrokerClient({ url: server.url, ca: identity.cert }).getCatalog(),
    ).resolves.toBeDefined();
    expect(await endOf(createBrokerClient({ url: server.url }).getCatalog())).toMatchObject({
      name: "ConnectionError",
      effect: "none",
      message: matching(/not trusted.*in PEM form, as ca, /),
    });
  });
});
