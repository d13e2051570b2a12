import { isDeepStrictEqual } from "node:util";
import type { Change, Host, Outcome, Problem, Resource } from "../contract";
import { readSaved } from "../saved";
import { hasUnknown } from "../schema/unknown";
import { newKey } from "./ids";
import { endIntent } from "./intent-end";
import {
  INTENT_VERSION,
  type IntentInputs,
  type IntentState,
  type Rotation,
  inputs,
  outputs,
} from "./intent-schema";
import type { Want } from "./want";

/**
 * The companion of a ServiceInstance or a ServiceBinding that the engine saves before the resource's own create begins.
 * Its random key is the first id of the instance or binding, and every further one is derived from it, so that a run
 * that died hands the next one all ids that it may have used (docs/decisions/0006-broker-ids.md).
 */

/** What differs between the intents of the two resources. */
export interface IntentKind {
  name: "ServiceInstanceIntent" | "ServiceBindingIntent";
  description: string;
  noun: "instance" | "binding";
  /** True where a change of what is wanted makes a successor; else it is brought about in place. */
  replaces: (before: Want, now: Want, changePolicy: string | undefined) => boolean;
  /** True where the saved resource is to have a successor though nothing wanted has changed: a rotation. */
  isDue?: (rotation: Rotation, real: SavedResource, now: number) => boolean;
}

/** Saved outputs of the resource beside an intent, secrets left out. */
export type SavedResource = Readonly<Record<string, unknown>>;

/** How many earlier wants are kept: as many tries as anyone makes before looking at what is there. */
const ASKED_MAX = 10;

/** Parts of the inputs that are taken over as they are. */
const carried = ["want", "follows", "profile", "deletionPolicy", "timeouts"] as const;

const defined = <T extends object>(object: T): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;

const stateOf = (key: string, asked: readonly Want[], input: IntentInputs): IntentState =>
  defined({
    key,
    asked: asked.slice(-ASKED_MAX),
    ...Object.fromEntries(carried.map((name) => [name, input[name]])),
    version: INTENT_VERSION,
  }) as IntentState;

/** Its key is all that is known of what a run that died may have made. */
const forcedReplacement: Problem = {
  path: "",
  message:
    "a replacement of its Intent was asked for (--replace, or a tainted state), which would forget the ids that a run that " +
    "did not end may have used. Nothing was sent. Leave out --replace for it, or clear the taint with `pulumi state untaint`",
};

/** The id that is followed from now on; the one noted before where no successor is newly due. */
function followed(
  kind: IntentKind,
  host: Host,
  olds: IntentInputs | undefined,
  news: IntentInputs,
): string | undefined {
  const real = host.saved.own?.["real"] as SavedResource | undefined;
  const id = real?.[`${kind.noun}Id`];
  if (real === undefined || typeof id !== "string" || hasUnknown(news, host.isUnknown)) return olds?.follows;
  const isReplaced = olds !== undefined && kind.replaces(olds.want, news.want, news.changePolicy);
  const isDue = news.rotation && kind.isDue?.(news.rotation, real, host.session.clock.now());
  return isReplaced || isDue ? id : olds?.follows;
}

export function intentResource(kind: IntentKind): Resource<IntentInputs, IntentState> {
  const saved = (host: Host, state: unknown): IntentState => readSaved(host, outputs, INTENT_VERSION, state);

  const check = (
    host: Host,
    olds: IntentInputs | undefined,
    news: unknown,
  ): Promise<{ inputs: unknown; problems: Problem[] }> => {
    const given = news as IntentInputs;
    const isForced = olds === undefined && host.saved.own !== undefined;
    return Promise.resolve({
      inputs: defined({ ...given, follows: followed(kind, host, olds, given) }),
      problems: isForced ? [forcedReplacement] : [],
    });
  };

  const diff = (host: Host, state: IntentState, input: IntentInputs): Change => {
    if (hasUnknown(input, host.isUnknown)) return { changes: true, replaces: [] };
    const changes = carried.some((name) => !isDeepStrictEqual(state[name], input[name]));
    return { changes, replaces: [] };
  };

  const create = (_host: Host, input: IntentInputs): Promise<Outcome<IntentState>> => {
    const key = newKey();
    return Promise.resolve({ id: key, state: stateOf(key, [input.want], input) });
  };

  const update = (id: string, state: IntentState, input: IntentInputs): Promise<Outcome<IntentState>> => {
    // Another id is followed: nothing was asked for under its successor's yet.
    const earlier = state.follows === input.follows ? state.asked : [];
    const asked = [...earlier.filter((one) => !isDeepStrictEqual(one, input.want)), input.want];
    return Promise.resolve({ id, state: stateOf(state.key, asked, input) });
  };

  return {
    name: kind.name,
    description: kind.description,
    inputs,
    outputs,
    check,
    diff: (host, state, input) => diff(host, saved(host, state), input),
    create,
    read: async (host, _id, state) => saved(host, state),
    update: async (host, id, state, input) => update(id, saved(host, state), input),
    delete: async (host, _id, state) => endIntent(host, kind.noun, saved(host, state)),
  };
}

const differs =
  (...fields: (keyof Want)[]) =>
  (before: Want, now: Want): boolean =>
    fields.some((field) => before[field] !== now[field]);

const isAnotherInstance = differs("service", "plan", "id", "rest");
const isAnotherBinding = differs("service", "instanceId", "id", "parameters", "rest");

/** The companion of a ServiceInstance. */
export const serviceInstanceIntent = intentResource({
  name: "ServiceInstanceIntent",
  description: "The companion of a ServiceInstance that holds its id before anything is sent.",
  noun: "instance",
  replaces: (before, now, changePolicy) => changePolicy === "replace" && isAnotherInstance(before, now),
});

/** The companion of a ServiceBinding; `isDue` says when a rotation is due. */
export const serviceBindingIntentWith = (
  isDue: NonNullable<IntentKind["isDue"]>,
): Resource<IntentInputs, IntentState> =>
  intentResource({
    name: "ServiceBindingIntent",
    description: "The companion of a ServiceBinding that holds its id before anything is sent.",
    noun: "binding",
    replaces: isAnotherBinding,
    isDue,
  });
