import { say } from "../words";
import type { Host, Problem, Resource } from "../host/contract";
import { type Given, lookOf } from "./looks";
import { hasUnknown } from "../schema/unknown";
import { ownOf } from "../host/saved-state";

/** Inputs by which a resource finds what is its own, by their paths. */
export type Identity = Readonly<Record<string, unknown>>;

/** How a resource is held against its intent. */
interface BesideIntent {
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
export const besideIntent =
  <Inputs>(of: BesideIntent, check: CheckOf<Inputs>): CheckOf<Inputs> =>
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
function problemsBeside(of: BesideIntent, host: Host, given: Given, refused: readonly Problem[]): Problem[] {
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

const otherProblem = ({ resource, intent }: BesideIntent, path: string): Problem => ({
  path,
  message:
    `is another one for the ${resource} than for its Intent, by which it tells its own from somebody else's. Nothing was sent. ` +
    say.changeBoth(resource, intent),
});
