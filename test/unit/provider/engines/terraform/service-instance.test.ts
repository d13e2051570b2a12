import { type RunningBrokerSimulator, startBrokerSimulator } from "../../../../../sdk/simulator";
import { FastClock } from "../../../../support/fast-clock";
import { type Configuration, type Run, TerraformCore } from "../../../../support/terraform-core";

/** `provisor_service_instance`, as Terraform calls it. */

let broker: RunningBrokerSimulator;
let core: TerraformCore;
beforeEach(async () => {
  const clock = new FastClock(100);
  broker = await startBrokerSimulator({ operationMs: 30_000, clock });
  core = new TerraformCore(clock, settingsOf(broker));
});
afterEach(async () => {
  core.dispose();
  await broker.stop();
});

const settingsOf = ({ env }: RunningBrokerSimulator): Record<string, string> => ({
  brokerUrl: env["OSB_URL"] ?? "",
  brokerUsername: env["OSB_USERNAME"] ?? "",
  brokerPassword: env["OSB_PASSWORD"] ?? "",
});

const small = { name: "db", service: "postgres", plan: "small", parameters: { storageGb: 20 } };
const database = (args: Record<string, unknown> = {}, rest: object = {}): Configuration => ({
  db: { type: "provisor_service_instance", args: { ...small, ...args }, ...rest },
});
const ids = (): string[] => broker.simulator.instances.map(({ id }) => id);
/** Requests that changed something. */
const sent = (): string[] => broker.simulator.ledger.effects().map(({ request }) => String(request));
const errorsOf = ({ diagnostics }: Run): string[] =>
  diagnostics.filter(({ severity }) => severity === "error").map(({ detail }) => detail);

test("is made, planned without a change, changed, read and deleted", async () => {
  const made = await core.apply(database());
  expect(errorsOf(made)).toEqual([]);
  expect(ids()).toEqual([core.attributes("db")["instance_id"]]);
  expect((await core.plan(database())).actions).toEqual({ db: "no-op" });
  const changed = await core.apply(database({ parameters: { storageGb: 40 } }));
  expect([changed.actions, errorsOf(changed)]).toEqual([{ db: "update" }, []]);
  expect(core.attributes("db")).toMatchObject({ parameters: { storageGb: 40 }, state: "succeeded" });
  expect(errorsOf(await core.destroy())).toEqual([]);
  expect(ids()).toEqual([]);
});

const SLOW = { timeouts: { create: "15s", update: null, delete: null } };

describe("one that was not finished", () => {
  const begun = async (rest: object = {}): Promise<Run> => {
    return core.apply(database(SLOW, rest));
  };

  test("is saved, and the run fails", async () => {
    const run = await begun();
    expect(errorsOf(run)).toEqual([expect.stringContaining("goes on with instance")]);
    expect(core.state.get("db")).toMatchObject({ isTainted: true, state: { state: "in progress" } });
  });

  test("is gone on with by the same command, and nothing is destroyed", async () => {
    await begun();
    const run = await core.apply(database());
    expect(errorsOf(run)).toEqual([]);
    expect(run.diagnostics.map(({ summary }) => summary)).toEqual([
      expect.stringMatching(/^Nothing will be destroyed/),
    ]);
    expect(core.state.get("db")).toMatchObject({
      isTainted: false,
      state: { state: "succeeded", unfinished: [] },
    });
    expect(sent()).toEqual(["provision"]);
  });

  test("is gone on with where it is created before it is destroyed", async () => {
    await begun({ createBeforeDestroy: true });
    const run = await core.apply(database({}, { createBeforeDestroy: true }));
    expect(errorsOf(run)).toEqual([]);
    expect([...core.state.keys()]).toEqual(["db"]);
    expect(ids()).toEqual([core.attributes("db")["instance_id"]]);
    expect(sent()).not.toContain("deprovision");
  });

  test("is brought to what the configuration has become since", async () => {
    await begun();
    expect(errorsOf(await core.apply(database({ parameters: { storageGb: 50 } })))).toEqual([]);
    expect(core.attributes("db")["effective_parameters"]).toMatchObject({ storageGb: 50 });
    expect(ids()).toHaveLength(1);
  });
});

describe("a finished one that is tainted", () => {
  beforeEach(async () => {
    await core.apply(database());
    core.taint("db");
  });

  test("is not replaced", async () => {
    const run = await core.apply(database());
    expect(errorsOf(run)).toEqual([expect.stringContaining("`terraform untaint")]);
    expect(ids()).toEqual([core.attributes("db")["instance_id"]]);
  });

  test("is not replaced either where it has got another name meanwhile", async () => {
    const run = await core.apply(database({ name: "other" }));
    expect(errorsOf(run)).toEqual([expect.stringContaining("`terraform untaint")]);
    expect(sent()).toEqual(["provision"]);
  });

  test("is as it was once the mark is cleared", async () => {
    core.untaint("db");
    expect((await core.plan(database())).actions).toEqual({ db: "no-op" });
  });
});

