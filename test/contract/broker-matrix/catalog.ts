import type { Verb } from "./matrix";
import type { Came } from "./held";
import { answer, type More, type StatusCase } from "./case";

type OfCatalog = [status: number, words: string, more?: More];
const unreadable: OfCatalog[] = [
  [200, "with a page of a proxy", { body: "<html></html>" }],
  [200, "with JSON of another shape", { body: ["none"] }],
  [400, "refused"],
  [412, "another API version"],
  [500, "the broker failed"],
  [503, "for as long as it is repeated"],
];

/** Answers to the question for the catalog, which comes before the verb. */
const ofCatalog = (verb: Verb, to: Came["to"], cases: readonly OfCatalog[]): StatusCase[] =>
  cases.map(([status, words, more]) =>
    answer(verb, status, words, to, {
      on: "catalog",
      says: to === "done" ? /^$/ : /GET \/v2\/catalog/,
      ...more,
    }),
  );

const refusedCatalog: OfCatalog[] = [
  [401, "credentials refused", { says: /GET \/v2\/catalog.*brokerUsername/ }],
];

/** A deprovisioning goes by the state alone. What an update and an unbinding need, an earlier run knew already. */
export const catalog: StatusCase[] = [
  ...(["provision", "fetch", "bind", "fetch-binding"] as const).flatMap((verb) =>
    ofCatalog(verb, "refused", [...unreadable, ...refusedCatalog]),
  ),
  ...ofCatalog("update", "done", unreadable),
  ...ofCatalog("update", "refused", refusedCatalog),
  ...ofCatalog("unbind", "done", [...unreadable, [401, "credentials refused"]]),
  ...(["provision", "update", "fetch", "bind", "unbind", "fetch-binding"] as const).flatMap((verb) =>
    ofCatalog(verb, "done", [
      [200, "as it is", { isScripted: false }],
      [500, "once: repeated", { times: 1 }],
    ]),
  ),
  ...(["update", "fetch", "bind", "fetch-binding"] as const).flatMap((verb) =>
    ofCatalog(verb, "done", [
      [304, "has not changed since it was read", { isScripted: false, options: { oneRun: true } }],
    ]),
  ),
];
