import type { BrokerFailure, BrokerFault, OperationKind } from "../../../sdk/simulator";
import type { Asked, MatrixOptions, Verb } from "./matrix";
import type { Came } from "./held";
import { goodBody, isPoll, timesOf } from "./rows";

/** A status that a verb is answered with, and what the resource makes of it. */
export interface StatusCase {
  /** What the resource does. */
  verb: Verb;
  /** The request that is answered so: `verb` itself, the polling that follows it, or what comes before it. */
  on: Asked;
  status: number;
  /** The code in the field `error`, if any. */
  code: string;
  /** What it means, or when it comes. */
  words: string;
  /** False where the broker answers so by itself. */
  isScripted: boolean;
  /** How the operation goes, where that makes the broker answer so. */
  failure: BrokerFailure | undefined;
  body: unknown;
  headers: Record<string, string>;
  effect: NonNullable<BrokerFault["effect"]>;
  times: NonNullable<BrokerFault["times"]>;
  to: Came["to"];
  /** What the user is told. */
  says: RegExp;
  options: MatrixOptions;
  /** Of the run that comes next. */
  next: MatrixOptions;
}

export type More = Partial<Omit<StatusCase, "verb" | "status" | "words" | "to">>;

/** Unless told otherwise, the answer comes without an effect, and as often as the request is repeated. */
export function answer(
  verb: Verb,
  status: number,
  words: string,
  to: Came["to"],
  more: More = {},
): StatusCase {
  const { on = verb, code = "", options = {} } = more;
  const body = code ? { error: code, description: "So it is." } : { description: "So it is." };
  return {
    verb,
    on,
    status,
    code,
    words,
    to,
    isScripted: more.failure === undefined,
    failure: undefined,
    next: {},
    body: status < 300 ? goodBody(on) : body,
    headers: {},
    effect: status < 300 ? "after" : "before",
    times: timesOf(on, { status }),
    says: to === "done" ? /^$/ : /./,
    ...more,
    options: { sync: !isPoll(on), ...options },
  };
}

/** The user's own time-out, where the broker's answer stays the same. */
export const SHORT = { timeout: "20s" };
export const byItself: More = { isScripted: false, options: { sync: false } };

/** The operation takes long enough to be seen in progress. */
export const slowly = (verb: OperationKind): More => ({
  failure: { on: verb, kind: "slow", afterMs: 20_000 },
  options: { sync: false },
});
