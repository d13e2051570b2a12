import { isDeepStrictEqual } from "node:util";
import { defined } from "../defined";
import { SettingsError } from "../../../sdk/broker";
import type { Change, Host, Outcome, Problem, Resource } from "../contract";
import { forcedBy, unforced } from "../forced";
import { readSaved } from "../saved";
import { hasUnknown } from "../schema/unknown";
import { CATALOG_MAX_AGE_MS, openBroker } from "./account";
import { followingId, newKey } from "./ids";
import { marksOf } from "./marks";
import { endIntent, letGoOfSuccessor } from "./intent-end";
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
  /** What the saved resource was made as, as far as it tells, beside something that is wanted. */
  told: (real: SavedResource, wanted: Want) => Partial<Want>;
  /** True where the policy of the saved resource, or the new one, forbids such a change. */
  refuses?: (saved: unknown, now: string | undefined) => boolean;
  /** True where the saved resource is to have a successor though nothing wanted has changed: a rotation. */
  isDue?: (rotation: Rotation, real: SavedResource, now: number) => boolean;
}

/** Saved outputs of the resource beside an intent, secrets left out. */
export type SavedResource = Readonly<Record<string, unknown>>;

/** How many earlier wants are kept: as many tries as anyone makes before looking at what is there. */
const ASKED_MAX = 10;

/** Parts of the inputs that are taken over as they are. */
const carried = ["want", "follows", "broker", "profile", "timeouts"] as const;

const stateOf = (
  key: string,
  asked: readonly Want[],
  turn: number,
  left: readonly string[] | undefined,
  input: IntentInputs,
): IntentState =>
  defined({
    key,
    asked: asked.slice(-ASKED_MAX),
    turn,
    left,
    ...Object.fromEntries(carried.map((name) => [name, input[name]])),
    version: INTENT_VERSION,
  }) as IntentState;

/** Its key is all that is known of what a run that died may have made. */
const forcedReplacement = (host: Host): Problem => ({
  path: "",
  message:
    `a replacement of its Intent was asked for (${forcedBy(host)}), which would forget the ids that a run that ` +
    `did not end may have used. Nothing was sent. ${unforced(host)}`,
});

/**
 * The id that is followed from now on; the one noted before where no successor is newly due. Nothing new is, where the
 * resource will refuse the change, and nothing at all once the program has taken back what did not come about.
 */
function followed(
  kind: IntentKind,
  host: Host,
  olds: IntentInputs | undefined,
  news: IntentInputs,
): string | undefined {
  const real = host.saved.own?.["real"] as SavedResource | undefined;
  const id = real?.[`${kind.noun}Id`];
  if (real === undefined || typeof id !== "string" || hasUnknown(news, host.isUnknown)) return olds?.follows;
  const isAsWanted = (want: Want): boolean =>
    !kind.replaces({ ...want, ...kind.told(real, want) }, want, "replace");
  const isTakenBack = olds !== undefined && !isAsWanted(olds.want) && isAsWanted(news.want);
  // Once it is allowed, it is a change still, by what the resource tells.
  const isRefused =
    !isAsWanted(news.want) && kind.refuses?.(real["deletionPolicy"], news.deletionPolicy) === true;
  const before = { ...olds?.want, ...kind.told(real, news.want) };
  const isReplaced =
    olds !== undefined && !isTakenBack && !isRefused && kind.replaces(before, news.want, news.changePolicy);
  const isDue = (rotation: Rotation | undefined): boolean =>
    rotation !== undefined && kind.isDue?.(rotation, real, host.session.clock.now()) === true;
  if (isReplaced || isDue(news.rotation)) return id;
  if (olds?.follows === id && (isTakenBack || isDue(olds.rotation))) return undefined;
  return olds?.follows;
}

/**
 * The broker that the resource is asked of: the one that has it, or, while nothing of it is saved, the one that is
 * addressed. The one noted before where no settings say which.
 */
function askedBroker(
  kind: IntentKind,
  host: Host,
  olds: IntentInputs | undefined,
  news: IntentInputs,
): string | undefined {
  const real = host.saved.own?.["real"] as SavedResource | undefined;
  if (typeof real?.["broker"] === "string") return real["broker"];
  if (host.isUnknown(news.profile)) return olds?.broker;
  const now = addressed(host, news.profile);
  if (now !== undefined && olds?.broker !== undefined && now !== olds.broker && !host.preview)
    host.log.warn(
      `${host.name}: an earlier run asked another broker, and nothing of that was saved. If it was killed, it may have made ` +
        `service ${kind.noun} ${firstIdOf(host, news)} at the broker ${olds.broker}, which no resource of this stack will have. ` +
        "Look there.",
    );
  return now ?? olds?.broker;
}

