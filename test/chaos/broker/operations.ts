import type { BrokerRequestKind, BrokerSimulatorOptions } from "../../../sdk/simulator";
import type { Operation, Target } from "../cases";
import type { Engine, Program } from "../engine";
import { type Moment, afterAnswers, andThen, atOnce } from "../moments";
import type { Run } from "../provider-process";
import { beforeDone } from "./moments";
import { untoldFirst } from "../untold";
import type { BrokerWorld } from "./world";

/** What is done while something fails, and what must come of it in the end. */
export interface BrokerOperation extends Operation<BrokerWorld> {
  /** What there is to be in the end; earlier runs may have had another one. */
  program: Program;
  simulator?: BrokerSimulatorOptions;
  /** Another operation sends the same requests, and sees them fail once and always; here each fails once. */
  isVariant?: boolean;
  /** Nothing is to be left in the end. */
  isDelete?: boolean;
  /** What exists before the run exists in the end. */
  isKept?: boolean;
  /** What exists before the run was made by somebody else, or by a stack whose state was lost. */
  isForeign?: boolean;
  /** What exists before the run is somebody else's, and stays that. */
  isTheirs?: boolean;
  /** No run is to change anything at the broker. */
  isCalm?: boolean;
  /** One more may exist for a while, since a successor is made before its predecessor ends. */
  isReplacement?: boolean;
}

export const nothing = (): Promise<void> => Promise.resolve();
export const up = (engine: Engine): Promise<Run> => engine.up({ preview: false });
export const destroy = (engine: Engine): Promise<Run> => engine.destroy();

/** An earlier run that did what it should, with another program perhaps. */
export const done =
  (program?: Program) =>
  async (engine: Engine): Promise<void> => {
    const wanted = engine.program;
    engine.program = program ?? wanted;
    const { errors } = await up(engine);
    if (errors.length > 0)
      throw new Error(`The earlier run was to go well, and did not: ${errors.join("\n")}`);
    engine.program = wanted;
  };

/** An earlier run after which the state holds a copy of each resource that is pending deletion. */
export const doneWithCopies =
  (program?: Program) =>
  async (engine: Engine): Promise<void> => {
    await done(program)(engine);
    engine.leaveCopies();
  };

/** A run whose engine is killed at some moment, with its provider. */
export const killed =
  (at: Moment) =>
  async (engine: Engine, world: BrokerWorld): Promise<void> => {
    at(world, engine, () => {
      engine.crash();
    });
    await up(engine);
    engine.onIntentSaved = () => undefined;
  };

/** A run that is refused before anything is sent, of another program. */
export const refused =
  (program: Program) =>
  async (engine: Engine): Promise<void> => {
    const wanted = engine.program;
    engine.program = program;
    const { errors } = await up(engine);
    if (errors.length === 0) throw new Error("The earlier run was to be refused, and was not.");
    engine.program = wanted;
  };

/** Two runs of a program that a transform spoils, each of which is to be refused; then a person takes it away. */
export const untransformed =
  (program: Program) =>
  async (engine: Engine): Promise<Run> => {
    await up(engine);
    const run = await up(engine);
    engine.program = program;
    return run;
  };

/** A run that ends with something saved as unfinished, since the broker was spoilt. */
export const unfinished =
  (spoil: (world: BrokerWorld) => void) =>
  async (engine: Engine, world: BrokerWorld): Promise<void> => {
    spoil(world);
    await up(engine);
    await world.repair();
    if (![...engine.resources.values()].some(({ isUnfinished }) => isUnfinished))
      throw new Error("The earlier run was to end unfinished, and did not.");
  };

/** A resource leaves the state without its intent: it is in another stack by now. */
export const letGo =
  (name: string) =>
  (engine: Engine): Promise<void> => {
    engine.letGo(name);
    return nothing();
  };

/** Earlier runs, one after the other. */
export const both =
  (...runs: BrokerOperation["prepare"][]): BrokerOperation["prepare"] =>
  async (engine, world) => {
    for (const run of runs) await run(engine, world);
  };

export const catalog: Target = {
  words: "the catalog",
  kind: "catalog",
  from: atOnce,
  refusedFrom: atOnce,
};

/** A request to a service that neither tells of operations nor lets anything be fetched. */
export const blind = (target: Target): Target => ({ ...target, isBlind: true });

/** A request that comes when others have been answered. */
export const request = (words: string, kind: BrokerRequestKind, after: Moment = atOnce): Target => ({
  words,
  kind,
  from: after,
  refusedFrom: after,
});

/**
 * Polls of an operation, by the request that began it, or from the start where an earlier run did: the first, and the one
 * that would show it done.
 */
export function polls(
  began?: BrokerRequestKind,
  kind: BrokerRequestKind = "last-operation",
): [Target, Target] {
  const from = began ? afterAnswers(began) : atOnce;
  const isDeletion = began === "deprovision" || began === "unbind";
  const of = isDeletion ? " of the delete" : "";
  return [
    { ...request(`the first poll${of}`, kind, from), isDeletion },
    { words: `the poll${of} that would show it done`, kind, from: andThen(from, beforeDone), isDeletion },
  ];
}

/** The ups among them, of which nothing is told at first; by the first request of each. */
export const untoldUps = (operations: readonly BrokerOperation[]): BrokerOperation[] =>
  operations
    .filter(({ act }) => act === up)
    .map((operation) => ({
      ...untoldFirst(operation),
      isVariant: true,
      targets: operation.targets.slice(0, 1),
    }));
