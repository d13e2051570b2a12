import { type ChaosFault, type Duration, named } from "./faults";
import type { Engine } from "./engine";
import type { Moment } from "./moments";
import type { Run } from "./provider-process";
import type { World } from "./world";

/** A request of an operation, by what it is for. */
export interface Target {
  words: string;
  kind: string;
  /** After this the next request of the kind is the one. */
  from: Moment;
  /** When a server must be away for this request to be refused; undefined where another target has the same. */
  refusedFrom?: Moment;
  /** An empty list came before: two of them are believed. */
  isSecondLook?: boolean;
  /** Only access tells: where it is refused, nothing says whose an instance is, and a warning is all there can be. */
  needsAccess?: boolean;
  /** Of what is being deleted: that there is no such thing is what one waits for, and two looks are believed. */
  isDeletion?: boolean;
  /** The API lets nobody look at what it makes. */
  isBlind?: boolean;
}

/** What is done while something fails. */
export interface Operation<W extends World> {
  name: string;
  /** Earlier runs. */
  prepare(engine: Engine, world: W): Promise<void>;
  /** The run that meets the fault. */
  act(engine: Engine): Promise<Run>;
  targets: readonly Target[];
  /** Planned in one process and applied in another. */
  isSplit?: boolean;
}

/** One case of a matrix. */
export interface Case<O> {
  name: string;
  operation: O;
  target: Target;
  fault: ChaosFault;
  duration: Duration;
}

const fits = (target: Target, fault: ChaosFault): boolean => {
  const { kind, refusedFrom, isSecondLook, needsAccess, isBlind } = target;
  return (
    (fault.only === undefined || fault.only.includes(kind)) &&
    (!fault.isRefusal || refusedFrom !== undefined) &&
    !(fault.isOnce && isSecondLook) &&
    !(fault.isNoAccess && needsAccess) &&
    !(fault.needsLook && isBlind)
  );
};

const durationsOf = ({ isOnce, isNotFound }: ChaosFault, { isDeletion }: Target): Duration[] =>
  isOnce || (isNotFound && isDeletion) ? ["once"] : ["once", "always"];

/** An operation x its requests x the faults x how long each lasts. */
export const casesOf = <O extends Pick<Operation<never>, "name" | "targets" | "isSplit">>(
  operation: O,
  faults: readonly ChaosFault[],
  durations = durationsOf,
): Case<O>[] =>
  operation.targets.flatMap((target) =>
    faults
      .filter((fault) => fits(target, fault))
      .flatMap((fault) =>
        durations(fault, target).map((duration) => ({
          name: `${operation.name}${operation.isSplit ? ", in two processes" : ""}: ${target.words} ${fault.words}, ${duration}`,
          operation,
          target,
          fault,
          duration,
        })),
      ),
  );

/** What becomes of the requests of an operation in two processes: all goes well, or what was carried out is not answered. */
const faultsOfSplit: readonly ChaosFault[] = [
  { words: "meets no fault", strike: () => undefined },
  named("takes effect and gets no answer", () => ({ kind: "hang", effect: "after" })),
];

/** Every operation once more, planned in one process and applied in another. */
export const inTwoProcesses = <W extends World, O extends Operation<W>>(
  operations: readonly O[],
): Case<O>[] =>
  operations.flatMap((operation) =>
    casesOf<O>(
      {
        ...operation,
        isSplit: true,
        act: (engine: Engine) => {
          engine.isSplit = true;
          return operation.act(engine);
        },
      },
      faultsOfSplit,
      () => ["once"],
    ),
  );

/** One of some parts of the cases that take about as long as each other. Neighbours differ in their duration. */
export const share = <O>(cases: readonly Case<O>[], part: number, parts: number): readonly Case<O>[] =>
  cases.filter((_, index) => Math.floor(index / 2) % parts === part);

/** The case of this name. */
export function caseNamed<O>(cases: readonly Case<O>[], name: string): Case<O> {
  const found = cases.find((one) => one.name === name);
  if (!found) throw new Error(`There is no case "${name}".`);
  return found;
}
