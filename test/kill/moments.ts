import type { LedgerEventKind, RequestKind, Simulator } from "../../sdk/simulator";
import { wanted } from "./program";

/** Polls after the last POST before the first job ends. */
const QUIET_POLLS = 3;

/** So many polls come for certain: the last shows that the last job has ended. */
const POLLS = QUIET_POLLS + wanted.instances + 1;

/** An event of the ledger at which an up is killed. */
export interface Moment {
  words: string;
  kind: LedgerEventKind;
  request?: RequestKind;
  /** The how-manieth of its kind. Only lists after the last POST count: those are polls. */
  nth: number;
  /** The POST that arrives at this moment is never carried out. */
  lost?: boolean;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** Each POST before its effect; afterwards it is carried out all the same, or not, since nobody can stop it or knows. */
export const beforeEffects = (isLost: () => boolean): Moment[] =>
  numbers(wanted.posts).map((nth) => {
    const lost = isLost();
    const words = `POST ${String(nth)} arrived, and ${lost ? "is never" : "is still"} carried out`;
    return { words, kind: "request", request: "post", nth, lost };
  });

/** Each POST after its effect, before its answer. */
export const afterEffects: Moment[] = numbers(wanted.posts).map((nth) => ({
  words: `POST ${String(nth)} took effect`,
  kind: "effect",
  request: "post",
  nth,
}));

/** Each poll when it arrives, and just before its answer goes out. */
export const polls: Moment[] = numbers(POLLS).flatMap((nth): Moment[] => [
  { words: `poll ${String(nth)} arrived`, kind: "request", request: "list", nth },
  { words: `poll ${String(nth)} is being answered`, kind: "answer", request: "list", nth },
]);

/** Each instance when it is done, before a poll has told so: saved it cannot be. */
export const ends: Moment[] = numbers(wanted.instances).map((nth) => ({
  words: `instance ${String(nth)} is done`,
  kind: "instance-done",
  nth,
}));

/** Calls `act` at the moment, before the simulator goes on. Returns how to stop waiting for it. */
export function atMoment(simulator: Simulator, moment: Moment, act: () => void): () => void {
  const isPoll = pollsOf();
  let count = 0;
  const stop = simulator.on((event) => {
    const polling = isPoll(event);
    if (event.kind !== moment.kind || event.request !== moment.request) return;
    if (event.request === "list" && !polling) return;
    count++;
    if (count !== moment.nth) return;
    stop();
    act();
  });
  return stop;
}

/** Lets jobs end by events alone, so that every moment comes however slow the machine: each poll ends one of them. */
export function endJobsByPolls(simulator: Simulator): void {
  const isPoll = pollsOf();
  const open: string[] = [];
  let count = 0;
  simulator.on((event) => {
    if (event.kind === "instance-appeared") open.push(...(event.instanceIds ?? []));
    if (!isPoll(event) || event.kind !== "answer") return;
    count++;
    const next = count > QUIET_POLLS ? open.shift() : undefined;
    if (next !== undefined) simulator.finishInstance(next);
  });
}

/** Tells events of lists after the last POST from all others. Every event must be shown to it. */
function pollsOf(): (event: { kind: LedgerEventKind; request?: RequestKind | undefined }) => boolean {
  let effects = 0;
  return ({ kind, request }) => {
    if (kind === "effect" && request === "post") effects++;
    return request === "list" && effects >= wanted.posts;
  };
}
