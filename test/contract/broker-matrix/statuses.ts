import type { Verb } from "./matrix";
import { answer, byItself, type More, SHORT, slowly, type StatusCase } from "./case";
import { catalog } from "./catalog";
import { polledUpdate } from "./updates";

const changing = ["provision", "update", "deprovision", "bind", "unbind"] as const;

/** What is said of a refusal: nothing took effect. */
const refusal: Partial<Record<Verb, RegExp>> = {
  provision: /Nothing was provisioned/,
  update: /Nothing was changed: .* stays as it was/,
  deprovision: /not deleted.*still in the state/,
  bind: /Nothing was bound/,
  unbind: /not unbound.*stays in the state/,
};
const refused = (verb: Verb, status: number, words: string, more: More = {}): StatusCase =>
  answer(verb, status, words, "refused", { says: refusal[verb] ?? /state is as it was/, ...more });

/** What the specification names for every request that changes something. */
const common = changing.flatMap((verb): StatusCase[] => [
  answer(verb, 200, "done at once", "done"),
  answer(verb, 202, "in progress, and polled", "done", byItself),
  refused(verb, 400, "malformed or invalid"),
  answer(verb, 422, "AsyncRequired: must be asynchronous", "refused", {
    code: "AsyncRequired",
    isScripted: false,
    says: /acceptsIncomplete/,
    options: { sync: false, acceptsIncomplete: false },
  }),
  answer(verb, 422, "ConcurrencyError once: waits", "done", { code: "ConcurrencyError" }),
  answer(verb, 422, "ConcurrencyError until the user's time-out", "refused", {
    code: "ConcurrencyError",
    times: "always",
    says: /another operation|still busy/,
    options: SHORT,
  }),
]);

/** A 408 may come of a proxy, so that nobody knows what came of the request; it is the same when it is sent again. */
const unheard = {
  provision: "refused",
  update: "failed",
  deprovision: "refused",
  bind: "in progress",
  unbind: "refused",
} as const;

/** Representatives of those that it does not name. */
const others = changing.flatMap((verb): StatusCase[] => [
  answer(verb, 401, "credentials refused", "refused", { says: /brokerUsername/ }),
  refused(verb, 403, "refused, with the broker's words for it"),
  answer(verb, 408, "for as long as it is repeated", unheard[verb], {
    says: /not known whether|not deleted|not unbound|stays/,
  }),
  answer(verb, 408, "once: repeated", "done", { times: 1 }),
  refused(verb, 412, "another API version", { says: /X-Broker-API-Version/ }),
  refused(verb, 422, "without a code"),
  answer(verb, 429, "once: repeated after Retry-After", "done", {
    times: 1,
    headers: { "retry-after": "3" },
  }),
  answer(verb, 503, "once: repeated", "done", { times: 1 }),
]);

const created = (["provision", "bind"] as const).flatMap((verb): StatusCase[] => [
  answer(verb, 201, "created", "done"),
  answer(verb, 409, "an id of our own: what is there is ours", "done", { effect: "after" }),
  answer(verb, 409, "an id that the program gave", "refused", {
    says: /is taken by .* Nothing was changed/,
    options: { givesId: true },
  }),
  answer(verb, 204, "no success of it", "failed", { says: /nothing of it is left|nothing is bound/ }),
  answer(verb, 500, "the broker failed", "failed", { says: /nothing of it is left|nothing is bound/ }),
  answer(verb, 503, "for as long as it is repeated", "failed", {
    says: /nothing of it is left|nothing is bound/,
  }),
]);

const deleted = (["deprovision", "unbind"] as const).flatMap((verb): StatusCase[] => [
  answer(verb, 410, "does not exist", "done", { effect: "after" }),
  answer(verb, 404, "while it is deleted: looked again", "done", {
    ...slowly(verb),
    isScripted: true,
    effect: "after",
    times: 3,
  }),
  answer(verb, 500, "the broker failed: deleted again in nobody's name", "done"),
  answer(verb, 500, "for as long as it is tried", "refused", { times: "always", options: SHORT }),
]);

