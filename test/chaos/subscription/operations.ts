import type { ChildInstanceInputs } from "../../../provider/resources/child-instance/schema";
import type { SimulatorOptions } from "../../../sdk/simulator";
import { forTenant, logging, prisma } from "../../support/child-instance";
import type { Operation, Target } from "../cases";
import type { Engine, Program, Properties } from "../engine";
import { type Moment, afterAnswers, andThen, atOnce, whenIntentIsSaved } from "../moments";
import type { Run } from "../provider-process";
import { untoldFirst } from "../untold";
import { afterPost, atEffect, beforeDone, whenPostIsLost } from "./moments";
import { type SubscriptionWorld as World, timings } from "./world";

/** What is done while something fails, and what must come of it in the end. */
export interface ChildOperation extends Operation<World> {
  /** Inputs of the ChildInstance that it is about. */
  inputs: ChildInstanceInputs;
  /** Other ChildInstances of the same stack, by name. */
  others?: Readonly<Record<string, ChildInstanceInputs>>;
  simulator?: SimulatorOptions;
  /** What a transform makes of the inputs of the ChildInstance alone, until a person takes it away. */
  transform?: (inputs: Properties) => Properties;
  /** Nothing that earlier runs allocated can be known to this one. */
  isStateLost?: boolean;
  /** Another operation sends the same requests, and sees them fail once and always; here each fails once. */
  isVariant?: boolean;
  /** Units that are allocated in the end, by license type. */
  units: Readonly<Record<string, number>>;
}

/** ChildInstances by name, as a program. */
export const programOf = (children: Readonly<Record<string, ChildInstanceInputs>>): Program =>
  Object.fromEntries(
    Object.entries(children).map(([name, inputs]) => [
      name,
      { kind: "ChildInstance", inputs: inputs as unknown as Properties },
    ]),
  );

const timeouts = { create: `${timings.operationMs}ms`, update: `${timings.operationMs}ms` };
export const bundle: ChildInstanceInputs = { onboard: [prisma("tenant-a"), logging], timeouts };
export const bundleUnits = { "GBL-SKU": 100, "LGS-SKU": 1 };

export const nothing = (): Promise<void> => Promise.resolve();
export const up = (engine: Engine): Promise<Run> => engine.up({ preview: false });

/** A run whose engine is killed at some moment, with its provider or without. */
export const killed =
  (at: Moment, provider: "killed" | "alive" = "killed") =>
  async (engine: Engine, world: World): Promise<void> => {
    at(world, engine, () => {
      engine.crash(provider);
    });
    await engine.up({ preview: false });
    engine.onIntentSaved = () => undefined;
  };

/** A run that ends with its resource saved as unfinished: from some moment on the role may not list instances. */
const unfinished =
  (from: Moment, spoil: (world: World) => void = () => undefined) =>
  async (engine: Engine, world: World): Promise<void> => {
    spoil(world);
    from(world, engine, () => {
      world.simulator.fault({ on: "list", kind: { status: 403 }, times: "always" });
    });
    await engine.up({ preview: false });
    await world.repair();
    if (
      ![...engine.resources.values()].every(({ isUnfinished }) => isUnfinished) ||
      engine.resources.size === 0
    )
      throw new Error("The earlier run was to end unfinished, and did not.");
  };

const token: Target = { words: "the token request", kind: "token", from: atOnce, refusedFrom: atOnce };
const tenants: Target = {
  words: "the list of tenants",
  kind: "tenants",
  from: atOnce,
  refusedFrom: afterAnswers("token"),
};
const firstLook: Target = {
  words: "the first look for what an earlier run did",
  kind: "list",
  from: atOnce,
  refusedFrom: afterAnswers("tenants"),
};
const post = (before: Moment): Target => ({
  words: "the POST",
  kind: "post",
  from: atOnce,
  refusedFrom: before,
});
const firstAfter: Target = {
  words: "the first list after the POST",
  kind: "list",
  from: afterPost(0),
  refusedFrom: afterPost(0),
};
const secondList: Target = {
  words: "the second list",
  kind: "list",
  from: afterAnswers("list"),
  refusedFrom: afterAnswers("list"),
};
const doneList: Target = { words: "the list that would show it done", kind: "list", from: beforeDone };

const create: ChildOperation = {
  name: "create",
  inputs: bundle,
  prepare: nothing,
  act: up,
  units: bundleUnits,
  targets: [
    token,
    tenants,
    { words: "the intent's list", kind: "list", from: atOnce },
    {
      words: "the list before the POST",
      kind: "list",
      from: whenIntentIsSaved,
      refusedFrom: whenIntentIsSaved,
    },
    {
      words: "the request for licenses",
      kind: "licenses",
      from: atOnce,
      refusedFrom: afterAnswers("list", 2),
    },
    post(afterAnswers("licenses")),
    firstAfter,
    {
      words: "the second list after the POST",
      kind: "list",
      from: afterPost(1),
      refusedFrom: afterPost(1),
    },
    doneList,
    {
      words: "the token request while polling",
      kind: "token",
      from: andThen(afterPost(1), (world, engine, callBack) => {
        (world as World).simulator.clients.expireTokens();
        atOnce(world, engine, callBack);
      }),
    },
  ],
};

