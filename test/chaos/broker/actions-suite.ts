import type { Engine, Habits, Properties } from "../engine";
import type { Matrix } from "../matrix";
import type { Run } from "../provider-process";
import { type Suite, runCase } from "../run-case";
import { actionOperations, snapshot } from "./actions";
import { kinds } from "./kinds";
import { late } from "./judges";
import type { BrokerOperation } from "./operations";
import { destroy } from "./operations";
import { only } from "./program";
import { type BrokerCase, casesOn } from "./suite";
import { type BrokerWorld, startWorld } from "./world";

/*
 * The matrix of a broker that carries out actions and keeps nothing. What an action made is there for good, so that there is
 * one judgement more than elsewhere: no action without the user's word but the first.
 */

const suite: Suite<BrokerWorld, BrokerOperation> = {
  kinds,
  startWorld: ({ simulator }) => startWorld(simulator),
  program: ({ program }) => program,
  judge: (operation, engine, world) => {
    const wanted = operation.isReplacement ? 2 : 1;
    return {
      afterFault: (run) => [...tooMany(world, wanted), ...repeated(world), ...late(run), ...crashes(run)],
      afterRepair: async () => [
        ...(operation.isDelete ? [] : await recovery(engine, world, wanted)),
        ...(await end(engine, world)),
        ...tooMany(world, wanted),
        ...repeated(world),
      ],
    };
  },
};

/** What the actions made. */
const made = ({ simulator }: BrokerWorld): number => simulator.instances.length;

/** An action that was carried out once more than anybody asked for. */
const tooMany = (world: BrokerWorld, wanted: number): string[] =>
  made(world) > wanted ? [`${made(world)} actions were carried out, and ${wanted} asked for`] : [];

/** Nothing is sent twice under the same id that may have been carried out the first time. */
function repeated({ simulator }: BrokerWorld): string[] {
  const ids = simulator.ledger.effects("provision").map(({ instanceId = "" }) => instanceId);
  return ids
    .filter((id, index) => ids.indexOf(id) < index)
    .map((id) => `the action of ${id} was asked for once more`);
}

const crashes = ({ unexpected, errors }: Run): string[] => [
  ...unexpected.map((error) => `an error is none of ours: ${error}`),
  ...errors.filter((error) => error.trim() === "").map(() => "an error says nothing"),
];

/** The line of a message for this input. */
const lineOf = (words: string, input: "adopt" | "instanceId"): string | undefined =>
  new RegExp(`${input}: "([^"]+)"`).exec(words)?.[1];

/**
 * The same command again. Where it stops, since nobody knows, a person looks at what is there, and writes the line for that into
 * the program; then it goes well. The run after that finds nothing to do, and a refresh asks for nothing.
 */
async function recovery(engine: Engine, world: BrokerWorld, wanted: number): Promise<string[]> {
  let run = await engine.up();
  const words = run.errors.join("\n");
  if (words.includes("may have been carried out")) {
    const [adopt, instanceId] = [lineOf(words, "adopt"), lineOf(words, "instanceId")];
    if (adopt === undefined || instanceId === undefined) return [`a way on is missing: ${words}`];
    writeLine(engine, made(world) === wanted ? { adopt } : { instanceId });
    run = await engine.up();
  }
  const asked = requests(world);
  const again = await engine.up();
  await engine.refresh();
  return [
    ...run.errors.map((error) => `the recovery run is not green: ${error}`),
    ...(made(world) === wanted ? [] : [`${made(world)} actions were carried out, and ${wanted} are wanted`]),
    ...again.errors.map((error) => `the run after the recovery is not green: ${error}`),
    ...again.changed.map((what) => `the run after the recovery is to ${what}`),
    ...(requests(world) > asked ? ["what is there was asked for, and nothing is kept that could be"] : []),
  ];
}

/** Adds a line to the program of the case. */
function writeLine(engine: Engine, line: Properties): void {
  const { inputs } = engine.program["db"] ?? snapshot();
  engine.program = only({ ...snapshot(), inputs: { ...(inputs as Properties), ...line } });
}

/** Requests so far, but for looks at the catalog. */
const requests = ({ simulator }: BrokerWorld): number =>
  simulator.ledger.of("request").filter(({ request }) => request !== "catalog").length;

/** A destroy takes all out of the state, asks once for each, and names whatever an action may have made. */
async function end(engine: Engine, world: BrokerWorld): Promise<string[]> {
  const before = world.simulator.ledger.of("request", "deprovision").length;
  const held = engine.resources.size + engine.replaced.length;
  const run = await destroy(engine);
  const sent = world.simulator.ledger.of("request", "deprovision").length - before;
  const words = engine.warned.join("\n");
  return [
    ...run.errors.map((error) => `the destroy is not green: ${error}`),
    ...(sent > held ? [`the destroy sent ${sent} DELETEs for ${held} resources`] : []),
    ...world.simulator.instances
      .map(({ id }) => id.replace(/ \(\d+\)$/, ""))
      .filter((id) => !words.includes(id))
      .map((id) => `what the action of ${id} made stays, and was not named`),
    ...(engine.resources.size + engine.intents.size > 0 ? ["the destroy leaves something in the state"] : []),
  ];
}

export const violationsOf = (one: BrokerCase, habits?: Habits): Promise<string[]> =>
  runCase(suite, one, habits);

/**
 * An action is waited for until the run's time is up, which a socket counts by the machine's clock, and a case by its own: what
 * never answers is tried in a unit test.
 */
const isEndless = ({ target, fault }: BrokerCase): boolean =>
  target.kind !== "catalog" && /gets no answer|never comes to its end/.test(fault.words);

export const actionMatrix: Matrix<BrokerOperation> = {
  resource: "ServiceInstance, action",
  cases: casesOn(actionOperations).filter((one) => !isEndless(one)),
  violationsOf,
  atOnce: 10,
};
