import { type ChaosFault, commonFaults, faultsAfterEffect, named } from "../faults";

/** All that can become of a request to the subscription service. */
export const faults: readonly ChaosFault[] = [
  ...commonFaults,
  named("is answered with an empty body", () => ({ kind: "empty" })),
  ...faultsAfterEffect(["post"]),
  named("takes effect and is answered with an empty body", () => ({ kind: "empty", effect: "after" }), {
    only: ["post"],
  }),
  named("is answered with a list of something else", () => ({ kind: { status: 200, body: ["none"] } }), {
    only: ["list"],
  }),
  named("is answered with an empty list", () => ({ kind: { status: 200, body: [] } }), {
    only: ["list"],
    isOnce: true,
  }),
];