const resumes: ChildOperation[] = [
  {
    name: "resume of a create that was killed after its POST",
    inputs: bundle,
    prepare: killed(atEffect),
    act: up,
    units: bundleUnits,
    targets: [token, tenants, firstLook, secondList, doneList],
  },
  {
    name: "resume of a create that was killed before its POST",
    inputs: bundle,
    prepare: killed(whenIntentIsSaved),
    act: up,
    units: bundleUnits,
    targets: [firstLook, post(afterAnswers("licenses")), firstAfter],
  },
  {
    name: "resume of an unfinished create",
    inputs: bundle,
    prepare: unfinished(afterPost(0)),
    act: up,
    units: bundleUnits,
    targets: [token, { ...firstLook, words: "the first list" }, secondList],
  },
  {
    name: "resume of a create whose POST took effect unnoticed",
    inputs: bundle,
    prepare: unfinished(whenPostIsLost, ({ simulator }) => {
      simulator.fault({ on: "post", kind: "reset-after" });
    }),
    act: up,
    units: bundleUnits,
    targets: [token, firstLook],
  },
  {
    name: "resume of a create whose POST was lost",
    inputs: bundle,
    prepare: unfinished(whenPostIsLost, ({ simulator }) => {
      simulator.fault({ on: "post", kind: "reset-before" });
    }),
    act: up,
    units: bundleUnits,
    targets: [post(afterAnswers("licenses"))],
  },
];

const refresh: ChildOperation = {
  name: "refresh",
  inputs: bundle,
  prepare: async (engine) => {
    await engine.up({ preview: false });
  },
  act: (engine) => engine.refresh(),
  units: bundleUnits,
  targets: [
    token,
    { words: "the list", kind: "list", from: atOnce, refusedFrom: afterAnswers("token") },
    {
      words: "the second look, after a list that was suddenly empty,",
      kind: "list",
      isSecondLook: true,
      from: (world, engine, callBack) => {
        world.simulator.fault({ on: "list", kind: { status: 200, body: [] } });
        atOnce(world, engine, callBack);
      },
      refusedFrom: (world, engine, callBack) => {
        world.simulator.fault({ on: "list", kind: { status: 200, body: [] } });
        afterAnswers("list")(world, engine, callBack);
      },
    },
  ],
};

const besideCopy: ChildOperation = {
  name: "an item that is added beside a copy that is pending deletion",
  inputs: bundle,
  prepare: async (engine) => {
    const { program } = engine;
    engine.program = programOf({ child: { onboard: [prisma("tenant-a")], timeouts } });
    await engine.up({ preview: false });
    engine.leaveCopies();
    engine.program = program;
  },
  act: up,
  units: bundleUnits,
  targets: [token, post(afterAnswers("licenses"))],
};

const adopt: ChildOperation = {
  name: "adopt",
  inputs: forTenant("tenant-a", { adopt: "existing", timeouts }),
  simulator: { instances: [{ appId: "prisma_access", tsg: "tenant-a", state: "provisioning" }] },
  prepare: (_engine, { clock }) => clock.sleep(timings.appearAfterMs),
  act: up,
  units: {},
  targets: [
    token,
    tenants,
    {
      words: "the list that it is adopted from",
      kind: "list",
      from: whenIntentIsSaved,
      refusedFrom: whenIntentIsSaved,
    },
    {
      words: "the first list that it is awaited by",
      kind: "list",
      from: afterAnswers("list", 2),
      refusedFrom: afterAnswers("list", 2),
    },
  ],
};

const lostState: ChildOperation = {
  name: "up after the state was lost",
  inputs: bundle,
  isStateLost: true,
  prepare: async (engine) => {
    await engine.up({ preview: false });
    engine.loseState();
  },
  // It stops and says what to do; the user does it.
  act: async (engine) => {
    const run = await up(engine);
    engine.program = programOf({ child: { ...bundle, adopt: "existing" } });
    return run;
  },
  units: bundleUnits,
  targets: [
    { ...tenants, needsAccess: true },
    { words: "the intent's list", kind: "list", from: atOnce },
    {
      words: "the list before the POST",
      kind: "list",
      from: whenIntentIsSaved,
      refusedFrom: whenIntentIsSaved,
    },
  ],
};

const lookedElsewhere: ChildOperation = {
  name: "up whose Intent looked elsewhere",
  inputs: bundle,
  transform: (inputs) => ({ ...inputs, onboard: [prisma("tenant-b"), logging] }),
  simulator: {
    instances: [
      { appId: "prisma_access", tsg: "tenant-b" },
      { appId: "logging_service", tsg: "tenant-b" },
    ],
  },
  prepare: (_engine, { clock }) => clock.sleep(timings.appearAfterMs),
  // Each run stops and says what to do; the user does it.
  act: async (engine) => {
    await up(engine);
    const run = await up(engine);
    engine.program = programOf({ child: bundle });
    return run;
  },
  units: bundleUnits,
  targets: [token, tenants, { words: "the intent's list", kind: "list", from: atOnce }],
};

const everyRequest: Target[] = (["token", "tenants", "list", "licenses", "post"] as const).map((kind) => ({
  words: `any ${kind} request`,
  kind,
  from: atOnce,
  refusedFrom: atOnce,
}));

const destroy: ChildOperation = {
  name: "delete",
  inputs: { ...bundle, deletionPolicy: "abandon" },
  prepare: async (engine) => {
    await engine.up({ preview: false });
  },
  act: (engine) => engine.destroy(),
  units: bundleUnits,
  targets: everyRequest,
};

const told: readonly ChildOperation[] = [
  create,
  ...resumes,
  besideCopy,
  lostState,
  lookedElsewhere,
  refresh,
  adopt,
  destroy,
];

/** The ups among them, of which nothing is told at first; by the first request of each. */
const untoldUps = told
  .filter(({ act }) => act === up)
  .map((operation) => ({
    ...untoldFirst(operation),
    isVariant: true,
    targets: operation.targets.slice(0, 1),
  }));

export const operations: readonly ChildOperation[] = [...told, ...untoldUps];
