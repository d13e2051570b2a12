import { childInstance, childInstanceIntent } from "../../../../support/one-process";
import {
  type ChildInstanceInputs,
  type ChildInstanceState,
  childInstanceOutputs,
} from "../../../../../provider/resources/child-instance/schema";
import { STATE_VERSION } from "../../../../../provider/resources/child-instance/state";
import { StopError } from "../../../../../provider/host/contract";
import { type SavedPair, apiOf, savedStates, savedVersions } from "../../../../fixtures/saved-states";
import { create, errorOf, forTenant, freeApp, logging, prisma } from "../../../../support/child-instance";
import {
  type TestHost,
  newSession,
  settingsFrom,
  startAccount,
  testHost,
  timings,
} from "../../../../support/host";
import { type LocalServer, startServer } from "../../../../support/local-server";

let server: LocalServer;
beforeAll(async () => {
  server = await startServer((response) => response.destroy());
});
afterAll(() => server.close());

const newest = Math.max(...savedVersions());
const cases = savedVersions().flatMap((version) =>
  savedStates(version).map(({ name }) => [`version ${version}, ${name}`, version, name] as const),
);

/** The saved pair, a host whose API is as it was then, and the POSTs that it gets. */
function open(version: number, name: string): { pair: SavedPair; host: TestHost; posts: () => number } {
  const pair = savedStates(version, server.url).find((one) => one.name === name) as SavedPair;
  server.answer = apiOf(pair);
  server.received.length = 0;
  const settings = settingsFrom({
    SCM_CLIENT_ID: "provisor@1000000001.iam.panserviceaccount.com",
    SCM_CLIENT_SECRET: "simulated-secret",
    SCM_SCOPE: "tsg_id:1000000001",
    SCM_PROTOCOL: "http",
    SCM_HOST: server.url,
    SCM_AUTH_URL: `${server.url}/oauth2/access_token`,
    PROVISOR_POLL_INTERVAL: timings.POLL,
    PROVISOR_APPEAR_TIMEOUT: `${timings.APPEAR_TIMEOUT}ms`,
  });
  const posts = (): number =>
    server.received.filter(({ method, path }) => method === "POST" && path === "/subscription/v1/instances")
      .length;
  return { pair, host: testHost({ settings, session: newSession() }), posts };
}

const stateOf = ({ child }: SavedPair): ChildInstanceState => child.outputs as unknown as ChildInstanceState;
const inputsOf = ({ child }: SavedPair): ChildInstanceInputs =>
  child.inputs as unknown as ChildInstanceInputs;
const isFinished = (pair: SavedPair): boolean => stateOf(pair).unfinished === undefined;

type IntentState = Awaited<ReturnType<typeof childInstanceIntent.create>>["state"];
type IntentInputs = Parameters<typeof childInstanceIntent.create>[1];
const intentOf = ({ intent }: SavedPair): { state: IntentState; inputs: IntentInputs } => ({
  state: intent.outputs as IntentState,
  inputs: intent.inputs as unknown as IntentInputs,
});

describe("the fixtures", () => {
  test("have states of the version that is saved now, and of every one before it", () => {
    expect(savedVersions()).toEqual(Array.from({ length: STATE_VERSION }, (_, at) => at + 1));
  });

  test("have in their states every field that is declared", () => {
    const saved = new Set(savedStates(newest).flatMap(({ child }) => Object.keys(child.outputs)));
    const optional = ["profile", "allowAdditional"];
    const declared = Object.keys(childInstanceOutputs.shape).filter((field) => !optional.includes(field));
    expect([...saved].sort()).toEqual(declared.sort());
  });
});

/** Paths of all fields in `value`: of a list those of its items, without ids that are keys. */
function shapeOf(value: unknown, at = ""): string[] {
  if (value === undefined) return [];
  if (typeof value !== "object" || value === null) return [at];
  if (Array.isArray(value))
    return value.length === 0 ? [`${at}[]`] : value.flatMap((item) => shapeOf(item, `${at}[]`));
  const named = !/(^|\.)(before|apps|looked|instanceSecrets|extra|developerDefinedFields)$/.test(at);
  return Object.entries(value).flatMap(([key, item]) => shapeOf(item, `${at}.${named ? key : "*"}`));
}

describe("what is saved today", () => {
  test("has no field that the newest fixtures do not have, nor one of another kind: that would be a new version", async () => {
    const account = await startAccount();
    try {
      const host = account.host();
      const inputs = [{ freeApp }, { onboard: [prisma("tenant-a"), logging], timeouts: { create: "10m" } }];
      const outcomes = await Promise.all(
        inputs.map((one) => create(host, { ...one, deletionPolicy: "prevent" })),
      );
      const known = new Set(savedStates(newest).flatMap((pair) => shapeOf(stateOf(pair))));
      const today = outcomes.flatMap(({ state }) => shapeOf(state));
      expect(today.filter((path) => !known.has(path))).toEqual([]);
    } finally {
      await account.stop();
    }
  });

  test("of an intent has no field that the newest fixtures do not have either", async () => {
    const account = await startAccount();
    try {
      const { state } = await childInstanceIntent.create(account.host(), forTenant("tenant-a"));
      const known = new Set(savedStates(newest).flatMap((pair) => shapeOf(intentOf(pair).state)));
      expect(shapeOf(state).filter((path) => !known.has(path))).toEqual([]);
    } finally {
      await account.stop();
    }
  });
});

