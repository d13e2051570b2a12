import type { Host, Log, Problem, Resource } from "../host/contract";
import { omitUndefined, ownOf } from "../host/saved-state";
import type { RunState } from "../host/run-state";
import { say } from "../words";
import { hasUnknown } from "../schema/unknown";

/** Inputs as an engine gives them. */
export type Given = Readonly<Record<string, unknown>>;

/** What an intent was shown in this run. The check of its resource comes next. */
interface Look {
  /** The inputs of the resource, as the engine had them for the intent. */
  inputs: Given;
  /** Why the resource will refuse them, so that the intent was not moved on; empty where it will not. */
  refused: readonly Problem[];
}

const looksOf = (session: RunState): Map<string, Look> => session.one("looks", () => new Map<string, Look>());

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
  session: host.session.aside([...(key === undefined ? ["broker-run-state"] : []), "plans", "adopted"]),
  saved: { ...host.saved, own: real ?? (host.saved.own === "untold" ? "untold" : "none") },
});

/** What the program says of a resource: nothing of what the engine's side and a check add. */
export const withoutAdded = (inputs: Given, added: readonly string[]): Given =>
  omitUndefined(Object.fromEntries(Object.entries(inputs).filter(([name]) => !added.includes(name))));

/** Inputs by which a resource finds what is its own, by their paths. */
export type Identity = Readonly<Record<string, unknown>>;

/** How a resource is held against its intent. */
interface AgainstIntent {
  /** Names of the types. */
  resource: "ChildInstance" | "ServiceInstance" | "ServiceBinding";
  intent: "Intent" | "ServiceInstanceIntent" | "ServiceBindingIntent";
  identity: (inputs: Given) => Identity;
  /** The same, as the intent that is handed in with the inputs was saved; undefined where it does not tell. */
  saved: (inputs: Given) => Identity | undefined;
}

type CheckOf<Inputs> = Resource<Inputs>["check"];

/**
 * A check that holds what reaches the resource against what its intent was shown, and has saved. An intent is evidence for
 * that alone: where the resource asks for something else, what is there is somebody else's
 * (docs/decisions/0011-what-an-intent-is-shown.md).
 */
export const checkAgainstIntent =
  <Inputs>(of: AgainstIntent, check: CheckOf<Inputs>): CheckOf<Inputs> =>
  async (host, olds, news) => {
    if (host.leftOut.length > 0) return { inputs: news, problems: [leftOutProblem(host)] };
    const given = news as Given;
    const look = lookOf(host);
    const unlike = look ? differing(host, of.identity(look.inputs), of.identity(given)) : [];
    if (unlike.length > 0) return { inputs: news, problems: unlike.map((path) => otherProblem(of, path)) };
    const checked = await check(host, olds, news);
    if (checked.problems.length > 0) return checked;
    return { ...checked, problems: problemsBeside(of, host, given, look?.refused ?? []) };
  };

/** @param refused Why the intent was not moved on in this run. */
function problemsBeside(of: AgainstIntent, host: Host, given: Given, refused: readonly Problem[]): Problem[] {
  // Nothing may be made that no intent knows of.
  if (refused.length > 0 && ownOf(host) === undefined) return [...refused];
  const saved = hasUnknown(given["intent"], host.isUnknown) ? undefined : of.saved(given);
  if (saved === undefined) return [];
  const unlike = differing(host, saved, of.identity(given)).filter((path) => path in saved);
  if (unlike.length === 0) return [];
  return refused.length > 0 ? [...refused] : unlike.map((path) => otherProblem(of, path));
}

/** Paths of what differs. Where something is not known yet, only what both have counts. */
function differing(host: Host, one: Identity, other: Identity): string[] {
  const isOpen = hasUnknown([one, other], host.isUnknown);
  const paths = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return paths.filter((path) => {
    const values = [one[path], other[path]];
    if (isOpen && (hasUnknown(values, host.isUnknown) || !(path in one && path in other))) return false;
    return textOf(one[path]) !== textOf(other[path]);
  });
}

/** As it is sent: spaces around a word mean nothing, and ids may be numbers. */
export function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return Array.isArray(value) ? JSON.stringify(value.map(textOf)) : String(value).trim();
}

/** The engine begins with a resource without what it needs: in a preview it fails later, and in an update it makes it so. */
const leftOutProblem = ({ leftOut }: Host): Problem => ({
  path: "",
  message:
    "this run leaves out what it needs and the state does not have. Name this too: " +
    leftOut.map((address) => say.target(address)).join(" "),
});

const otherProblem = ({ resource, intent }: AgainstIntent, path: string): Problem => ({
  path,
  message:
    `is another one for the ${resource} than for its Intent, by which it tells its own from somebody else's. Nothing was sent. ` +
    say.changeBoth(resource, intent),
});
