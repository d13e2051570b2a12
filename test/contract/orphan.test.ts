import { once } from "node:events";
import { PassThrough } from "node:stream";
import { childInstanceType, providerOf } from "../../provider/engines/pulumi-dynamic/tokens";
import { forTenant } from "../support/child-instance";
import { type DynamicHost, startDynamicHost } from "../support/dynamic-host";
import { type Answer, type LocalServer, json, startServer } from "../support/local-server";

/** A provider process whose engine has gone: nobody would save what it does, and nobody else ends it. */

const open: (DynamicHost | LocalServer)[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await ("stop" in one ? one.stop() : one.close());
});

/** An API whose list of instances answers when it is told, a host of its own, and what it was asked for. */
async function start(list: Answer): Promise<{ host: DynamicHost; api: LocalServer }> {
  const api = await startServer((response, request, count) => {
    const answer = request.path.endsWith("/token")
      ? json(200, { access_token: "a-token-of-a-test", expires_in: 899 })
      : request.path.endsWith("/instances")
        ? list
        : json(200, { items: [{ id: "1000000002", display_name: "tenant-a", parent_id: "1000000001" }] });
    answer(response, request, count);
  });
  open.push(api);
  const { hostname, port } = new URL(api.url);
  const host = await startDynamicHost({
    SCM_HOST: hostname,
    SCM_PORT: port,
    SCM_PROTOCOL: "http",
    SCM_AUTH_URL: `${api.url}/token`,
    SCM_CLIENT_ID: "me@example",
    SCM_CLIENT_SECRET: "a-secret-of-a-test",
    SCM_SCOPE: "tsg_id:1000000001",
  });
  open.push(host);
  return { host, api };
}

/** What the engine asks of a ChildInstance in an update. */
const news = {
  __provider: providerOf("childInstance"),
  ...forTenant("tenant-a"),
  intent: { key: "k", before: { prisma_access: [] } },
  run: { urn: `urn:pulumi:dev::test::${childInstanceType}::child`, preview: false },
};

test("ends by itself when it has nothing to do", async () => {
  const { host } = await start(json(200, []));
  await host.call("Check", { olds: {}, news });
  host.loseEngine();
  await host.ended;
});

test("ends by itself, and has sent nothing, when it was about to", async () => {
  const asked = new PassThrough();
  let answerList = (): void => undefined;
  const { host, api } = await start((response, request, count) => {
    answerList = () => json(200, [])(response, request, count);
    asked.write("asked");
  });
  const { inputs } = await host.call("Check", { olds: {}, news });
  const created = host.call("Create", { properties: inputs }).catch(() => undefined);
  await once(asked, "data");
  host.loseEngine();
  answerList();
  await host.ended;
  await created;
  expect(api.received.filter(({ method, path }) => method === "POST" && !path.endsWith("/token"))).toEqual(
    [],
  );
});

test("prints nothing about it", async () => {
  const { host } = await start(json(200, []));
  await host.call("Check", { olds: {}, news });
  const before = host.printed();
  host.loseEngine();
  await host.ended;
  expect(host.printed()).toBe(before);
});