describe.each(cases)("a state of %s", (_, version, name) => {
  test("needs an update by unchanged inputs only where it is unfinished", () => {
    const { pair, host } = open(version, name);
    expect(childInstance.diff(host, stateOf(pair), inputsOf(pair))).toEqual({
      changes: !isFinished(pair),
      replaces: [],
    });
  });

  test("is judged by a check of the same inputs without a problem", async () => {
    const { pair, host } = open(version, name);
    const { problems } = await childInstance.check(host, inputsOf(pair), inputsOf(pair));
    expect(problems).toEqual([]);
  });

  test("is refreshed without a change, since the API is as it was", async () => {
    const { pair, host } = open(version, name);
    const state = await childInstance.read(host, pair.child.id, stateOf(pair));
    expect(state).toEqual(stateOf(pair));
  });

  test("is updated without a POST, since all of it was allocated", async () => {
    const { pair, host, posts } = open(version, name);
    const inputs = { ...inputsOf(pair), timeouts: { update: "5s" } };
    const { id, state } = await childInstance.update(host, pair.child.id, stateOf(pair), inputs);
    expect(id).toBe(pair.child.id);
    expect(state.version).toBe(STATE_VERSION);
    expect(posts()).toBe(0);
  });

  test("is deleted as its policy says", async () => {
    const { pair, host } = open(version, name);
    const gone = childInstance.delete(host, pair.child.id, stateOf(pair));
    if (stateOf(pair).deletionPolicy === "abandon") await gone;
    else await expect(gone).rejects.toThrow(/not deleted, and nothing was done/);
  });

  test("has an intent that unchanged inputs leave alone", () => {
    const { pair, host } = open(version, name);
    const { state, inputs } = intentOf(pair);
    expect(childInstanceIntent.diff(host, state, inputs)).toEqual({ changes: false, replaces: [] });
  });

  test("has an intent that keeps its key through refresh and update", async () => {
    const { pair, host } = open(version, name);
    const { state, inputs } = intentOf(pair);
    expect(await childInstanceIntent.read(host, pair.intent.id, state)).toEqual(state);
    const updated = await childInstanceIntent.update(host, pair.intent.id, state, inputs);
    expect(updated.state).toMatchObject(state);
  });

  test("has an intent that goes with it, without a word", async () => {
    const { pair, host } = open(version, name);
    await childInstance.delete(host, pair.child.id, { ...stateOf(pair), deletionPolicy: "abandon" });
    const said = host.recorded.warnings.length;
    await childInstanceIntent.delete(host, pair.intent.id, intentOf(pair).state);
    expect(host.recorded.warnings).toHaveLength(said);
  });
});

describe("a state of a version that is not known yet", () => {
  const later = STATE_VERSION + 1;
  const refusal = new RegExp(`saved state has version ${later}, .* Nothing was done. Install`);
  const opened = (): { pair: SavedPair; host: TestHost; posts: () => number; state: ChildInstanceState } => {
    const all = open(newest, "finished-bundle");
    // What such a version means by these is not known.
    const state = {
      ...all.pair.child.outputs,
      version: later,
      instances: { a: 1 },
    } as unknown as ChildInstanceState;
    return { ...all, state };
  };

  test("is refused by a diff", () => {
    const { host, pair, state } = opened();
    expect(() => childInstance.diff(host, state, inputsOf(pair))).toThrow(refusal);
  });

  test.each<[string, (host: TestHost, pair: SavedPair, state: ChildInstanceState) => Promise<unknown>]>([
    ["refresh", (host, pair, state) => childInstance.read(host, pair.child.id, state)],
    ["update", (host, pair, state) => childInstance.update(host, pair.child.id, state, inputsOf(pair))],
    ["delete", (host, pair, state) => childInstance.delete(host, pair.child.id, state)],
  ])("is refused by a %s, without a request", async (_, operation) => {
    const { host, pair, state } = opened();
    const error = await errorOf(operation(host, pair, state));
    expect(error).toBeInstanceOf(StopError);
    expect(error.message).toMatch(refusal);
    expect(server.received).toEqual([]);
  });

  test("is refused where it is an intent's", async () => {
    const { host, pair } = opened();
    const { state, inputs } = intentOf(pair);
    const unknown = { ...state, version: later, before: 7 } as unknown as IntentState;
    expect(() => childInstanceIntent.diff(host, unknown, inputs)).toThrow(refusal);
    const updated = errorOf(childInstanceIntent.update(host, pair.intent.id, unknown, inputs));
    expect((await updated).message).toMatch(refusal);
  });
});
