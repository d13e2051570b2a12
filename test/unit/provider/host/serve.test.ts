import { z } from "zod";
import { type Host, type Resource, StopError } from "../../../../provider/host/contract";
import { SettingsError } from "../../../../sdk/subscription";
import { FastClock } from "../../../support/fast-clock";
import { UNKNOWN } from "../../../support/host";
import { TestEngine } from "../../../support/test-engine";

interface Inputs {
  owner: string;
  labels?: Record<string, unknown>;
  intent?: unknown;
}
interface State extends Inputs {
  token: string;
  echo: string;
  hint?: string;
}

/** A resource that repeats its owner in an output, and gives a secret of its own. */
const account = (over: Partial<Resource<Inputs, State>> = {}): Resource => {
  const stateOf = ({ owner, labels }: Inputs): State => ({
    owner,
    ...(labels ? { labels } : {}),
    token: "of-its-own",
    echo: `made for ${owner}`,
    hint: "its password",
  });
  const resource: Resource<Inputs, State> = {
    name: "Account",
    version: 1,
    description: "",
    inputs: z.object({ owner: z.string(), labels: z.unknown(), intent: z.unknown() }),
    outputs: z.object({ owner: z.string(), token: z.string().meta({ secret: true }), echo: z.string() }),
    secretOutputs: ({ hint }) => (hint === undefined ? [] : ["hint"]),
    check: (_host, _olds, news) => Promise.resolve({ inputs: news, problems: [] }),
    diff: (_host, state, inputs) => ({ changes: state.owner !== inputs.owner, replaces: [] }),
    create: (_host, inputs) => Promise.resolve({ id: `accounts/${inputs.owner}`, state: stateOf(inputs) }),
    read: (_host, _id, state) => Promise.resolve(state),
    update: (_host, id, _state, inputs) => Promise.resolve({ id, state: stateOf(inputs) }),
    delete: () => Promise.resolve(),
    ...over,
  };
  return resource as unknown as Resource;
};

const hush = { values: ["hush-hush"], names: ["owner"] };
const secret = { owner: "hush-hush", labels: { team: "hush-hush", size: 3 } };
const plain = { properties: {}, declared: { values: [], names: [] } };

describe("what an engine is to hide of outputs", () => {
  test("is named by its paths: secrets of the resource, and all that repeats one of the program", async () => {
    const engine = new TestEngine();
    await engine.apply(account(), "a", secret, hush);
    expect(engine.kept.get("a")?.state).toMatchObject({ token: "of-its-own", echo: "made for hush-hush" });
    expect(engine.shown("a")).toEqual({
      owner: "[hidden]",
      labels: "[hidden]",
      token: "[hidden]",
      echo: "[hidden]",
      hint: "[hidden]",
    });
  });

  test("is left to an engine that marks inputs itself, as long as they are as they were written", async () => {
    const engine = new TestEngine({ marksWritten: true });
    await engine.apply(account(), "a", secret, hush);
    expect(engine.shown("a")).toMatchObject({ ...secret, echo: "[hidden]" });
  });

  test("is in inputs too that a read has found changed", async () => {
    const read: Partial<Resource<Inputs, State>> = {
      read: (_host, _id, state) => Promise.resolve({ ...state, owner: "of hush-hush" }),
      inputsRead: (_before, { owner }) => ({ owner, labels: { team: "b" } }),
    };
    const engine = new TestEngine();
    await engine.apply(account(), "a", secret, hush);
    const [kept, served] = [engine.kept.get("a"), engine.serve(account(read))];
    const olds = { properties: kept?.state ?? {}, declared: hush };
    expect((await served.read(engine.call("a"), "a", olds))?.inputs).toEqual({
      properties: { owner: "of hush-hush", labels: { team: "b" } },
      declared: hush,
      secrets: [{ at: ["owner"] }],
    });
  });

  test("is what an earlier secret repeats as well, after an update", async () => {
    const engine = new TestEngine();
    await engine.apply(account(), "a", secret, hush);
    await engine.apply(account(), "a", { owner: "other-one" }, { values: ["other-one"], names: ["owner"] });
    expect(engine.kept.get("a")?.declared.values).toEqual(["hush-hush", "other-one"]);
  });
});

test("an id holds no secret", async () => {
  const engine = new TestEngine();
  await engine.apply(account(), "a", { ...secret, intent: { key: "k3y" } }, hush);
  expect(engine.kept.get("a")?.id).toBe("accounts/k3y");
});

