import { type RunningSimulator, type SimulatorOptions, startSimulator } from "../../../../sdk/simulator";
import { Caller } from "../../../support/call-simulator";

let running: RunningSimulator | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function start(options: SimulatorOptions = {}): Promise<{ running: RunningSimulator; token: string }> {
  running = await startSimulator(options);
  const caller = new Caller(running.simulator);
  await caller.login();
  return { running, token: caller.token };
}

async function get(options: SimulatorOptions): Promise<Response> {
  const { running, token } = await start(options);
  return fetch(`${running.url}/subscription/v1/licenses`, { headers: { authorization: `Bearer ${token}` } });
}

/** The system's word for what became of a request. */
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no failure",
    (error: unknown) => ((error as Error).cause as { code?: string }).code,
  );

describe("a simulator on a port", () => {
  test("gives the settings that a program needs", async () => {
    const { running } = await start();
    const { port } = new URL(running.url);
    expect(running.env).toEqual({
      SCM_HOST: "127.0.0.1",
      SCM_PROTOCOL: "http",
      SCM_PORT: port,
      SCM_AUTH_URL: `http://127.0.0.1:${port}/oauth2/access_token`,
      SCM_CLIENT_ID: "provisor@1000000001.iam.panserviceaccount.com",
      SCM_CLIENT_SECRET: "simulated-secret",
      SCM_SCOPE: "tsg_id:1000000001",
    });
  });

  test("gives a token to who follows those settings", async () => {
    const { env } = (await start()).running;
    const pair = `${String(env["SCM_CLIENT_ID"])}:${String(env["SCM_CLIENT_SECRET"])}`;
    const answer = await fetch(String(env["SCM_AUTH_URL"]), {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(pair).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "client_credentials", scope: String(env["SCM_SCOPE"]) }),
    });
    expect(answer.status).toBe(200);
  });

  test("reads the query", async () => {
    const { running, token } = await start({ instances: [{ appId: "dlp", tsg: "tenant-a" }] });
    const answer = await fetch(`${running.url}/subscription/v1/instances?with_children=1`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await answer.json()).toHaveLength(1);
  });

  test("serves a hundred at once", async () => {
    const { running, token } = await start({ instances: 50 });
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        fetch(`${running.url}/subscription/v1/instances?with_children=1`, {
          headers: { authorization: `Bearer ${token}` },
        }).then((answer) => answer.json()),
      ),
    );
    expect(answers.filter((list) => (list as unknown[]).length === 50)).toHaveLength(100);
  });

  test("resets a connection", async () => {
    expect(await failureOf(get({ faults: [{ on: "licenses", kind: "reset-before" }] }))).toBe("ECONNRESET");
  });

  test("breaks a connection half way through the body", async () => {
    const answer = await get({ faults: [{ on: "licenses", kind: "cut" }] });
    await expect(answer.json()).rejects.toThrow();
  });

  test("sends a body one character at a time, whole in the end", async () => {
    const answer = await get({ licenses: [], faults: [{ on: "licenses", kind: "drip", dripMs: 1 }] });
    expect(await answer.json()).toEqual([]);
  });

  test("stops while somebody still waits for an answer", async () => {
    const { running, token } = await start({ faults: [{ on: "licenses", kind: "hang" }] });
    const arrived = new Promise<void>((resolve) => {
      running.simulator.on((event) => {
        if (event.kind === "no-answer") resolve();
      });
    });
    const failure = failureOf(
      fetch(`${running.url}/subscription/v1/licenses`, { headers: { authorization: `Bearer ${token}` } }),
    );
    await arrived;
    await running.stop();
    expect(await failure).toBe("UND_ERR_SOCKET");
  });

  test("says that a port is taken", async () => {
    const { port } = new URL((await start()).running.url);
    await expect(startSimulator({ port: Number(port) })).rejects.toThrow("EADDRINUSE");
  });
});
