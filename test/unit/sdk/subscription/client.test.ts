import {
  ApiError,
  AuthenticationError,
  ConnectionError,
  ResponseFormatError,
  type RequestEvent,
} from "../../../../sdk/subscription";
import { hang, inTurn, json, raw, reset, type Answer } from "../../../support/local-server";
import { RecordingClock } from "../../../support/recording-clock";
import { subscriptions, TOKEN_PATH } from "../../../support/subscription-server";

const start = subscriptions();

const freeApp = {
  appId: "directory_sync",
  region: "americas",
  supportAccountId: "123456",
  supportAccountName: "Acme Ltd",
  isEulaAccepted: true,
};
const job = json(200, { job_id: "j-1" });
const error = (sending: Promise<unknown>): Promise<unknown> => sending.catch((reason: unknown) => reason);

describe("The client, listing", () => {
  it("asks for the children of the parent only when wanted", async () => {
    const { client, calls } = await start(json(200, []));
    await client.listInstances();
    await client.listInstances({ withChildren: false });
    await client.listInstances({ withChildren: true });
    expect(calls().map(({ query }) => query.toString())).toEqual(["", "", "with_children=true"]);
  });

  it("asks for one license by its id", async () => {
    const { client, calls } = await start(json(200, []));
    await client.listLicenses();
    await client.listLicenses({ licenseId: "12 3" });
    expect(calls().map(({ query }) => query.get("license_id"))).toEqual([null, "12 3"]);
  });

  it("lists tenants", async () => {
    const { client, calls } = await start(json(200, { count: "1", items: [{ id: "1", display_name: "a" }] }));
    await expect(client.listTenants()).resolves.toEqual([{ tsgId: "1", name: "a" }]);
    expect(calls()[0]?.path).toBe("/tenancy/v1/tenant_service_groups");
  });

  it("asks for one token for any number of calls", async () => {
    const { client, calls, tokenRequests } = await start(json(200, []));
    await Promise.all(Array.from({ length: 20 }, () => client.listInstances()));
    expect(tokenRequests()).toHaveLength(1);
    expect(new Set(calls().map(({ headers }) => headers.authorization))).toEqual(new Set(["Bearer token-1"]));
  });

  it("sends configured headers to the API and not for tokens", async () => {
    const { client, calls, tokenRequests } = await start(json(200, []), { headers: { "X-Trace": "abc" } });
    await client.listInstances();
    expect([...calls(), ...tokenRequests()].map(({ headers }) => headers["x-trace"])).toEqual([
      "abc",
      undefined,
    ]);
  });

  it("keeps the path of its base address", async () => {
    const { client, calls, server } = await start(json(200, []));
    const other = await start(json(200, []), { baseUrl: `${server.url}/gateway/`, authUrl: server.url });
    await other.client.listInstances();
    expect(other.client.baseUrl).toBe(`${server.url}/gateway`);
    expect(calls().map(({ path }) => path)).toEqual(["/gateway/subscription/v1/instances"]);
    expect(client.baseUrl).toBe(server.url);
  });

  it.each([
    ["a reset", reset],
    ["408", json(408, {})],
    ["429", json(429, {})],
    ["500", json(500, {})],
    ["503", json(503, {})],
  ])("repeats after %s", async (_what, fault) => {
    const { client } = await start(inTurn(fault, fault, json(200, [])));
    await expect(client.listInstances()).resolves.toEqual([]);
  });

  it("waits as long as Retry-After asks", async () => {
    const clock = new RecordingClock();
    const { client } = await start(inTurn(json(503, {}, { "Retry-After": "9" }), json(200, [])), { clock });
    await client.listInstances();
    expect(clock.pauses).toEqual([9000]);
  });

  it("ends at once when Retry-After goes beyond the call's deadline", async () => {
    const clock = new RecordingClock();
    const { client, calls } = await start(json(429, {}, { "Retry-After": "60" }), { clock });
    await client.authenticate();
    const failure = await error(client.listInstances({}, { deadline: clock.now() + 30_000 }));
    expect(failure).toMatchObject({ status: 429, retryAfterMs: 60_000 });
    expect(calls()).toHaveLength(1);
  });

  it.each([400, 403, 404])("does not repeat after %d", async (status) => {
    const { client, calls } = await start(json(status, { message: "no" }));
    expect(await error(client.listInstances())).toBeInstanceOf(ApiError);
    expect(calls()).toHaveLength(1);
  });

  it("says what it was given instead of a list", async () => {
    const { client, server } = await start(json(200, { message: "no" }));
    const failure = await error(client.listInstances());
    expect(failure).toBeInstanceOf(ResponseFormatError);
    expect((failure as Error).message).toBe(
      `GET /subscription/v1/instances on ${new URL(server.url).host} was answered with something else than a list.`,
    );
  });

  it("can be aborted", async () => {
    const abort = new AbortController();
    const { client } = await start(() => abort.abort(new Error("enough")));
    await expect(client.listInstances({}, { signal: abort.signal })).rejects.toThrow("enough");
  });

  it("tells an observer about each transmission", async () => {
    const events: RequestEvent[] = [];
    const { client } = await start(inTurn(json(503, {}), json(200, [])), {
      onRequest: (event) => events.push(event),
    });
    await client.listInstances();
    expect(events.map(({ url, status, attempt }) => [new URL(url).pathname, status, attempt])).toEqual([
      [TOKEN_PATH, 200, 1],
      ["/subscription/v1/instances", 503, 1],
      ["/subscription/v1/instances", 200, 2],
    ]);
  });
});