describe("a diff", () => {
  test("is a change where the program hides more than was saved", async () => {
    const engine = new TestEngine();
    await engine.apply(account(), "a", secret);
    expect(await engine.apply(account(), "a", secret, hush)).toBe("updated");
    expect(await engine.apply(account(), "a", secret, hush)).toBe("same");
  });

  test("is not about an intent that is not known yet", async () => {
    const diff = jest.fn(() => ({ changes: false, replaces: [] }));
    const served = new TestEngine().serve(account({ diff }));
    const news = (intent: unknown): typeof plain => ({ ...plain, properties: { owner: "a", intent } });
    const engine = new TestEngine();
    await served.diff(engine.call("a"), "a", plain, news({ key: UNKNOWN }));
    await served.diff(engine.call("a"), "a", plain, news({ key: "k" }));
    expect(diff.mock.calls.map((call: unknown[]) => call[2])).toEqual([
      { owner: "a" },
      { owner: "a", intent: { key: "k" } },
    ]);
  });
});

test("the reasons of what is not finished are redacted, one by one", async () => {
  const create = (): Promise<never> =>
    Promise.resolve({ id: "a", state: {}, unfinished: ["hush-hush failed", "so did hush-hush"] } as never);
  const served = new TestEngine().serve(account({ create }));
  const settled = await served.create(new TestEngine().call("a"), { properties: secret, declared: hush });
  expect(settled.unfinished).toEqual(["[redacted] failed", "so did [redacted]"]);
});

describe("what a call throws", () => {
  const thrown = async (error: unknown): Promise<Error> => {
    const served = new TestEngine().serve(account({ delete: () => Promise.reject(error as Error) }));
    const call = served.delete(new TestEngine().call("a"), "a", { properties: {}, declared: hush });
    return call.then(
      () => new Error("nothing"),
      (shown: unknown) => shown as Error,
    );
  };

  test.each<[string, unknown, string]>([
    ["what a resource says, as it says it", new StopError("a: no hush-hush."), "a: no [redacted]."],
    ["what a client says likewise", new SettingsError("hush-hush is away"), "[redacted] is away"],
    [
      "anything else as unexpected",
      new TypeError("hush-hush is not a function"),
      "Provisor failed unexpectedly: TypeError: [redacted] is not a function",
    ],
    ["what is no error as well", "hush-hush", "Provisor failed unexpectedly: an unknown error"],
  ])("is for the user to see, without secrets and stacks: %s", async (_what, error, message) => {
    const shown = await thrown(error);
    expect([shown.message, shown.stack]).toEqual([message, ""]);
  });

  test("is thrown by a diff too, which is not asynchronous", async () => {
    const diff = (): never => {
      throw new StopError("no hush-hush");
    };
    const served = new TestEngine().serve(account({ diff }));
    const given = { properties: {}, declared: hush };
    await expect(served.diff(new TestEngine().call("a"), "a", given, given)).rejects.toThrow("no [redacted]");
  });
});

test("what a check finds wrong is redacted, its path too", async () => {
  const check = (): ReturnType<Resource["check"]> =>
    Promise.resolve({ inputs: {}, problems: [{ path: "labels.hush-hush", message: "not hush-hush" }] });
  const served = new TestEngine().serve(account({ check }));
  const { problems } = await served.check(new TestEngine().call("a"), undefined, {
    properties: secret,
    declared: hush,
  });
  expect(problems).toEqual([{ path: "labels.[redacted]", message: "not [redacted]" }]);
});

describe("what a resource says while it works", () => {
  const saying = (say: (host: Host) => void): Resource =>
    account({
      read: (host, _id, state) => {
        say(host);
        return Promise.resolve(state);
      },
    });
  const read = async (engine: TestEngine, say: (host: Host) => void, address = "a"): Promise<void> => {
    const call = { ...engine.call(address), name: undefined };
    await engine.serve(saying(say)).read(call, "id-1", { properties: {}, declared: hush });
  };

  test("is on its row, without secrets", async () => {
    const engine = new TestEngine();
    await read(engine, ({ log }) => {
      log.info("for hush-hush");
      log.warn("so slow");
      log.progress("waiting", 0, "waiting");
    });
    expect(engine.lines).toEqual([
      "info a: for [redacted]",
      "warning a: so slow",
      expect.stringMatching(/^info a: waiting \(/),
    ]);
  });

  test("names it by type and id where the engine tells no address", async () => {
    const engine = new TestEngine();
    await read(engine, ({ log, session }) => log.progress("waiting", session.clock.now()), "");
    expect(engine.lines).toEqual(["info : Account id-1: waiting (0s)"]);
  });

  test("is told of each operation where the setting debug asks for it", async () => {
    const engine = new TestEngine({ settings: { debug: "true" } });
    await read(engine, () => undefined);
    expect(engine.lines).toEqual([
      "info : debug: read of Account id-1 begins",
      expect.stringMatching(/^info : debug: read of Account id-1 ends after \d+ ms$/),
    ]);
  });
});

test("a process whose engine is gone ends, and not for one answer that fails", async () => {
  const engine = new TestEngine({ clock: new FastClock() });
  const { session } = engine.process();
  await session.assertEngineAlive();
  engine.isThere = false;
  await session.assertEngineAlive();
  expect(engine.ended).toBe(1);
});
