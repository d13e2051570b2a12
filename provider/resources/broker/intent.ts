import { isDeepStrictEqual } from "node:util";
import { omitUndefined } from "../../host/saved-state";
import { SettingsError } from "../../../sdk/broker";
import { say } from "../../words";
import type { Change, Host, Outcome, Problem, Resource } from "../../host/contract";
import { forcedBy, unforced } from "../forced-replacement";
import { type Given, aheadOf, noteLook, withoutAdded } from "../check-against-intent";
import { readingSaved, ownOf, savedOf } from "../../host/saved-state";
import { hasUnknown } from "../../schema/unknown";
import { untoldProblems } from "../../host/saved-state";
import { CATALOG_MAX_AGE_MS, openBroker } from "./account";
import { followingId, newKey } from "./ids";
import { brokerRunStateOf } from "./run-state";
import { endIntent, letGoOfSuccessor } from "./intent-end";
import {
  INTENT_VERSION,
  type IntentInputs,
  type IntentState,
  type Rotation,
  inputs,
  outputs,
} from "./intent-schema";
import type { IntentSpec } from "./intent-digest";

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
  /** What inputs of the resource want, in short. */
  intentSpecOf: (inputs: Given) => IntentSpec;
  /** Why the resource refuses these inputs before anything is sent, by its own check; `olds` are those that it has. */
  refusals: (host: Host, olds: Given | undefined, news: Given) => Promise<Problem[]>;
  /** When a successor is due, by the inputs of the resource. */
  rotationOf?: (inputs: Given) => Rotation;
  /** True where a change of what is wanted makes a successor; else it is brought about in place. */
  replaces: (
    before: IntentSpec,
    now: IntentSpec,
    changePolicy: string | undefined,
    isKept: boolean,
  ) => boolean;
  /** What the saved resource was made as, as far as it tells, beside something that is wanted. */
  told: (real: SavedResource, wanted: IntentSpec) => Partial<IntentSpec>;
  /** True where the saved resource is to have a successor though nothing wanted has changed: a rotation. */
  isDue?: (rotation: Rotation, real: SavedResource, now: number) => boolean;
}

/** Saved outputs of the resource beside an intent, secrets left out. */
export type SavedResource = Readonly<Record<string, unknown>>;

/** How many earlier wants are kept: as many tries as anyone makes before looking at what is there. */
export const ASKED_MAX = 10;

/** Parts of the inputs that are taken over as they are. */
const carried = ["follows", "broker", "profile", "timeouts"] as const;

/** What a check adds to the inputs of the resource, or had in their place. */
const added = ["follows", "broker", "refused", "want", "rotation"];