function addressed(host: Host, profile: string | undefined): string | undefined {
  try {
    const { client, catalog } = openBroker(host.session, host.settings, profile);
    // The resource wants it next: so it comes while the engine saves the intent. What is wrong with it, that one says.
    void catalog.get(CATALOG_MAX_AGE_MS).catch(() => undefined);
    return client.baseUrl;
  } catch (error) {
    if (error instanceof SettingsError) return undefined; // For the check of the resource to report.
    throw error;
  }
}

const firstIdOf = (host: Host, { want }: IntentInputs): string =>
  want.id ?? String(host.saved.own?.["key"] ?? "");

export function intentResource(kind: IntentKind): Resource<IntentInputs, IntentState> {
  const saved = (host: Host, state: unknown): IntentState => readSaved(host, outputs, INTENT_VERSION, state);

  const check = (
    host: Host,
    olds: IntentInputs | undefined,
    news: unknown,
  ): Promise<{ inputs: unknown; problems: Problem[] }> => {
    const given = news as IntentInputs;
    const isForced = olds === undefined && host.saved.own !== undefined;
    const follows = followed(kind, host, olds, given);
    const broker = askedBroker(kind, host, olds, given);
    return Promise.resolve({
      inputs: defined({ ...given, follows, broker }),
      problems: isForced ? [forcedReplacement(host)] : [],
    });
  };

  const diff = (host: Host, state: IntentState, input: IntentInputs): Change => {
    if (hasUnknown(input, host.isUnknown)) return { changes: true, replaces: [] };
    const changes = carried.some((name) => !isDeepStrictEqual(state[name], input[name]));
    return { changes, replaces: [] };
  };

  const create = (host: Host, input: IntentInputs): Promise<Outcome<IntentState>> => {
    const key = newKey();
    marksOf(host.session).began(key);
    return Promise.resolve({ id: key, state: stateOf(key, [input.want], 1, undefined, input) });
  };

  const update = async (
    host: Host,
    id: string,
    state: IntentState,
    input: IntentInputs,
  ): Promise<Outcome<IntentState>> => {
    const { key, follows } = state;
    let { left } = state;
    if (follows !== undefined && input.follows === undefined) {
      // The run that began the replacement may have been killed when the successor was made.
      await letGoOfSuccessor(host, kind.noun, { ...state, profile: input.profile });
      left = [...(left ?? []), followingId(key, follows)];
    }
    if (input.follows !== undefined && input.follows !== follows)
      if (left?.includes(followingId(key, input.follows)) !== true)
        marksOf(host.session).note(key, input.follows);
    // Another id is followed: nothing was asked for under its successor's yet.
    const isSameId = follows === input.follows;
    const earlier = isSameId ? state.asked : [];
    const asked = [...earlier.filter((one) => !isDeepStrictEqual(one, input.want)), input.want];
    const isNew = isSameId && !isDeepStrictEqual(asked, state.asked);
    if (isNew) marksOf(host.session).asked(key);
    return { id, state: stateOf(key, asked, (state.turn ?? 1) + (isNew ? 1 : 0), left, input) };
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
    update: async (host, id, state, input) => update(host, id, saved(host, state), input),
    delete: async (host, _id, state) => endIntent(host, kind.noun, saved(host, state)),
  };
}

const texts = (values: Record<string, unknown>): Partial<Want> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === "string"));

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
  told: ({ service, plan, instanceId }, { id }) => ({
    ...texts({ service, plan }),
    ...(id === undefined ? {} : texts({ id: instanceId })),
  }),
  refuses: (before, now) =>
    before === "prevent" || now === "prevent" || (now === "abandon" && before !== now),
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
    told: ({ instance, bindingId }, { id }) => ({
      ...texts({ instanceId: (instance as { instanceId?: unknown } | undefined)?.instanceId }),
      ...(id === undefined ? {} : texts({ id: bindingId })),
    }),
    isDue,
  });
