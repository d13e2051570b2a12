import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { ProvisorError } from "../../../sdk/subscription";
import { DeadlineError, withDeadline } from "../../../sdk/wait";
import { z } from "zod";
import { say } from "../../words";
import { formatDuration } from "../../settings";
import { withoutFullStop } from "../../host/errors";
import { decisionOf } from "../../host/decisions";
import { omitUndefined } from "../../host/saved-state";
import { forcedBy, unforced } from "../forced-replacement";
import {
  type Change,
  type Checked,
  type Host,
  type Outcome,
  type Problem,
  type Resource,
  StopError,
} from "../../host/contract";
import { type Given, aheadOf, noteLook, withoutAdded } from "../check-against-intent";
import { readingSaved, ownOf, savedOf } from "../../host/saved-state";
import { hasUnknown } from "../../schema/unknown";
import { type Account, openAccount } from "../subscription/account";
import { timeoutOf } from "../timeouts";
import { untoldProblems } from "../../host/saved-state";
import { type IntentSpec, intentSpecOf } from "./allocation";
import { accountLooked, isLookAt, placeOfLook } from "./identity";
import { idsNow } from "./intent-look";
import {
  INTENT_VERSION,
  type IntentInputs as Inputs,
  type IntentState as State,
  inputs,
  outputs,
} from "./intent-schema";
import { assertNothingLeft, warnOfWhatIsLeft } from "./intent-end";
import { intentsOf } from "./run-state";
import { withPolicies } from "./check";
import { refusalsOfChildInstance } from "./check";
import { type ChildInstanceInputs, childInstanceInputs } from "./schema";
import { isAwaited } from "./state";

/**
 * The companion of a ChildInstance that the engine saves before the ChildInstance's own create begins: a random key,
 * chosen once, and which instances of the same tenant and app were there before. After a crash the next run is handed
 * the same intent, and knows by it what came since (docs/decisions/0002-intent.md).
 */

const added = ["renewable", "accompanied", "refused", "want"];

/** A change of what is wanted replaces the intent. The engine checks it again then, without its old inputs. */
const decisions = z.object({ isRenewed: z.boolean().optional() });

/**
 * Under a forced replacement and after a taint the engine shows no old inputs. A new look at what was there before would take what
 * a killed run allocated for old.
 */
const forcedReplacement = (host: Host): Problem => ({
  path: "",
  message:
    `a replacement of its Intent was asked for (${forcedBy(host)}), which would forget what a run that did not ` +
    `end may have allocated. Nothing was sent. ${unforced(host)}`,
});

const nothing: IntentSpec = { tenant: {}, apps: {} };

/** What inputs want. Wrong ones want nothing: they are for the ChildInstance's own check to report, in its words. */
function intentSpecBy(input: Inputs): IntentSpec {
  if (input.want !== undefined) return input.want;
  if (input.refused === true) return nothing;
  const { freeApp, onboard } = input as ChildInstanceInputs;
  const read = childInstanceInputs.safeParse({ freeApp, onboard });
  return read.success ? intentSpecOf(read.data) : nothing;
}

/** The ChildInstance beside the intent, in the saved state. */
const realOf = (host: Host): Given | undefined => (ownOf(host) ? savedOf(host.saved.real) : undefined);

/**
 * Why the ChildInstance refuses what it is newly asked for. It is asked before the intent is moved on, so that what was
 * refused leaves nothing behind (docs/decisions/0011-what-an-intent-is-shown.md). A preview saves nothing, and asks nothing.
 */
async function refusalsOf(host: Host, olds: Inputs | undefined, news: Inputs): Promise<Problem[]> {
  if (host.preview || hasUnknown(news, host.isUnknown) || olds?.want !== undefined) return [];
  const before = olds && olds.refused !== true ? withoutAdded(olds, added) : undefined;
  const now = withoutAdded(news, added);
  const real = realOf(host);
  if (isDeepStrictEqual(before, now) || (real !== undefined && before === undefined)) return [];
  return refusalsOfChildInstance(aheadOf(host, { key: undefined, real }), real && before, now);
}