const stateOf = (
  key: string,
  want: IntentSpec,
  asked: readonly IntentSpec[],
  turn: number,
  left: readonly string[] | undefined,
  input: IntentInputs,
): IntentState =>
  omitUndefined({
    key,
    want,
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

/** The saved outputs of the resource beside the intent, as far as the engine tells. */
const realOf = (host: Host): SavedResource | undefined =>
  ownOf(host) ? savedOf(host.saved.real) : undefined;

/** The key of an intent that is saved. */
function keyOf(host: Host): string | undefined {
  const key = ownOf(host)?.["key"];
  return typeof key === "string" ? key : undefined;
}

/** What earlier runs may have asked for under the id that is next, for a preview to speak of. */
function noteEarlier(host: Host): void {
  const { key, asked } = ownOf(host) ?? {};
  if (typeof key === "string" && Array.isArray(asked))
    brokerRunStateOf(host.session).noteEarlier(host.of, {
      key,
      asked: (asked as Partial<IntentSpec>[]).map(({ id = "" }) => id),
    });
}

/** What an intent with these inputs was for. */
const intentSpecIn = (kind: IntentKind, inputs: IntentInputs): IntentSpec =>
  inputs.want ?? kind.intentSpecOf(inputs);

/**
 * The id that is followed from now on; the one noted before where no successor is newly due. Nothing new is, once the
 * program has taken back what did not come about.
 */
function followed(
  kind: IntentKind,
  host: Host,
  olds: IntentInputs | undefined,
  news: IntentInputs,
): string | undefined {
  const real = realOf(host);
  const id = real?.[`${kind.noun}Id`];
  if (real === undefined || typeof id !== "string" || hasUnknown(news, host.isUnknown)) return olds?.follows;
  const isKept = isKeptBy(host, news.profile);
  // Its create was refused: the next one has another id.
  if (!isKept && kind.noun === "instance" && !exists(real)) return id;
  const before = olds && intentSpecIn(kind, olds);
  // Beside the inputs of an earlier version an engine has none that it could go on with where a change is to be ignored.
  const want: IntentSpec = { ...olds?.want, ...kind.intentSpecOf(news) };
  const isAsWanted = (one: IntentSpec): boolean =>
    !kind.replaces({ ...one, ...kind.told(real, one) }, one, "replace", isKept);
  const isTakenBack = before !== undefined && !isAsWanted(before) && isAsWanted(want);
  const isReplaced =
    before !== undefined &&
    !isTakenBack &&
    kind.replaces({ ...before, ...kind.told(real, want) }, want, news.changePolicy, isKept);
  const isDue = (inputs: IntentInputs): boolean => {
    const rotation = inputs.rotation ?? kind.rotationOf?.(inputs);
    return rotation !== undefined && kind.isDue?.(rotation, real, host.session.clock.now()) === true;
  };
  if (isReplaced || isDue(news)) return id;
  if (olds?.follows === id && (isTakenBack || isDue(olds))) return undefined;
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
  const madeBy = realOf(host)?.["broker"];
  if (typeof madeBy === "string") return madeBy;
  if (host.isUnknown(news.profile)) return olds?.broker;
  const now = addressed(host, news.profile);
  if (now !== undefined && olds?.broker !== undefined && now !== olds.broker && !host.preview)
    host.log.warn(
      `${host.name}: an earlier run asked another broker, and nothing of that was saved. If it was killed, it may have made ` +
        `service ${kind.noun} ${kind.intentSpecOf(news).id ?? keyOf(host) ?? ""} at the broker ${olds.broker}, which no resource of this ${say.stack} will have. ` +
        "Look there.",
    );
  return now ?? olds?.broker;
}

/** False where the broker keeps no instances. */
function isKeptBy(host: Host, profile: string | undefined): boolean {
  try {
    return openBroker(host.session, host.settings, profile).client.keepsInstances;
  } catch (error) {
    if (error instanceof SettingsError) return true; // For the check of the resource to report.
    throw error;
  }
}

const exists = ({ state, unfinished }: SavedResource): boolean =>
  state !== "failed" || (unfinished as { kind?: unknown } | undefined)?.kind !== "create";

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

/**
 * Why the resource refuses what it is newly asked for. It is asked before the intent is moved on, so that what was refused
 * leaves nothing behind (docs/decisions/0011-what-an-intent-is-shown.md). A preview saves nothing, and asks nothing.
 */
async function refusalsOf(
  kind: IntentKind,
  host: Host,
  olds: IntentInputs | undefined,
  news: IntentInputs,
): Promise<Problem[]> {
  if (host.preview || hasUnknown(news, host.isUnknown) || olds?.want !== undefined) return [];
  const before = olds && olds.refused !== true ? withoutAdded(olds, added) : undefined;
  const now = withoutAdded(news, added);
  const real = realOf(host);
  if (isDeepStrictEqual(before, now) || (real !== undefined && before === undefined)) return [];
  const key = keyOf(host);
  return kind.refusals(aheadOf(host, { key, real }), real && before, { ...now, intent: { key: key ?? "" } });
}

export function intentResource(kind: IntentKind): Resource<IntentInputs, IntentState> {
  const check = async (
    host: Host,
    olds: IntentInputs | undefined,
    news: unknown,
  ): Promise<{ inputs: unknown; problems: Problem[] }> => {
    const given = news as IntentInputs;
    const problems =
      olds === undefined ? (ownOf(host) ? [forcedReplacement(host)] : untoldProblems(host)) : [];
    if (problems.length > 0) return { inputs: given, problems };
    const refused = await refusalsOf(kind, host, olds, given);
    noteLook(host, { inputs: given, refused });
    if (olds && refused.length > 0) return { inputs: olds, problems: [] };
    const follows = followed(kind, host, olds, given);
    if (follows === olds?.follows) noteEarlier(host);
    const broker = askedBroker(kind, host, olds, given);
    const isRefused = refused.length > 0 ? true : undefined;
    return { inputs: omitUndefined({ ...given, follows, broker, refused: isRefused }), problems: [] };
  };

  const diff = (host: Host, state: IntentState, input: IntentInputs): Change => {
    if (hasUnknown(input, host.isUnknown)) return { changes: true, replaces: [] };
    const isAsked =
      input.refused === true || isDeepStrictEqual(state.asked.at(-1), intentSpecIn(kind, input));
    const changes = !isAsked || carried.some((name) => !isDeepStrictEqual(state[name], input[name]));
    return { changes, replaces: [] };
  };

  const create = (host: Host, input: IntentInputs): Promise<Outcome<IntentState>> => {
    const key = newKey();
    brokerRunStateOf(host.session).began(key);
    const want = kind.intentSpecOf(input);
    const asked = input.refused === true ? [] : [want];
    return Promise.resolve({ id: key, state: stateOf(key, want, asked, 1, undefined, input) });
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
      if (left?.includes(followingId(key, input.follows)) !== true) {
        brokerRunStateOf(host.session).note(key, input.follows);
        brokerRunStateOf(host.session).began(followingId(key, input.follows));
      }
    // Another id is followed: nothing was asked for under its successor's yet.
    const isSameId = follows === input.follows;
    const earlier = isSameId ? state.asked : [];
    const want = kind.intentSpecOf(input);
    const asked = [...earlier.filter((one) => !isDeepStrictEqual(one, want)), want];
    const isNew = isSameId && !isDeepStrictEqual(asked, state.asked);
    if (isNew) brokerRunStateOf(host.session).asked(key);
    return { id, state: stateOf(key, want, asked, (state.turn ?? 1) + (isNew ? 1 : 0), left, input) };
  };

  return readingSaved({
    name: kind.name,
    description: kind.description,
    inputs,
    outputs,
    version: INTENT_VERSION,
    check,
    diff,
    create,
    read: async (_host, _id, state) => Promise.resolve(state),
    update,
    delete: async (host, _id, state) => endIntent(host, kind.noun, state),
  });
}

/** Those of them that are texts. */
export const texts = (values: Record<string, unknown>): Partial<IntentSpec> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === "string"));

/** Tells of two wants whether they differ in one of these fields. */
export const differs =
  (...fields: (keyof IntentSpec)[]) =>
  (before: IntentSpec, now: IntentSpec): boolean =>
    fields.some((field) => before[field] !== now[field]);
