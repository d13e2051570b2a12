import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConnectionError, SettingsError } from "../../../../sdk/http/errors";
import { isTransient } from "../../../../sdk/http/retry";
import { createSubscriptionClient } from "../../../../sdk/subscription";
import { selfSigned, type Identity } from "../../../support/certificates";
import { withEnvironment } from "../../../support/environment";
import { json, startServer, type Answer, type LocalServer } from "../../../support/local-server";
import { runTypeScript } from "../../../support/run-typescript";
import { errorOf, get, post, transport } from "../../../support/transport";

const other = selfSigned({ host: "other.example.com" });

const undo: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(undo.splice(0).map((end) => end()));
});

async function serve(identity: Identity, answer: Answer = json(200, "secure")): Promise<LocalServer> {
  const server = await startServer(answer, identity);
  undo.push(() => server.close());
  return server;
}

describe("A server's certificate", () => {
  it.each<[string, Identity, boolean, string, RegExp]>([
    [
      "nobody vouches for",
      selfSigned(),
      false,
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      /in PEM form, as ca, or its file in NODE_EXTRA_CA_CERTS/,
    ],
    [
      "is for another host",
      selfSigned({ host: "elsewhere.example.com" }),
      true,
      "ERR_TLS_CERT_ALTNAME_INVALID",
      /is for another host/,
    ],
    ["has expired", selfSigned({ lastYear: 2021 }), true, "CERT_HAS_EXPIRED", /has expired/],
  ])("that %s is refused for good, with nothing sent", async (_what, identity, trusted, code, message) => {
    const server = await serve(identity);
    const client = transport(trusted ? { ca: identity.cert } : {});
    const error = await errorOf(ConnectionError, client.send(post(server.url)));
    expect(error).toMatchObject({ code, effect: "none", message: expect.stringMatching(message) as unknown });
    expect(isTransient(error)).toBe(false);
    expect(server.received).toEqual([]);
  });

  it("is verified even where NODE_TLS_REJECT_UNAUTHORIZED is 0", async () => {
    undo.push(withEnvironment({ NODE_TLS_REJECT_UNAUTHORIZED: "0" }));
    const server = await serve(selfSigned());
    const error = await errorOf(ConnectionError, transport().send(get(server.url)));
    expect(error.code).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
    expect(server.received).toEqual([]);
  });

  it("is accepted from a CA that the option ca names, for GET and POST", async () => {
    const identity = selfSigned();
    const server = await serve(identity);
    const client = transport({ ca: `a comment\n${other.cert}${identity.cert}` });
    await expect(client.send(get(server.url))).resolves.toBe("secure");
    await expect(client.send(post(server.url))).resolves.toBe("secure");
  });

  it("is accepted from a CA of the client's option, for the token and the API", async () => {
    const identity = selfSigned();
    const server = await serve(identity, (response, request, count) =>
      json(200, request.method === "POST" ? { access_token: "t" } : [])(response, request, count),
    );
    const credentials = { clientId: "me", clientSecret: "hush-hush", scope: "tsg_id:1234567890" };
    const { url } = server;
    const client = createSubscriptionClient({
      ...credentials,
      baseUrl: url,
      authUrl: url,
      ca: identity.cert,
    });
    await expect(client.listInstances()).resolves.toEqual([]);
  });

  it.each([{}, { ca: other.cert }])(
    "is accepted from a CA in NODE_EXTRA_CA_CERTS, also beside a CA of the option: %#",
    async (options) => {
      const identity = selfSigned();
      const server = await serve(identity);
      const folder = mkdtempSync(join(tmpdir(), "provisor-ca-"));
      undo.push(() => {
        rmSync(folder, { recursive: true });
      });
      const file = join(folder, "ca.pem");
      writeFileSync(file, identity.cert);
      const program = `
        const { createTransport } = require("./sdk/http/transport.ts");
        const { Redactor } = require("./sdk/http/redact.ts");
        const options = { clock: Date, redactor: new Redactor(), requestTimeoutMs: 20000, ...${JSON.stringify(options)} };
        createTransport(options).send({ method: "GET", url: new URL(${JSON.stringify(server.url)}) }).then(
          (value) => { console.log(value); process.exit(); },
          (error) => { console.log(error.message); process.exit(); },
        );`;
      await expect(runTypeScript(program, { NODE_EXTRA_CA_CERTS: file })).resolves.toBe("secure");
    },
  );
});

describe("The option ca", () => {
  it.each([
    ["without a certificate", "hush-hush", /^ca holds no certificate/],
    ["that is empty", "", /^ca holds no certificate/],
    [
      "with a certificate that is broken",
      "-----BEGIN CERTIFICATE-----\nhush\n-----END CERTIFICATE-----",
      /^ca holds a certificate that cannot be read/,
    ],
  ])("%s is refused without showing it", (_what, ca, message) => {
    const create = () =>
      createSubscriptionClient({ clientId: "me", clientSecret: "s", scope: "tsg_id:1234567890", ca });
    expect(create).toThrow(SettingsError);
    expect(create).toThrow(message);
    expect(create).not.toThrow(/hush/);
  });
});
