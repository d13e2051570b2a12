import type { BrokerFault } from "../../../sdk/simulator";
import type { Asked, MatrixBroker, Verb } from "./matrix";
import type { Came } from "./held";

/** What a scripted answer is: a broker's own, or none at all. */
export type Kind = BrokerFault["kind"];

const polls: readonly Verb[] = ["last-operation", "last-binding-operation"];
const reads: readonly Verb[] = ["fetch", "fetch-binding", ...polls];
const all: readonly Verb[] = ["provision", "update", "deprovision", "bind", "unbind", ...reads];
const but = (...without: Verb[]): Verb[] => all.filter((verb) => !without.includes(verb));

const includes = (some: readonly Verb[], asked: Asked): boolean => some.some((verb) => verb === asked);

export const isPoll = (asked: Asked): boolean => includes(polls, asked);

/** A good body of a verb that is answered at once. */
export const goodBody = (asked: Asked): Record<string, unknown> =>
  asked === "bind" || asked === "fetch-binding" ? { credentials: { user: "u" } } : {};

/** How a broker comes to answer as a row says. */
export interface Way {
  /** What it answers, where that is more than the row's words say. */
  with: string;
  sync: boolean;
  /** True where the client has to wait in vain, which it does by the machine's clock. */
  isSilent?: boolean;
  script: (broker: MatrixBroker, verb: Verb) => void;
}

/** How often the client sends a request that it may repeat. */
const ATTEMPTS = 5;
const repeated = [408, 429, 502, 503, 504];

/** What goes on for as long as the client repeats a request that changes something, and for ever for one that does not. */
export const timesOf = (asked: Asked, kind: Kind): number | "always" => {
  if (asked === "catalog" || includes(reads, asked)) return "always";
  return typeof kind === "string" || repeated.includes(kind.status) ? ATTEMPTS : 1;
};

const answered = (
  words: string,
  kindOf: (verb: Verb) => Kind,
  { sync = true, effect = "after" }: { sync?: boolean; effect?: "before" | "after" } = {},
): Way => ({
  with: words,
  sync,
  script: (broker, verb) => {
    const kind = kindOf(verb);
    // A broken connection itself says that it comes after the effect.
    const moment = kind === "reset-after" ? {} : { effect };
    broker.simulator.fault({ on: verb, kind, ...moment, times: timesOf(verb, kind) });
  },
});

const status = (code: number, options: { sync?: boolean; effect?: "before" | "after" } = {}): Way =>
  answered(String(code), (verb) => ({ status: code, body: goodBody(verb) }), options);

const headers = { "content-type": "application/json" };
const otherShape = (code: number, sync = true): Way =>
  answered("JSON of another shape", () => ({ status: code, body: ["none"] }), { sync });
const unreadable = (code: number, sync = true): Way[] => [
  answered("JSON that ends half way", () => ({ status: code, headers, body: '{"operation": "o' }), { sync }),
  answered("a page of a proxy", () => ({ status: code, body: "<html></html>" }), { sync }),
];
const malformed = (code: number, sync = true): Way[] => [...unreadable(code, sync), otherShape(code, sync)];

/** The operation goes wrong by itself, and what was being made goes on existing. */
const failedOperation: Way = {
  with: "an operation that failed",
  sync: false,
  script: ({ simulator }, verb) => {
    if (verb === "provision" || verb === "bind") simulator.fail({ on: verb, kind: "fails-and-leaves" });
    if (verb === "deprovision" || verb === "unbind") simulator.fail({ on: verb, kind: "fails-after" });
  },
};

/** A row of the table "Orphan Mitigation", in its words. */
export interface Row {
  request: string;
  response: string;
  /** The requests that it names. */
  verbs: readonly Verb[];
  /** Whether orphan mitigation is performed, for what the request is about. */
  mitigates: boolean;
  ways: readonly Way[];
  to: Ends;
}

/** What the resource comes to, by the request that was answered so. */
export type Ends = Readonly<Record<Verb, Came["to"]>>;

const done = Object.fromEntries(all.map((verb) => [verb, "done"])) as Ends;

