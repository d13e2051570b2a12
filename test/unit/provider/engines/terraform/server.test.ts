import { X509Certificate } from "node:crypto";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { selfSigned } from "../../../../../provider/engines/terraform/protocol/certificate";
import { providerService } from "../../../../../provider/engines/terraform/protocol/messages";
import { type Calls, isPlugin, startServer } from "../../../../../provider/engines/terraform/protocol/server";

/** The way in which Terraform finds a plugin and speaks to it (go-plugin, with certificates on both sides). */

describe("the certificate", () => {
  test.each([...Array(20).keys()])("is one that OpenSSL takes, and is signed by itself (%i)", () => {
    const { certificate, handshake } = selfSigned();
    const read = new X509Certificate(certificate);
    expect(read.verify(read.publicKey)).toBe(true);
    expect([read.ca, read.subjectAltName, handshake.endsWith("=")]).toEqual([true, "DNS:localhost", false]);
    expect(Date.parse(read.validFrom)).toBeLessThan(Date.now());
  });
});

describe("the server", () => {
  let stop: (() => Promise<void>) | undefined;
  afterEach(async () => stop?.());

  /** A server, and what a client is that has read its handshake. */
  async function started(
    calls: Calls,
    trusted = selfSigned(),
    client = trusted,
  ): Promise<{ line: string; ask: (name: string, request: object) => Promise<unknown> }> {
    const lines: string[] = [];
    const server = await startServer({
      env: { PLUGIN_CLIENT_CERT: trusted.certificate },
      calls,
      print: (line) => lines.push(line),
      onGone: () => undefined,
      onShutdown: () => undefined,
    });
    const [line = ""] = lines;
    const [, , , address = "", , handshake = ""] = line.trim().split("|");
    const ca = new X509Certificate(Buffer.from(handshake, "base64")).toString();
    const transport = createGrpcTransport({
      baseUrl: `https://${address}`,
      nodeOptions: { ca, servername: "localhost", key: client.key, cert: client.certificate } as never,
    });
    stop = () => new Promise((done) => server.close(() => done()));
    const asked = createClient(providerService, transport) as unknown as Record<
      string,
      (request: object) => Promise<unknown>
    >;
    return { line, ask: (name, request) => (asked[name] as (request: object) => Promise<unknown>)(request) };
  }

  test("says where it is in one line, and answers over a connection of two certificates", async () => {
    const { line, ask } = await started({
      ImportResourceState: async ({ typeName, id }) => ({
        importedResources: [{ typeName, private: Buffer.from(String(id)) }],
        diagnostics: [
          {
            severity: 2,
            summary: "s",
            detail: "d",
            attribute: {
              steps: [
                { selector: { case: "attributeName", value: "onboard" } },
                { selector: { case: "elementKeyInt", value: 0n } },
              ],
            },
          },
        ],
      }),
    });
    expect(line).toMatch(/^1\|6\|tcp\|127\.0\.0\.1:\d+\|grpc\|[A-Za-z0-9+/]+\n$/);
    const answer = await ask("importResourceState", { typeName: "provisor_x", id: "0" });
    expect(answer).toMatchObject({
      importedResources: [{ typeName: "provisor_x", private: new Uint8Array([48]) }],
      diagnostics: [
        { severity: 2, attribute: { steps: [{}, { selector: { case: "elementKeyInt", value: 0n } }] } },
      ],
    });
  });

  test("does not answer who shows another certificate than the one that it was started with", async () => {
    const { ask } = await started({ StopProvider: async () => ({}) }, selfSigned(), selfSigned());
    await expect(ask("stopProvider", {})).rejects.toThrow();
  });

  test("says of a call that it does not know that it is not implemented", async () => {
    const { ask } = await started({});
    await expect(ask("stopProvider", {})).rejects.toThrow("unimplemented");
  });
});

test("a process is a plugin only where Terraform says so", () => {
  expect([isPlugin({}), isPlugin({ TF_PLUGIN_MAGIC_COOKIE: "x" })]).toEqual([false, false]);
});
