import type * as AgainstIntentModule from "../../../provider/resources/check-against-intent";
import type * as AdoptModule from "../../../provider/resources/child-instance/adopt";
import type * as CopiesModule from "../../../provider/resources/copies-pending-delete";
import { RunState } from "../../../provider/host/run-state";
import { ClaimRegistry } from "../../../provider/resources/subscription/claims";
import { Redactor } from "../../../sdk/http/redact";
import type * as RetryModule from "../../../sdk/http/retry";
import type { SimulatorOptions } from "../../../sdk/simulator";
import type { Instance } from "../../../sdk/subscription";
import type * as WithDeadlineModule from "../../../sdk/wait/with-deadline";
import { prisma } from "../../support/child-instance";
import { caseNamed } from "../cases";
import { atOnce, whenIntentIsSaved } from "../moments";
import { type Safeguard, declareSafeguards, replacing } from "../safeguard";
import { atEffect } from "./moments";
import { type ChildOperation, bundle, bundleUnits, killed, nothing, programOf, up } from "./operations";
import * as suite from "./suite";
import { timings } from "./world";
import type { Claim } from "../../../provider/resources/subscription/matching";

const named = (name: string): suite.ChildCase => caseNamed(suite.cases, name);

/** A case in which nothing fails at the API: what is tried is the operation itself. */
const calm = (operation: Omit<ChildOperation, "targets">): suite.ChildCase => ({
  name: operation.name,
  operation: { ...operation, targets: [] },
  target: { words: "", kind: "list", from: atOnce },
  fault: { words: "", strike: () => undefined },
  duration: "once",
});

const withSimulator = (one: suite.ChildCase, simulator: SimulatorOptions): suite.ChildCase => ({
  ...one,
  operation: { ...one.operation, simulator },
});

/** The first instance that fits, whoever else may have it. */
function firstFitting(this: { open: Set<Claim> }, list: readonly Instance[]) {
  return new Map(
    [...this.open].flatMap((claim) => {
      const instance = list.find(
        ({ appId, instanceId }) => appId === claim.appId && !claim.before.has(instanceId),
      );
      return instance ? [[claim, { instance }] as const] : [];
    }),
  );
}

const equal = { onboard: [prisma("tenant-a")], allowAdditional: true };
const twoEqual = calm({
  name: "two equal creates at once",
  inputs: equal,
  others: { other: equal },
  prepare: nothing,
  act: up,
  units: { "GBL-SKU": 200 },
});

/** Longer than the whole next run takes, in milliseconds of the fast clock. */
const ORPHAN_MS = 20_000;

const orphan = calm({
  name: "a create whose engine was killed before its POST, and whose provider lives on",
  inputs: bundle,
  prepare: killed(whenIntentIsSaved, "alive"),
  act: async (engine) => {
    const run = await up(engine);
    await engine.clock.sleep(ORPHAN_MS);
    return run;
  },
  units: bundleUnits,
});

const otherTenant = { onboard: [prisma("tenant-b", 7)] };

/** A role that shows nothing any more, while it is looked for what a killed run allocated. */
const blinded: suite.ChildCase = {
  ...calm({
    name: "resume of a create that was killed after its POST, by a list that lacks what the stack holds",
    inputs: bundle,
    others: { other: otherTenant },
    prepare: async (engine, world) => {
      engine.program = programOf({ other: otherTenant });
      await up(engine);
      engine.program = programOf({ child: bundle, other: otherTenant });
      await killed(atEffect)(engine, world);
    },
    act: up,
    units: { ...bundleUnits, "GBL-SKU": 107 },
  }),
  fault: {
    words: "",
    strike: ({ simulator }) => {
      simulator.fault({ on: "list", kind: { status: 200, body: [] }, times: "always" });
    },
  },
};

const hanging = named("create: the intent's list gets no answer, always");
const impatient: suite.ChildCase = {
  ...hanging,
  operation: { ...hanging.operation, inputs: { ...bundle, timeouts: { create: "12s", update: "12s" } } },
};

const TWICE = /units of GBL-SKU are allocated, which is too much/;