const particular: StatusCase[] = [
  refused("provision", 422, "MaintenanceInfoConflict: another version in the catalog", {
    code: "MaintenanceInfoConflict",
    says: /catalog has changed.*Nothing was provisioned/,
  }),
  refused("update", 422, "MaintenanceInfoConflict: another version in the catalog", {
    code: "MaintenanceInfoConflict",
    says: /Nothing was changed.*catalog has changed/,
  }),
  answer("update", 422, "instance_usable: false", "failed", {
    body: { description: "So it is.", instance_usable: false },
    says: /stays provisioned/,
  }),
  answer("update", 500, "the broker failed", "failed", { says: /stays provisioned/ }),
  answer("update", 503, "for as long as it is repeated", "failed", { says: /stays provisioned/ }),
  refused("update", 404, "does not exist", { says: /pulumi refresh/ }),
  refused("update", 410, "does not exist any more", { says: /pulumi refresh/ }),
  refused("bind", 422, "RequiresApp: wants an application", { code: "RequiresApp", says: /appGuid/ }),
  refused("bind", 404, "the instance does not exist"),
  refused("provision", 404, "unknown to the broker"),
];

const fetched: StatusCase[] = [
  answer("fetch", 200, "as it is", "done", { isScripted: false }),
  answer("fetch", 404, "does not exist: looked again, and its last operation succeeded", "done"),
  answer("fetch", 404, "once: looked again", "done", { times: 1 }),
  answer("fetch", 422, "ConcurrencyError: being updated", "done", { code: "ConcurrencyError" }),
  answer("fetch-binding", 200, "as it is", "done", { isScripted: false }),
  answer("fetch-binding", 404, "does not exist", "gone", { says: /^$/ }),
  ...(["fetch", "fetch-binding"] as const).flatMap((verb) => [
    refused(verb, 400, "refused"),
    refused(verb, 401, "credentials refused"),
    refused(verb, 500, "the broker failed"),
    answer(verb, 500, "once: repeated", "done", { times: 1 }),
  ]),
];

/** Pollings by what they follow: what creates, and what deletes. */
const polled = (
  [
    ["provision", "deprovision", "last-operation"],
    ["bind", "unbind", "last-binding-operation"],
  ] as const
).flatMap(([creating, deleting, on]): StatusCase[] => [
  answer(creating, 200, "in progress, then succeeded", "done", { ...slowly(creating), on }),
  answer(creating, 400, "once: polled on", "done", { on, times: 1 }),
  answer(creating, 400, "until the user's time-out", "in progress", { on, options: SHORT }),
  answer(creating, 404, "once: polled on", "done", { on, times: 1 }),
  answer(creating, 410, "invalid: polled on", "done", { on, times: 1 }),
  answer(creating, 410, "invalid, until the user's time-out", "in progress", { on, options: SHORT }),
  answer(creating, 401, "credentials refused", "in progress", { on, says: /brokerUsername/ }),
  answer(creating, 500, "once: polled on", "done", { on, times: 1 }),
  answer(deleting, 200, "in progress, then gone", "done", { ...slowly(deleting), on }),
  answer(deleting, 400, "once: polled on", "done", { on, times: 1 }),
  answer(deleting, 500, "once: polled on", "done", { on, times: 1 }),
  ...[400, 422, 500].map((status) =>
    answer(deleting, status, "for ever: the DELETE is repeated, which tells", "done", { on }),
  ),
  answer(deleting, 404, "does not exist any more", "done", { on }),
  answer(deleting, 410, "gone: a success", "done", { on }),
]);

/** Where the broker goes on not knowing what it accepted: an instance is asked for again, a binding is cleaned up. */
const lost: StatusCase[] = [
  answer("provision", 404, "for a minute: the same PUT is sent again", "done", { on: "last-operation" }),
  answer("bind", 404, "for a minute", "failed", {
    on: "last-binding-operation",
    says: /does not know the binding any more.*nothing is bound/,
  }),
];

/** Every status that the specification names for a verb, and representatives of the others. */
export const statuses: readonly StatusCase[] = [
  ...common,
  ...others,
  ...created,
  ...deleted,
  ...particular,
  ...fetched,
  ...polled,
  ...lost,
  ...polledUpdate,
  ...catalog,
];
