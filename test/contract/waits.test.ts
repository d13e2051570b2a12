import { setTimeout } from "node:timers/promises";
import { childInstanceType, providerOf } from "../../provider/engines/pulumi-dynamic/tokens";
import { forTenant } from "../support/child-instance";
import { type DynamicHost, startDynamicHost } from "../support/dynamic-host";
import { type LocalServer, json, startServer } from "../support/local-server";

/** Longer than a row stays silent. */
const SLOW_MS = 5_500;

jest.setTimeout(60_000);

let host: DynamicHost;
let api: LocalServer;
afterEach(async () => {
  await host.stop();
  await api.close();
});

const urn = `urn:pulumi:dev::test::${childInstanceType}::child`;

test.each([
  ["/token", "an access token"],
  ["/instances", "the list of instances"],
])("a row says after a few seconds that %s is waited for", async (slow, what) => {
  api = await startServer((response, request, count) => {
    const answer = request.path.endsWith("/token")
      ? json(200, { access_token: "a-token-of-a-test", expires_in: 899 })
      : json(200, request.path.endsWith("/instances") ? [] : { items: [] });
    void setTimeout(request.path.endsWith(slow) ? SLOW_MS : 0).then(() => {
      answer(response, request, count);
    });
  });
  const { hostname, port } = new URL(api.url);
  host = await startDynamicHost({
    SCM_HOST: hostname,
    SCM_PORT: port,
    SCM_PROTOCOL: "http",
    SCM_AUTH_URL: `${api.url}/token`,
    SCM_CLIENT_ID: "me@example",
    SCM_CLIENT_SECRET: "a-secret-of-a-test",
    SCM_SCOPE: "tsg_id:1000000001",
  });
  await host.call("Check", {
    olds: {},
    news: { __provider: providerOf("childInstance"), ...forTenant("tenant-a"), run: { urn, preview: true } },
  });
  expect(host.said).toContainEqual({
    message: expect.stringMatching(`^waiting for ${what} \\(\\d+s\\)$`) as string,
    urn,
  });
});