const safeguards: Safeguard<ChildOperation>[] = [
  {
    name: "the intent, handed to the next run",
    // The list shows in time what the killed run has allocated, and a run that has no intent of it takes it for another's.
    breaks: /was allocated and is not in the state/,
    cases: [
      withSimulator(
        named("resume of a create that was killed after its POST: the second list is answered 500, once"),
        { appearAfterMs: 3_500, provisionMs: 6_000 },
      ),
    ],
    habits: { forgetsIntents: true },
  },
  {
    name: "the comparison with what the intent was shown",
    breaks: /was made by somebody else and is in the state/,
    cases: [named("up whose Intent looked elsewhere: the intent's list is answered 503, once")],
    replace: replacing<typeof AgainstIntentModule>("../../provider/resources/check-against-intent", () => ({
      checkAgainstIntent: (_of, check) => check,
    })),
  },
  {
    name: "the claim, which gives no instance to two creates",
    breaks: /is in the state twice/,
    cases: [twoEqual],
    patch: () => {
      jest
        .spyOn(ClaimRegistry.prototype, "match")
        .mockImplementation(firstFitting as unknown as ClaimRegistry["match"]);
    },
  },
  {
    name: "the list before a POST is sent again",
    breaks: TWICE,
    cases: [
      named("create: the POST is reset after its effect, once"),
      named("create: the POST takes effect and is answered 504, once"),
    ],
    patch: () => {
      const match = ClaimRegistry.prototype.match;
      jest.spyOn(ClaimRegistry.prototype, "match").mockImplementation(function (this: ClaimRegistry, list) {
        return new Map([...match.call(this, list)].filter(([claim]) => claim.sure));
      });
    },
  },
  {
    name: "the list before a POST",
    breaks: TWICE,
    cases: [named("up after the state was lost: the list before the POST is answered 503, once")],
    replace: replacing<typeof AdoptModule>("../../provider/resources/child-instance/adopt", () => ({
      describeExisting: () => undefined,
    })),
  },
  {
    name: "not to repeat a POST as if it were a GET",
    breaks: TWICE,
    cases: [
      named("create: the POST is reset after its effect, once"),
      named("create: the POST takes effect and is answered 503, once"),
    ],
    replace: replacing<typeof RetryModule>("../../sdk/http/retry", ({ isTransient }) => ({
      neverArrived: isTransient,
    })),
  },
  {
    name: "the question before a POST whether the engine is there",
    breaks: TWICE,
    cases: [orphan],
    habits: {
      assertAlive: async (process) => {
        if (!process.hasEngine) await process.sleep(ORPHAN_MS / 2);
      },
    },
  },
  {
    name: "what stays, which no copy ends",
    breaks: /the recovery run is not green: .*deletionPolicy is "prevent"/,
    cases: [
      named("an item that is added beside a copy that is pending deletion: the POST is answered 503, once"),
    ],
    replace: replacing<typeof CopiesModule>("../../provider/resources/copies-pending-delete", () => ({
      sparingCopies: (resource) => resource,
    })),
  },
  {
    name: "redaction",
    breaks: /a secret was written/,
    cases: [
      named("create: the request for licenses is answered 500, always"),
      named("create: the POST is answered 400, once"),
      named("refresh: the list is answered 403, always"),
    ],
    patch: () => {
      jest.spyOn(RunState.prototype, "redact").mockImplementation((text) => text);
      jest.spyOn(Redactor.prototype, "clean").mockImplementation((text) => text);
    },
  },
  {
    name: "the second look of a refresh",
    breaks: /for missing/,
    cases: [named("refresh: the list is answered with an empty list, once")],
    patch: () => {
      const one = RunState.prototype.one;
      const firstAgain = { get: (first: Instance[]) => Promise.resolve(first) };
      jest.spyOn(RunState.prototype, "one").mockImplementation(function (this: RunState, name, make) {
        return name === "second-looks" ? firstAgain : one.call(this, name, make);
      } as RunState["one"]);
    },
  },
  {
    name: "the saved state of an unfinished create",
    breaks: /leaves it neither in the state nor in an error/,
    cases: [
      withSimulator(named("create: the first list after the POST is answered 403, always"), {
        appearAfterMs: 2 * timings.appearTimeoutMs,
        provisionMs: 3 * timings.appearTimeoutMs,
      }),
    ],
    habits: { dropsUnfinished: true },
  },
  {
    name: "doubt in a list that lacks what the stack holds",
    breaks: TWICE,
    cases: [blinded],
    habits: { hidesOthers: true },
  },
  {
    name: "the deadline of what precedes the POST",
    breaks: /create took \d+ ms; it has 12000 ms/,
    cases: [impatient],
    replace: replacing<typeof WithDeadlineModule>("../../sdk/wait/with-deadline", () => ({
      withDeadline: (work) => work,
    })),
  },
];

declareSafeguards("ChildInstance", safeguards, suite, "./subscription/suite");
