import type { Host, Log, Problem } from "../host/contract";
import { defined } from "./defined";
import type { Session } from "../host/run-state";

/** Inputs as an engine gives them. */
export type Given = Readonly<Record<string, unknown>>;

/** What an intent was shown in this run. The check of its resource comes next. */
interface Look {
  /** The inputs of the resource, as the engine had them for the intent. */
  inputs: Given;
  /** Why the resource will refuse them, so that the intent was not moved on; empty where it will not. */
  refused: readonly Problem[];
}

const looksOf = (session: Session): Map<string, Look> => session.one("looks", () => new Map<string, Look>());

/** For the intent: what it was shown in this run. */
export const noteLook = ({ session, of }: Host, look: Look): void => {
  looksOf(session).set(of, look);
};

/** For the resource: what its intent was shown in this run; undefined where an engine left it out. */
export const lookOf = ({ session, of }: Host): Look | undefined => looksOf(session).get(of);

const silent: Log = { info: () => undefined, warn: () => undefined, progress: () => undefined };

/** What an intent knows of its resource beside the saved state of its own. */
export interface Beside {
  /** Key of the intent, where it has one already. */
  key: string | undefined;
  /** The saved outputs of the resource; undefined where there are none. */
  real: Given | undefined;
}

/**
 * The host of a resource whose check its intent runs ahead: nothing is said, and nothing counts as said. Without a key
 * yet, what it would lay claim to in this run is for its own check.
 */
export const aheadOf = (host: Host, { key, real }: Beside): Host => ({
  ...host,
  address: host.of,
  log: silent,
  session: host.session.aside([...(key === undefined ? ["broker-marks"] : []), "plans", "adopted"]),
  saved: { ...host.saved, own: real ?? (host.saved.own === "untold" ? "untold" : "none") },
});

/** What the program says of a resource: nothing of what the engine's side and a check add. */
export const withoutAdded = (inputs: Given, added: readonly string[]): Given =>
  defined(Object.fromEntries(Object.entries(inputs).filter(([name]) => !added.includes(name))));
