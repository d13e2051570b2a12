import fc from "fast-check";
import { childInstance } from "../../support/one-process";
import type {
  ChildInstanceInputs,
  ChildInstanceState,
} from "../../../provider/resources/child-instance/schema";
import { StopError } from "../../../provider/host/contract";
import { ProvisorError } from "../../../sdk/subscription";
import { type SavedPair, savedStates } from "../../fixtures/saved-states";
import { mutated, oddValue } from "../../support/arbitraries";
import { type TestAccount, type TestHost, startAccount } from "../../support/host";

/** What one stack saved, by one API. */
const names = ["adopted", "finished-bundle", "finished-free-app"];
const bases = new Map(savedStates(1).map((pair) => [pair.name, pair]));
const baseOf = (name: string): SavedPair => bases.get(name) as SavedPair;

/** A state as a damaged file, half a merge or a hand that edited it leaves it, and the name of what it was. */
const damaged = (): fc.Arbitrary<[name: string, state: unknown]> =>
  fc
    .constantFrom(...names)
    .chain((name) =>
      fc.tuple(
        fc.constant(name),
        fc.oneof(
          { weight: 6, arbitrary: mutated(baseOf(name).child.outputs) },
          { weight: 1, arbitrary: oddValue() },
        ),
      ),
    );

let account: TestAccount;
beforeAll(async () => {
  const listed = baseOf("finished-bundle").api.instances as {
    instance_id: string;
    app_id: string;
    tsg_id: string;
  }[];
  const instances = listed.map((one) => ({
    instanceId: one.instance_id,
    appId: one.app_id,
    tsg: one.tsg_id,
  }));
  account = await startAccount({ instances });
});
afterAll(() => account.stop());

const asIs = ({ child }: SavedPair): ChildInstanceInputs => child.inputs as unknown as ChildInstanceInputs;

/** Ends well, or in an error that is meant for the user. */
async function isHandled(operation: () => unknown): Promise<void> {
  try {
    await operation();
  } catch (error) {
    if (!(error instanceof StopError || error instanceof ProvisorError)) throw error;
    expect(error.message).not.toMatch(/TypeError|ZodError|undefined|\[object/);
  }
}

type Operation = (host: TestHost, pair: SavedPair, state: ChildInstanceState) => unknown;

const operations: [string, number, Operation][] = [
  ["diff", 400, (host, pair, state) => childInstance.diff(host, state, asIs(pair))],
  ["refresh", 150, (host, pair, state) => childInstance.read(host, pair.child.id, state)],
  ["delete", 300, (host, pair, state) => childInstance.delete(host, pair.child.id, state)],
  [
    "update",
    80,
    (host, pair, state) =>
      childInstance.update(host, pair.child.id, state, { ...asIs(pair), timeouts: { update: "5s" } }),
  ],
  [
    "check of a replacement",
    300,
    (host, pair, state) =>
      childInstance.check({ ...host, saved: { ...host.saved, own: { ...state } } }, undefined, asIs(pair)),
  ],
];

describe("a damaged state", () => {
  test.each(operations)(
    "is handled or refused in words for the user by a %s, without a POST",
    async (_, numRuns, run) => {
      await fc.assert(
        fc.asyncProperty(damaged(), async ([name, state]) => {
          account.nextRun();
          await isHandled(() => run(account.host(), baseOf(name), state as ChildInstanceState));
          expect(account.simulator.ledger.posts()).toEqual([]);
        }),
        { numRuns },
      );
    },
    30_000,
  );
});