/** Nobody can tell what came of the request: nothing is taken for done, and nothing is forgotten. */
const unclear: Ends = {
  provision: "refused",
  update: "failed",
  deprovision: "refused",
  bind: "in progress",
  unbind: "refused",
  fetch: "refused",
  "fetch-binding": "refused",
  "last-operation": "in progress",
  "last-binding-operation": "in progress",
};

/** Any 2xx ends a delete, whatever the body says. */
const ended = { deprovision: "done", unbind: "done" } as const;

/** What was to be made is deleted, and so is what was to be deleted. */
const cleaned: Ends = {
  ...unclear,
  provision: "failed",
  bind: "failed",
  deprovision: "done",
  unbind: "done",
};

/** What becomes of that where orphan mitigation only reports. */
export const reported: Ends = { ...cleaned, deprovision: "refused", unbind: "refused" };

const row = (
  request: string,
  response: string,
  verbs: readonly Verb[],
  mitigates: "Yes" | "No",
  ways: readonly Way[],
  to: Ends = mitigates === "Yes" ? cleaned : unclear,
): Row => ({ request, response, verbs, mitigates: mitigates === "Yes", ways, to });

const asItIs: Way = { with: "as it does by itself", sync: false, script: () => undefined };
const failures = [status(500), status(501), status(502), status(503), status(504), status(505)];
const otherSuccesses = [status(203), status(204), status(206)];
const instances: Verb[] = ["provision", "deprovision"];
const bindings: Verb[] = ["bind", "unbind"];
const silence = [
  { ...answered("no answer, ever", () => "hang"), isSilent: true },
  answered("a connection that breaks", () => "reset-after"),
];

/** The table of the section "Orphan Mitigation", row by row. */
export const rows: readonly Row[] = [
  row("All", "200", but(...polls), "No", [status(200)], done),
  row("All", "200 with malformed response", all, "No", unreadable(200)),
  row("All", "200 with malformed response", all, "No", [otherShape(200)], { ...unclear, ...ended }),
  row(
    "Polling Last Operation for Service Instances for Provisioning/Deprovisioning",
    '200 with "state": "failed"',
    instances,
    "Yes",
    [failedOperation],
  ),
  row(
    "Polling Last Operation for Service Bindings for Binding/Unbinding",
    '200 with "state": "failed"',
    bindings,
    "Yes",
    [failedOperation],
  ),
  row("All", "201", all, "No", [status(201)], { ...unclear, ...ended, provision: "done", bind: "done" }),
  row("Provisioning", "201 with malformed response", ["provision"], "Yes", malformed(201)),
  row("Binding", "201 with malformed response", ["bind"], "Yes", malformed(201)),
  row("All", "202", but(...reads), "No", [asItIs], done),
  row("All", "202", reads, "No", [status(202)]),
  row("Provisioning", "202 with malformed response", ["provision"], "Yes", malformed(202, false)),
  row("Binding", "202 with malformed response", ["bind"], "Yes", malformed(202, false)),
  row("Provisioning/Deprovisioning", "All other 2xx", ["provision"], "Yes", otherSuccesses),
  row("Binding/Unbinding", "All other 2xx", ["bind"], "Yes", otherSuccesses),
  // Against the table, which has them cleaned up: brokers answer so when it is done.
  row("Provisioning/Deprovisioning", "All other 2xx", ["deprovision"], "No", otherSuccesses, done),
  row("Binding/Unbinding", "All other 2xx", ["unbind"], "No", otherSuccesses, done),
  row("Updating a Service Instance", "All other 2xx", ["update"], "No", otherSuccesses),
  row("All", "408", all, "No", [status(408, { effect: "before" })]),
  row(
    "All",
    "All other 4xx",
    all,
    "No",
    [400, 403, 405, 418, 422, 429].map((code) => status(code, { effect: "before" })),
    { ...unclear, update: "refused", bind: "refused" },
  ),
  row("Provisioning/Deprovisioning", "5xx", instances, "Yes", failures),
  row("Binding/Unbinding", "5xx", bindings, "Yes", failures),
  row("Updating a Service Instance", "5xx", ["update"], "No", failures),
  row("Provisioning", "Timeout", ["provision"], "Yes", silence),
  row("Binding", "Timeout", ["bind"], "Yes", silence),
  row("All (except Provisioning and Binding)", "Timeout", but("provision", "bind"), "No", silence),
];
