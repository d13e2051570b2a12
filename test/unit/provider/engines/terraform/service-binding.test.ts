import { type RunningBrokerSimulator, startBrokerSimulator } from "../../../../../sdk/simulator";
import { FastClock } from "../../../../support/fast-clock";
import { type Configuration, type Run, TerraformCore } from "../../../../support/terraform-core";
import type { Block } from "../../../../support/terraform-objects";

/** `provisor_service_binding`, as Terraform calls it. */

let broker: RunningBrokerSimulator;
let core: TerraformCore;
let clock: FastClock;
beforeEach(async () => {
  clock = new FastClock(100);
  broker = await startBrokerSimulator({ operationMs: 30_000, clock });
  core = new TerraformCore(clock, {}, broker.env);
});
afterEach(async () => {
  core.dispose();
  await broker.stop();
});

const db: Block = {
  type: "provisor_service_instance",
  args: { name: "db", service: "postgres", plan: "small" },
};

const bound = (args: Record<string, unknown> = {}, rest: object = {}): Configuration => ({
  db,
  app: (attributes) => ({
    type: "provisor_service_binding",
    args: {
      name: "app",
      instance: { instance_id: attributes("db")["instance_id"], service: "postgres", plan: "small" },
      ...args,
    },
    ...rest,
  }),
});

const bindings = (): string[] => broker.simulator.bindings.map(({ id }) => id);
const errorsOf = ({ diagnostics }: Run): string[] =>
  diagnostics.filter(({ severity }) => severity === "error").map(({ detail }) => detail);

test("is bound to an instance of the same apply, planned without a change, and unbound before it", async () => {
  expect(errorsOf(await core.apply(bound()))).toEqual([]);
  expect(bindings()).toEqual([core.attributes("app")["binding_id"]]);
  expect(core.attributes("app")["credentials"]).toMatchObject({ password: expect.any(String) as string });
  expect((await core.plan(bound())).actions).toEqual({ db: "no-op", app: "no-op" });
  expect(errorsOf(await core.destroy())).toEqual([]);
  expect([bindings(), broker.simulator.instances.length]).toEqual([[], 0]);
});

test("an update of its instance leaves it as it is", async () => {
  await core.apply(bound());
  const larger = { ...bound(), db: { ...db, args: { ...db.args, plan: "large" } } };
  const run = await core.apply(larger);
  expect([run.actions, errorsOf(run)]).toEqual([{ db: "update", app: "no-op" }, []]);
});

test.each([{ createBeforeDestroy: false }, { createBeforeDestroy: true }])(
  "is rotated by its trigger: the successor has other credentials, and the predecessor is unbound (%o)",
  async (rest) => {
    await core.apply(bound({ rotation_trigger: "1" }, rest));
    const [first] = bindings();
    const run = await core.apply(bound({ rotation_trigger: "2" }, rest));
    expect([run.actions, errorsOf(run)]).toEqual([{ db: "no-op", app: "replace" }, []]);
    expect(bindings()).toEqual([core.attributes("app")["binding_id"]]);
    expect(bindings()).not.toEqual([first]);
  },
);

test("is not bound a second time where the state was lost: on this machine it is taken up", async () => {
  await core.apply(bound());
  const made = bindings();
  core.loseState();
  expect(errorsOf(await core.apply(bound()))).toEqual([]);
  expect(bindings()).toEqual(made);
});

test("is not bound a second time where the state was lost: elsewhere the block that imports it is printed", async () => {
  await core.apply(bound());
  const [id] = bindings();
  core.state.delete("app");
  core.loseRecords();
  const [error] = errorsOf(await core.apply(bound()));
  expect(error).toContain(`/${id ?? ""}"`);
  expect(bindings()).toEqual([id]);
});
