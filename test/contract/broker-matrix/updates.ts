import { answer, SHORT, slowly, type StatusCase } from "./case";

/** Pollings of an update: its instance is there all the time, and a fetch tells what came of it. */
export const polledUpdate: StatusCase[] = [
  answer("update", 200, "in progress, then succeeded", "done", {
    ...slowly("update"),
    on: "last-operation",
  }),
  answer("update", 200, "failed, instance_usable: false", "failed", {
    on: "last-operation",
    failure: { on: "update", kind: "unusable" },
    says: /instance_usable: false/,
  }),
  answer("update", 200, "failed, update_repeatable: false", "failed", {
    on: "last-operation",
    failure: { on: "update", kind: "fails-after", updateRepeatable: false },
    says: /update_repeatable: false/,
    next: { storageGb: 30 },
  }),
  ...[400, 404, 410, 500].map((status) =>
    answer("update", status, "once: polled on", "done", { on: "last-operation", times: 1 }),
  ),
  answer("update", 500, "until the user's time-out", "in progress", {
    on: "last-operation",
    says: /the state keeps the values of before/,
    options: SHORT,
  }),
  answer("update", 401, "credentials refused", "in progress", {
    on: "last-operation",
    says: /brokerUsername/,
  }),
  answer("update", 404, "for a minute: a fetch shows that it is done", "done", { on: "last-operation" }),
  ...[400, 410].map((status) =>
    answer("update", status, "until the user's time-out", "failed", {
      on: "last-operation",
      says: /did not know of it.*stays provisioned/,
      options: SHORT,
    }),
  ),
];
