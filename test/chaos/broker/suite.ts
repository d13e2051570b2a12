import { type Case, casesOf, inTwoProcesses } from "../cases";
import type { Engine, Habits } from "../engine";
import type { Run } from "../provider-process";
import type { Matrix } from "../matrix";
import { type Suite, runCase } from "../run-case";
import { faults } from "./faults";
import { bindingOperations } from "./bindings";
import { instanceOperations } from "./instances";
import {
  alive,
  badErrors,
  ended,
  late,
  notRecovered,
  nowhere,
  removeAsAdvised,
  taken,
  twice,
  unlike,
} from "./judges";
import { kinds } from "./kinds";
import { type BrokerOperation, destroy } from "./operations";
import { type BrokerWorld, startWorld } from "./world";

export type BrokerCase = Case<BrokerOperation>;

const suite: Suite<BrokerWorld, BrokerOperation> = {
  kinds,
  startWorld: ({ simulator }) => startWorld(simulator),
  program: ({ program }) => program,
  judge: (operation, engine, world) => {
    const before = alive(world);
    const foreign = operation.isForeign ? before : [];
    const theirs = operation.isTheirs ? before : [];
    const asked = asks(world);
    holdCredentials(engine, world);
    return {
      afterFault: (run) => [
        ...twice(world, engine, operation),
        ...nowhere(world, engine, foreign),
        ...taken(engine, theirs),
        ...late(run),
        ...badErrors(world, engine, foreign, run),
      ],
      afterRepair: async () => [
        ...(operation.isDelete ? [] : await recovery(operation, engine, world, theirs)),
        ...(operation.isKept ? ended(world, before) : []),
        ...(operation.isCalm && asks(world) > asked ? ["a run asked for a change that nobody wants"] : []),
        ...(await end(engine, world, theirs)),
        ...ended(world, theirs),
      ],
    };
  },
};

/** Requests so far that ask for a change. */
const asks = ({ simulator }: BrokerWorld): number =>
  (["provision", "update", "deprovision"] as const).reduce(
    (sum, kind) => sum + simulator.ledger.of("request", kind).length,
    0,
  );

/** From now on a careless broker repeats the credentials that the saved state holds. */
function holdCredentials({ resources }: Engine, { held }: BrokerWorld): void {
  for (const { state } of resources.values()) {
    const { password } = (state["credentials"] ?? {}) as { password?: string };
    if (password !== undefined) held.push(password);
  }
}

/** The same command again, and again: the first is the whole recovery, the second finds nothing to do. */
async function recovery(
  operation: BrokerOperation,
  engine: Engine,
  world: BrokerWorld,
  theirs: readonly string[],
): Promise<string[]> {
  const changes = (): number => world.simulator.ledger.effects().length;
  const recovered = await engine.up();
  const violations = [
    ...notRecovered(engine, recovered),
    ...unlike(world, engine, theirs),
    ...taken(engine, theirs),
    ...late(recovered),
    ...badErrors(world, engine, [], recovered),
  ];
  const before = changes();
  const again = await engine.up({ preview: false });
  return [
    ...violations,
    ...again.changed.map((what) => `the run after the recovery is to ${what}`),
    ...again.errors.map((error) => `the run after the recovery is not green: ${error}`),
    ...(changes() > before ? ["the run after the recovery changed something"] : []),
    ...twice(world, engine, operation),
  ];
}

/** A destroy leaves nothing but what it, or a run before it, has named; that can be deleted as it was advised. */
async function end(engine: Engine, world: BrokerWorld, theirs: readonly string[]): Promise<string[]> {
  let run: Run = await destroy(engine);
  // An instance with a binding that was left may not be deleted before that one.
  for (const { id } of [...world.simulator.bindings, ...world.simulator.instances])
    await removeAsAdvised(world, engine, id);
  if (run.errors.length > 0) run = await destroy(engine);
  return [
    ...run.errors.map((error) => `the destroy is not green: ${error}`),
    ...alive(world)
      .filter((id) => !theirs.includes(id))
      .map((id) => `the destroy leaves ${id} at the broker, and does not name it`),
    ...(engine.resources.size + engine.intents.size > 0 ? ["the destroy leaves something in the state"] : []),
  ];
}

/** Runs a case of the matrix to its end. Returns what breaks a promise: nothing, if all is well. */
export const violationsOf = (one: BrokerCase, habits?: Habits): Promise<string[]> =>
  runCase(suite, one, habits);

/** Every operation x request x fault x duration. */
export const casesOn = (operations: readonly BrokerOperation[]): BrokerCase[] => [
  ...operations.flatMap((operation) =>
    casesOf(operation, faults, operation.isVariant ? () => ["once"] : undefined),
  ),
  ...inTwoProcesses<BrokerWorld, BrokerOperation>(operations),
];

const atOnce = 10;

export const instanceMatrix: Matrix<BrokerOperation> = {
  resource: "ServiceInstance",
  cases: casesOn(instanceOperations),
  violationsOf,
  atOnce,
};

export const bindingMatrix: Matrix<BrokerOperation> = {
  resource: "ServiceBinding",
  cases: casesOn(bindingOperations),
  violationsOf,
  atOnce,
};
