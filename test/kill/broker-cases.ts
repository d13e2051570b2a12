import type { BrokerEvent } from "../../sdk/simulator";
import { serviceInstance } from "../e2e/stack";

/** Three instances, one of them synchronous, and a binding of each kind: asynchronous and synchronous. */
export const program = [
  serviceInstance("orders", { service: "postgres", plan: "small", parameters: { storageGb: 10 } }),
  serviceInstance("users", { service: "postgres", plan: "large" }),
  serviceInstance("sessions", { service: "cache", plan: "basic" }),
  `new provisor.ServiceBinding("orders-login", { instance: orders });`,
  `new provisor.ServiceBinding("sessions-login", { instance: sessions });`,
].join("\n");

/** What there is to be in the end. */
export const wanted = { instances: 3, bindings: 2 };

type Request = NonNullable<BrokerEvent["request"]>;

/** An event of the broker's ledger at which an up is killed, and where the next one runs. */
export interface BrokerCase {
  n: number;
  words: string;
  kind: BrokerEvent["kind"];
  request: Request;
  /** The how-manieth of its kind. */
  nth: number;
  provider: "left alive" | "killed";
  home: "same" | "another";
}

const moments: [string, BrokerEvent["kind"], Request, number][] = [
  ["the first PUT of an instance arrived", "request", "provision", 1],
  ["the first PUT of an instance took effect", "effect", "provision", 1],
  ["the second PUT of an instance arrived", "request", "provision", 2],
  ["the second PUT of an instance took effect", "effect", "provision", 2],
  ["the third PUT of an instance took effect", "effect", "provision", 3],
  ["the first poll of an instance is being answered", "answer", "last-operation", 1],
  ["the third poll of an instance arrived", "request", "last-operation", 3],
  ["the first PUT of a binding arrived", "request", "bind", 1],
  ["the first PUT of a binding took effect", "effect", "bind", 1],
  ["the second PUT of a binding took effect", "effect", "bind", 2],
  ["the first poll of a binding is being answered", "answer", "last-binding-operation", 1],
  ["a binding is fetched", "answer", "fetch-binding", 1],
];

/** Every moment, the provider left alive in one half of them, the next run in another home in one half of each. */
export const brokerCases: readonly BrokerCase[] = moments.map(([words, kind, request, nth], index) => ({
  n: index + 1,
  words,
  kind,
  request,
  nth,
  provider: index % 4 < 2 ? "left alive" : "killed",
  home: index % 2 === 0 ? "same" : "another",
}));
