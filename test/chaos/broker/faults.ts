import type { BrokerFailure, BrokerSimulator, OperationKind } from "../../../sdk/simulator";
import { type ChaosFault, answered, commonFaults, faultsAfterEffect, named } from "../faults";

const creating = ["provision", "bind"];
const deleting = ["deprovision", "unbind"];
const changing = [...creating, "update", ...deleting];
const polling = ["last-operation", "last-binding-operation"];

const json = { "content-type": "application/json" };

/** An answer whose status says that all is well, and whose body nobody can read. */
const unreadable = (status: number, effect?: "after"): ChaosFault =>
  named(
    `${effect ? "takes effect and " : ""}is answered ${status} with broken JSON`,
    () => ({ kind: { status, headers: json, body: '{"operation": "o' }, ...(effect ? { effect } : {}) }),
    { only: changing },
  );

const coded = (status: number, error: string): ChaosFault =>
  named(
    `is answered ${status} ${error}`,
    ({ echo }) => ({ kind: { status, body: { error, description: `it failed for ${echo()}` } } }),
    { only: changing },
  );

/** The operation itself goes wrong at the broker, in its own way. */
const failing = (
  words: string,
  kind: BrokerFailure["kind"],
  only: readonly string[] = changing,
  more: Partial<BrokerFailure> = {},
): ChaosFault => ({
  words,
  only,
  needsLook: kind === "forgets",
  strike: ({ simulator }, on, duration) => {
    const times = duration === "once" ? 1 : "always";
    (simulator as BrokerSimulator).fail({ on: on as OperationKind, kind, times, ...more });
  },
});

/** The engine is killed: with its provider, or leaving it alive until it asks for its engine. */
const killed = (at: "request" | "effect", provider: "killed" | "alive"): ChaosFault => ({
  words: `${at === "request" ? "arrives" : "takes effect"} as the run is killed${provider === "alive" ? " and its provider lives on" : ""}`,
  isOnce: true,
  ...(at === "effect" ? { only: changing } : {}),
  strike: ({ simulator }, kind, _duration, crash) => {
    const end = simulator.on((event) => {
      if (event.kind !== at || event.request !== kind) return;
      end();
      crash(provider);
    });
  },
});

/** All that can become of a request to a broker. */
export const faults: readonly ChaosFault[] = [
  ...commonFaults,
  ...faultsAfterEffect(changing),
  named("takes effect and is answered with an empty body", () => ({ kind: "empty", effect: "after" }), {
    only: creating,
  }),
  // What says that nothing is there any more, or that all is done, is believed of a delete.
  named("is answered with an empty body", () => ({ kind: "empty" }), {
    only: [...creating, "catalog", "fetch", "fetch-binding", ...polling],
  }),
  named("is answered 410", answered(410), {
    only: [...creating, "update", "catalog", "fetch", "fetch-binding"],
  }),
  named("is answered 412", answered(412), { only: ["catalog"] }),
  named("is answered 422", answered(422), { only: changing }),
  coded(422, "ConcurrencyError"),
  named("is answered with an empty catalog", () => ({ kind: { status: 200, body: { services: [] } } }), {
    only: ["catalog"],
  }),
  named("is answered 200 with a page", () => ({ kind: "html" }), { only: changing }),
  named("takes effect and is answered 200 with a page", () => ({ kind: "html", effect: "after" }), {
    only: changing,
  }),
  unreadable(200),
  ...[200, 201, 202].map((status) => unreadable(status, "after")),
  failing("is answered 204", "wrong-status", [...creating, "update"]),
  // That ends a delete, so a broker that says it has done what was asked.
  failing("is answered 204", "wrong-status", deleting, { afterMs: 0 }),
  failing("fails at the broker", "fails-after"),
  failing("fails at the broker and leaves something", "fails-and-leaves"),
  failing("fails at the broker and spoils the instance", "unusable", ["update", "deprovision"]),
  failing("never comes to its end at the broker", "never-finishes"),
  failing("takes longer than the run", "slow", changing, { afterMs: 60_000 }),
  // A broker that loses what it had goes beyond any request: `pulumi refresh` tells.
  failing("is forgotten by the broker", "forgets", [...creating, ...deleting]),
  failing("is forgotten by the broker after a while", "forgets", [...creating, ...deleting], {
    afterMs: 1_000,
  }),
  killed("request", "killed"),
  killed("request", "alive"),
  killed("effect", "killed"),
  killed("effect", "alive"),
];