async function check(host: Host, olds: Inputs | undefined, news: unknown): Promise<Checked> {
  const given = news as Inputs;
  const isNew = olds === undefined && !decisionOf(host, decisions)?.isRenewed;
  const untold = isNew ? untoldProblems(host) : [];
  if (untold.length > 0) return { inputs: given, problems: untold };
  if (isNew && ownOf(host)) return { inputs: given, problems: [forcedReplacement(host)] };
  const refused = await refusalsOf(host, olds, given);
  noteLook(host, { inputs: given, refused });
  if (olds && refused.length > 0) return { inputs: olds, problems: [] };
  const real = realOf(host);
  const isTrue = (value: boolean): true | undefined => (value ? true : undefined);
  const marks = {
    accompanied: isTrue(real !== undefined),
    // While a POST's instance is awaited, a new look at what was there would take it for old.
    renewable: isTrue(!(real && isAwaited(real)) && replacesOnChange(host, given)),
    refused: isTrue(refused.length > 0),
  };
  return { inputs: omitUndefined({ ...given, ...marks }), problems: [] };
}

/** By the policies, defaults among them. What is wrong with the settings is said by the ChildInstance itself. */
function replacesOnChange(host: Host, { changePolicy, deletionPolicy, profile }: Inputs): boolean {
  const policies = { changePolicy, deletionPolicy, profile } as ChildInstanceInputs;
  try {
    const resolved = withPolicies(host.settings, policies);
    return resolved.deletionPolicy === "abandon" && resolved.changePolicy === "replace";
  } catch {
    return false;
  }
}

function changeOf(
  state: State,
  input: Inputs,
): { renewed: boolean; added: string[]; altered: string[]; same: boolean } {
  const [old, now] = [state.want, intentSpecBy(input)];
  const added = Object.keys(now.apps).filter((app) => !(app in old.apps));
  const moved = old.tenant.tsgName !== now.tenant.tsgName || old.tenant.tsgId !== now.tenant.tsgId;
  const changed = Object.keys(now.apps).some((app) => app in old.apps && old.apps[app] !== now.apps[app]);
  const altered = Object.keys(old.apps).filter((app) => moved || old.apps[app] !== now.apps[app]);
  return {
    renewed: (moved || changed) && input.renewable === true,
    added,
    altered,
    same: !moved && altered.length === 0 && added.length === 0,
  };
}

function diff(host: Host, state: State, input: Inputs): Change {
  if (hasUnknown([input["freeApp"], input["onboard"], input.profile], host.isUnknown))
    return { changes: true, replaces: [] };
  const change = changeOf(state, input);
  return {
    changes: !change.same || state.profile !== input.profile || isAloneElsewhere(host, state, input),
    replaces: change.renewed ? ["want"] : [],
    ...(change.renewed ? { decision: { isRenewed: true } } : {}),
  };
}

/** True where it looked at another account than the one that is addressed. A saved ChildInstance refuses such a change itself. */
function isAloneElsewhere(host: Host, state: State, { profile, accompanied }: Inputs): boolean {
  if (accompanied === true) return false;
  const account = accountOf(host, profile);
  if (account === undefined) return false; // The ChildInstance says what is wrong with the settings.
  const looked = isLookAt(account, state.looked);
  if (looked !== undefined) return !looked;
  // An earlier version has saved no more than the profile that it looked by.
  return state.profile !== profile && accountOf(host, state.profile) !== account;
}

function accountOf(host: Host, profile: string | undefined): Account | undefined {
  try {
    return openAccount(host.session, host.settings, profile);
  } catch (error) {
    if (error instanceof ProvisorError) return undefined;
    throw error;
  }
}

