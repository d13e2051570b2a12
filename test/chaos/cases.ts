import { type ChaosFault, type Duration, faults } from "./faults";
import { type Operation, type Target, operations } from "./operations";

/** One case of the matrix. */
export interface Case {
  name: string;
  operation: Operation;
  target: Target;
  fault: ChaosFault;
  duration: Duration;
}

const fits = ({ kind, refusedFrom, isSecondLook, needsAccess }: Target, fault: ChaosFault): boolean =>
  (fault.only === undefined || fault.only === kind) &&
  (!fault.isRefusal || refusedFrom !== undefined) &&
  !(fault.isOnce && isSecondLook) &&
  !(fault.isNoAccess && needsAccess);

function casesOf(operation: Operation): Case[] {
  const sends = operation.name !== "delete";
  return operation.targets.flatMap((target) =>
    faults
      .filter((fault) => fits(target, fault))
      .flatMap((fault) => {
        // What is never sent fails once as little as always.
        const durations: Duration[] = !sends ? ["always"] : fault.isOnce ? ["once"] : ["once", "always"];
        return durations.map((duration) => ({
          name: `${operation.name}: ${target.words} ${fault.words}, ${duration}`,
          operation,
          target,
          fault,
          duration,
        }));
      }),
  );
}

/** Every operation x request x fault x duration. */
export const cases: readonly Case[] = operations.flatMap(casesOf);

/** One of some parts of them that take about as long as each other. Neighbours differ in their duration. */
export const share = (part: number, parts: number): readonly Case[] =>
  cases.filter((_, index) => Math.floor(index / 2) % parts === part);

/** The case of this name. */
export function caseNamed(name: string): Case {
  const found = cases.find((one) => one.name === name);
  if (!found) throw new Error(`There is no case "${name}".`);
  return found;
}
