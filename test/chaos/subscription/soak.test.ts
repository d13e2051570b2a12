import { writeFileSync } from "node:fs";
import type { Fault, LedgerEvent, Simulator } from "../../../sdk/simulator";
import { create, prisma } from "../../support/child-instance";
import { startAccount } from "../../support/host";
import { randomFrom } from "../../support/random";

const RESOURCES = 200;
/** Of all answers, how many are faulty. */
const SHARE = 0.1;
const SEED = 20_26;

jest.setTimeout(300_000);

/** Faults that a network and a gateway have; none that says a request is wrong. */
const faults: Pick<Fault, "kind" | "effect">[] = [
  { kind: "reset-before" },
  { kind: "reset-after" },
  { kind: "hang" },
  { kind: "hang", effect: "after" },
  { kind: "cut" },
  { kind: "drip" },
  { kind: { status: 408 } },
  { kind: { status: 429 } },
  { kind: { status: 429, headers: { "retry-after": "1" } } },
  { kind: { status: 500 }, effect: "after" },
  { kind: { status: 502, headers: { "content-type": "text/html" }, body: "<html>Bad Gateway</html>" } },
  { kind: { status: 503 } },
  { kind: { status: 504 }, effect: "after" },
];

/** Spoils the answer to so many requests, each as it arrives. */
function spoilAnswers(simulator: Simulator): void {
  const random = randomFrom(SEED);
  simulator.on(({ kind, request }: LedgerEvent) => {
    if (kind !== "request" || request === undefined || random() >= SHARE) return;
    const fault = faults[Math.floor(random() * faults.length)] as (typeof faults)[number];
    simulator.fault({ on: request, ...fault });
  });
}

interface Outcome {
  /** Resources whose create ended with all instances done. */
  finished: number;
  /** Ids in the saved states. */
  saved: string[];
  /** Ids that POSTs made. */
  made: string[];
  unitsAllocated: number;
  requests: number;
  strikes: number;
}

/** One `up --parallel 200` of so many new ChildInstances, each for a tenant of its own. */
async function up(prepare: (simulator: Simulator) => void): Promise<Outcome> {
  const tenants = Array.from({ length: RESOURCES }, (_, index) => ({ name: `tenant-${index}` }));
  const account = await startAccount({ tenants, appearAfterMs: 1_500, provisionMs: 120_000 });
  const settings = {
    PROVISOR_POLL_INTERVAL: "800ms",
    PROVISOR_APPEAR_TIMEOUT: "2m",
    PROVISOR_REQUEST_TIMEOUT: "3s",
  };
  try {
    const { simulator } = account;
    prepare(simulator);
    const outcomes = await Promise.all(
      tenants.map(({ name }) => create(account.host({ name }, settings), { onboard: [prisma(name, 10)] })),
    );
    const { requests, unitsAllocated } = simulator.account();
    return {
      finished: outcomes.filter(({ unfinished }) => unfinished === undefined).length,
      saved: outcomes.flatMap(({ state }) => state.instances.map(({ instanceId }) => instanceId)),
      made: simulator.instances.map(({ instanceId }) => instanceId),
      unitsAllocated: unitsAllocated.reduce((sum, { units }) => sum + units, 0),
      requests: Object.values(requests).reduce((sum, count) => sum + count, 0),
      strikes: simulator.ledger.of("fault").length,
    };
  } finally {
    await account.stop();
  }
}

describe(`${RESOURCES} ChildInstances with ${SHARE * 100} % of all answers faulty`, () => {
  let calm: Outcome;
  let faulty: Outcome;
  beforeAll(async () => {
    calm = await up(() => undefined);
    faulty = await up(spoilAnswers);
    report();
  });

  /** For docs/reliability.md. */
  function report(): void {
    const file = process.env["PROVISOR_SOAK_REPORT"];
    if (file === undefined) return;
    const figures = {
      resources: RESOURCES,
      calm: calm.requests,
      faulty: faulty.requests,
      spoilt: faulty.strikes,
    };
    writeFileSync(file, JSON.stringify(figures));
  }

  test("all finish", () => {
    expect(faulty.finished).toBe(RESOURCES);
  });

  test("are allocated once each", () => {
    expect(faulty.unitsAllocated).toBe(calm.unitsAllocated);
    expect(faulty.made).toHaveLength(RESOURCES);
  });

  test("are all known to the state", () => {
    expect(faulty.saved.toSorted()).toEqual(faulty.made.toSorted());
  });

  test("meet faults", () => {
    expect(faulty.strikes).toBeGreaterThan(0);
  });

  test("send at most 1.5 times the requests of the calm run, plus those that were spoilt", () => {
    expect(faulty.requests - faulty.strikes).toBeLessThanOrEqual(1.5 * calm.requests);
  });
});