/** A look at what is there, within the time-out of the operation. */
async function inTime<T>(
  host: Host,
  input: Inputs,
  operation: "create" | "update",
  look: Promise<T>,
): Promise<T> {
  const { clock } = host.session;
  const timeout = timeoutOf(input.timeouts, operation);
  try {
    return await withDeadline(look, clock, clock.now() + timeout);
  } catch (error) {
    const isLate = error instanceof DeadlineError;
    if (!isLate && !(error instanceof ProvisorError)) throw error;
    const why = isLate
      ? `no answer within its time-out of ${formatDuration(timeout)} (${say.timeouts})`
      : error.message;
    throw new StopError(
      `${host.name}: what is there already could not be looked at: ${withoutFullStop(why)}. Nothing was sent and nothing ` +
        "was allocated. Run the same command again.",
    );
  }
}

function stateOf(host: Host, key: string, before: State["before"], input: Inputs, earlier?: State): State {
  const want = intentSpecBy(input);
  const account = Object.keys(want.apps).length > 0 ? accountOf(host, input.profile) : undefined;
  return omitUndefined({
    key,
    before,
    want,
    // Of looks of an earlier run its account counts.
    looked: account && { ...placeOfLook(account, input), ...accountLooked(earlier?.looked) },
    profile: input.profile,
    version: INTENT_VERSION,
  });
}

async function create(host: Host, input: Inputs): Promise<Outcome<State>> {
  const want = intentSpecBy(input);
  const apps = Object.keys(want.apps);
  const before = await inTime(host, input, "create", idsNow(host, { want, profile: input.profile }, apps));
  const key = randomBytes(8).toString("hex");
  for (const app of apps) intentsOf(host.session).markFresh(key, app);
  return { id: key, state: stateOf(host, key, before, input) };
}

/**
 * Apps that are added, or changed while there is no ChildInstance, get their own look at what was there before; the key
 * and the looks of the others stay. In another account all of it is looked at anew.
 */
async function update(host: Host, id: string, state: State, input: Inputs): Promise<Outcome<State>> {
  const { added, altered } = changeOf(state, input);
  const want = intentSpecBy(input);
  const isAlone = input.accompanied !== true;
  const elsewhere = isAloneElsewhere(host, state, input);
  if (elsewhere) warnOfOtherAccount(host, state);
  const open = elsewhere ? Object.keys(state.want.apps) : isAlone ? altered : [];
  if (open.length > 0 && !elsewhere)
    await inTime(host, input, "update", assertNothingLeft(host, state, open));
  const anew = [...added, ...open.filter((app) => app in want.apps)];
  const kept = Object.fromEntries(Object.entries(state.before).filter(([app]) => app in want.apps));
  const looked = await inTime(host, input, "update", idsNow(host, { want, profile: input.profile }, anew));
  for (const app of anew) intentsOf(host.session).markFresh(state.key, app);
  const earlier = elsewhere || anew.length > 0 ? undefined : state;
  return { id, state: stateOf(host, state.key, { ...kept, ...looked }, input, earlier) };
}

/** What a killed run may have allocated there, this run cannot see. */
function warnOfOtherAccount(host: Host, { looked, before }: State): void {
  const apps = Object.keys(before).join(" + ");
  if (apps === "") return;
  const there =
    looked === undefined
      ? "another account"
      : `parent TSG ${looked["parentTsgId"] ?? ""} at ${looked["host"] ?? ""}`;
  host.log.warn(
    `${host.name}: an earlier run was to allocate ${apps} in ${there}, and saved no ChildInstance. If it was killed, what it ` +
      `allocated is in no state. Look there with ${say.list("instances")}.`,
  );
}

export const childInstanceIntent: Resource<Inputs, State> = readingSaved({
  name: "Intent",
  description:
    "The companion of a ChildInstance that remembers, before anything is allocated, what was there.",
  inputs,
  outputs,
  version: INTENT_VERSION,
  check,
  diff,
  create,
  read: async (_host, _id, state) => Promise.resolve(state),
  update,
  delete: async (host, _id, state) => warnOfWhatIsLeft(host, state),
});