describe("where the state was lost", () => {
  test("after a run on this machine the same command takes up what that made", async () => {
    await core.apply(database());
    const made = ids();
    core.loseState();
    expect(errorsOf(await core.apply(database()))).toEqual([]);
    expect(core.attributes("db")["instance_id"]).toBe(made[0]);
    expect(ids()).toEqual(made);
  });

  test("on a new machine it stops, and prints the block that imports it", async () => {
    await core.apply(database());
    const [id] = ids();
    core.loseState({ andDisk: true });
    const [error] = errorsOf(await core.apply(database()));
    expect(error).toContain(`id = "default/postgres/small/${id ?? ""}"`);
    expect(core.state.size).toBe(0);
    expect(ids()).toEqual([id]);
  });

  test("the printed block takes it over, and plans no change", async () => {
    await core.apply(database());
    const [id] = ids();
    core.loseState({ andDisk: true });
    await core.import("provisor_service_instance", "db", `default/postgres/small/${id ?? ""}`);
    const run = await core.apply(database());
    expect([run.actions, errorsOf(run)]).toEqual([{ db: "update" }, []]);
    expect((await core.plan(database())).actions).toEqual({ db: "no-op" });
    expect(sent()).toEqual(["provision"]);
  });
});

test("two of one name are an error in the plan", async () => {
  const one = { type: "provisor_service_instance", args: small };
  expect(errorsOf(await core.plan({ one, other: one }))).toEqual([
    expect.stringContaining("very same object"),
  ]);
});

test("a change that needs another instance is refused, and made where the configuration says so", async () => {
  await core.apply(database());
  const [first] = ids();
  const other = { service: "cache", plan: "basic", parameters: null };
  expect(errorsOf(await core.apply(database(other)))).toEqual([
    expect.stringContaining("cannot be changed in place"),
  ]);
  expect(ids()).toEqual([first]);
  const run = await core.apply(database({ ...other, change_policy: "replace" }));
  expect([run.actions, errorsOf(run)]).toEqual([{ db: "replace" }, []]);
  expect(ids()).toEqual([core.attributes("db")["instance_id"]]);
  expect(ids()).not.toEqual([first]);
});

describe("write-only parameters", () => {
  const secret = "canary-pa55word";
  const withSecret = (version: number): Configuration =>
    database({ parameters_wo: { password: secret }, parameters_wo_version: version });

  test("are sent, and in no state, plan, log or message", async () => {
    expect(errorsOf(await core.apply(withSecret(1)))).toEqual([]);
    expect(broker.simulator.instances[0]?.parameters).toMatchObject({ password: secret, storageGb: 20 });
    expect((await core.plan(withSecret(1))).actions).toEqual({ db: "no-op" });
    expect(core.shown.join("\n")).not.toContain(secret);
  });

  test("are sent again when their version changes", async () => {
    await core.apply(withSecret(1));
    const run = await core.apply(withSecret(2));
    expect([run.actions, errorsOf(run)]).toEqual([{ db: "update" }, []]);
    expect(core.shown.join("\n")).not.toContain(secret);
  });
});

test("what was changed at the broker is shown as a change of the same value, and brought back", async () => {
  await core.apply(database());
  broker.simulator.patchInstance(ids()[0] ?? "", { parameters: { storageGb: 99, extra: true } });
  const run = await core.apply(database());
  expect([run.actions, errorsOf(run)]).toEqual([{ db: "update" }, []]);
  expect(broker.simulator.instances[0]?.parameters).toMatchObject({ storageGb: 20 });
  expect((await core.plan(database())).actions).toEqual({ db: "no-op" });
});

describe.each(["reset-before", "reset-after", "hang", "empty", "html", "truncated"] as const)(
  "a PUT that ends in %s",
  (kind) => {
    test.each([{ isLost: false }, { isLost: true }])(
      "provisions once, by as many runs of the same command as it takes (state lost between them: $isLost)",
      async ({ isLost }) => {
        core.env["OSB_REQUEST_TIMEOUT"] = "500ms";
        broker.simulator.fault({ on: "provision", kind, times: 1 });
        await core.apply(database());
        if (isLost) core.loseState();
        for (let run = 0; run < 2; run++) await core.apply(database());
        expect((await core.plan(database())).actions).toEqual({ db: "no-op" });
        expect(ids()).toEqual([core.attributes("db")["instance_id"]]);
      },
    );
  },
);
