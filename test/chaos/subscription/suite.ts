import { type Case, casesOf, inTwoProcesses } from "../cases";
import type { Declared, Habits } from "../engine";
import type { Matrix } from "../matrix";
import { type Suite, runCase } from "../run-case";
import { afterOperation } from "./after";
import { faults } from "./faults";
import { allocatedTwice, badErrors, forgotten, late, nowhere, takenOver, withoutIntent } from "./judges";
import { childInstanceKind } from "./kind";
import { type ChildOperation, operations, programOf } from "./operations";
import { type SubscriptionWorld, startWorld } from "./world";

export type ChildCase = Case<ChildOperation>;

const suite: Suite<SubscriptionWorld, ChildOperation> = {
  kinds: { ChildInstance: childInstanceKind },
  startWorld: ({ simulator }) => startWorld(simulator),
  program: ({ inputs, others, transform }) => {
    const { child, ...rest } = programOf({ child: inputs, ...others });
    return { child: { ...(child as Declared), ...(transform ? { transform } : {}) }, ...rest };
  },
  judge: (operation, engine, world) => {
    const { ledger } = world.simulator;
    const made = ledger.effects().flatMap(({ instanceIds = [] }) => instanceIds);
    const requests = ledger.of("request").length;
    const { name, isStateLost } = operation;
    return {
      afterFault: (run) => [
        ...allocatedTwice(world, operation),
        ...takenOver(world, engine, operation),
        ...nowhere(world, engine, run, made),
        ...(name === "delete" || isStateLost ? [] : withoutIntent(world, engine)),
        ...(name === "refresh" ? forgotten(world, engine) : []),
        ...late(run),
        ...badErrors(world, operation, run),
      ],
      afterRepair: () => afterOperation(operation, engine, world, { requests }),
    };
  },
};

/** Runs a case of the matrix to its end. Returns what breaks a promise: nothing, if all is well. */
export const violationsOf = (one: ChildCase, habits?: Habits): Promise<string[]> =>
  runCase(suite, one, habits);

/** Every operation x request x fault x duration. What a delete never sends fails once as little as always. */
export const cases: readonly ChildCase[] = [
  ...operations.flatMap((operation) =>
    casesOf(
      operation,
      faults,
      operation.name === "delete" ? () => ["always"] : operation.isVariant ? () => ["once"] : undefined,
    ),
  ),
  ...inTwoProcesses<SubscriptionWorld, ChildOperation>(operations),
];

export const matrix: Matrix<ChildOperation> = { resource: "ChildInstance", cases, violationsOf, atOnce: 5 };