describe("The client, after a 401", () => {
  const expired: Answer = (response, request, count) =>
    request.headers.authorization === "Bearer token-1"
      ? raw(401, "Jwt is expired", { "Content-Type": "text/plain" })(response, request, count)
      : json(200, [])(response, request, count);

  it("renews its token once for all calls that used it", async () => {
    const { client, tokenRequests } = await start(expired);
    await Promise.all([client.listInstances(), client.listLicenses(), client.listTenants()]);
    expect(tokenRequests()).toHaveLength(2);
  });

  it("sends a POST again, for it was not carried out", async () => {
    const { client, calls } = await start(inTurn(json(401, {}), job));
    await expect(client.createFreeApp(freeApp)).resolves.toEqual({ jobId: "j-1" });
    expect(calls()).toHaveLength(2);
  });

  it("gives up when the new token is refused too", async () => {
    const { client, calls, tokenRequests } = await start(json(401, { message: "no" }));
    expect(await error(client.listInstances())).toBeInstanceOf(AuthenticationError);
    expect([calls().length, tokenRequests().length]).toEqual([2, 2]);
  });
});

describe("The client, posting", () => {
  it("returns what is known of the job", async () => {
    const answer = { app_id: "directory_sync", job_id: "j", status: "initializing", tenant_id: 5 };
    const { client } = await start(json(200, answer));
    await expect(client.createFreeApp(freeApp)).resolves.toEqual({
      appId: "directory_sync",
      jobId: "j",
      status: "initializing",
      tenantId: "5",
    });
  });

  it.each([
    ["408", json(408, {}), "unknown"],
    ["429", json(429, {}, { "Retry-After": "2" }), "none"],
    ["500", json(500, {}), "unknown"],
    ["503", json(503, {}), "unknown"],
    ["a reset", reset, "unknown"],
    ["an HTML page", raw(200, "<html>"), "unknown"],
    ["a truncated answer", raw(200, '{"job_id":'), "unknown"],
    ["an answer of another shape", json(200, []), "unknown"],
  ])("is not repeated after %s", async (_what, fault, effect) => {
    const { client, calls } = await start(inTurn(fault, job));
    expect(await error(client.onboard([{ appId: "dlp" }]))).toMatchObject({ effect });
    expect(calls()).toHaveLength(1);
  });

  it("tells how long a 429 asks to wait", async () => {
    const { client } = await start(json(429, {}, { "Retry-After": "2" }));
    expect(await error(client.createFreeApp(freeApp))).toMatchObject({ retryAfterMs: 2000, effect: "none" });
  });

  it("is not repeated after a time-out", async () => {
    const { client, calls } = await start(hang, { requestTimeoutMs: 100 });
    expect(await error(client.createFreeApp(freeApp))).toMatchObject({
      code: "ETIMEDOUT",
      effect: "unknown",
    });
    expect(calls()).toHaveLength(1);
  });

  it("is repeated while no connection can be made", async () => {
    const gone = await start(job);
    const clock = new RecordingClock();
    const { client } = await start(job, { baseUrl: gone.server.url, clock });
    await client.authenticate();
    await gone.server.close();
    const failure = await error(client.createFreeApp(freeApp));
    expect(failure).toBeInstanceOf(ConnectionError);
    expect(failure).toMatchObject({ effect: "none" });
    expect(clock.pauses).toHaveLength(4);
  });

  it("says that nothing was done when no token can be had", async () => {
    const gone = await start(job);
    await gone.server.close();
    const { client, calls } = await start(job, { authUrl: gone.server.url });
    expect(await error(client.createFreeApp(freeApp))).toMatchObject({ effect: "none" });
    expect(calls()).toHaveLength(0);
  });

  it("calls beforeSend before each transmission", async () => {
    const { client, calls } = await start(inTurn(json(401, {}), job));
    const sentBefore: number[] = [];
    await client.createFreeApp(freeApp, {
      beforeSend: async () => {
        sentBefore.push(calls().length);
      },
    });
    expect(sentBefore).toEqual([0, 1]);
  });

  it("sends nothing when beforeSend rejects, whatever with", async () => {
    const { client, calls } = await start(job);
    const stop = new ConnectionError(
      "stop",
      { method: "POST", url: "http://localhost/" },
      "none",
      "ECONNREFUSED",
    );
    await expect(client.createFreeApp(freeApp, { beforeSend: () => Promise.reject(stop) })).rejects.toBe(
      stop,
    );
    expect(calls()).toHaveLength(0);
  });
});

describe("The client, keeping secrets", () => {
  it("has them in no error", async () => {
    const { client } = await start(
      (response, request, count) =>
        json(400, { message: `no ${request.headers.authorization ?? ""} hush-hush custom-value` })(
          response,
          request,
          count,
        ),
      { headers: { "X-Key": "custom-value" } },
    );
    const failure = (await error(client.createFreeApp(freeApp))) as Error;
    expect(failure.message).toMatch(/answered 400: no Bearer \[redacted\] \[redacted\] \[redacted\]$/);
    expect(failure.cause).toBeUndefined();
  });

  it("takes them out of any text", async () => {
    const { client } = await start(job);
    await client.authenticate();
    expect(client.redact("hush-hush token-1 and words")).toBe("[redacted] [redacted] and words");
  });
});
