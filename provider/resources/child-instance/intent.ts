import { randomBytes } from "node:crypto";
import { z } from "zod";
import { ProvisorError } from "../../../sdk/subscription";
import { DeadlineError, withDeadline } from "../../../sdk/wait";
import { formatDuration } from "../../settings";
import { asClause } from "../clause";
import { forcedBy, unforced } from "../forced";
import { type Change, type Host, type Outcome, type Problem, type Resource, StopError } from "../contract";
import { idsNow } from "./intent-look";
import { assertNothingLeft, warnOfWhatIsLeft } from "./intent-end";
import { intentsOf } from "./intents";
import { readSaved } from "../saved";
import { withPolicies } from "./policies";
import type { ChildInstanceInputs } from "./schema";
import { timeoutOf } from "../timeouts";

/**
 * The companion of a ChildInstance that the engine saves before the ChildInstance's own create begins: a random key,
 * chosen once, and which instances of the same tenant and app were there before. After a crash the next run is handed
 * the same intent, and knows by it what came since (docs/decisions/0002-intent.md).
 */

const want = z.object({
  tenant: z.object({ tsgName: z.string().optional(), tsgId: z.string().optional() }),
  /** A digest of each app's item. */
  apps: z.record(z.string(), z.string()),
});

const inputs = z.object({
  want,
  profile: z.string().optional(),
  /** Policies of the ChildInstance, replaced by `renewable` in check. */
  changePolicy: z.string().optional(),
  deletionPolicy: z.string().optional(),
  /** Time-outs of the ChildInstance, which hold for its companion too. */
  timeouts: z.object({ create: z.string().optional(), update: z.string().optional() }).optional(),
  /** True when a change of what is allocated replaces the ChildInstance: then the intent is renewed with it. */
  renewable: z.boolean().optional(),
  /** True when the ChildInstance is in the saved state: then its own check judges a change. */
  accompanied: z.boolean().optional(),
});

const outputs = z.object({
  key: z.string(),
  before: z.record(z.string(), z.array(z.string())),
  want,
  profile: z.string().optional(),
  /** Absent in what version 0.1.0 saved, which means 1. */
  version: z.literal(1).optional(),
});

/** Version of the saved intent. */
const INTENT_VERSION = 1;

const savedState = (host: Host, state: unknown): State => readSaved(host, outputs, INTENT_VERSION, state);

type Inputs = z.output<typeof inputs>;
type State = z.output<typeof outputs>;

/**
 * Under `--replace` and after a taint the engine shows no old inputs. A new look at what was there before would take what
 * a killed run allocated for old.
 */
const forcedReplacement = (host: Host): Problem => ({
  path: "",
  message:
    `a replacement of its Intent was asked for (${forcedBy(host)}), which would forget what a run that did not ` +
    `end may have allocated. Nothing was sent. ${unforced(host)}`,
});

function check(
  host: Host,
  olds: Inputs | undefined,
  news: unknown,
): Promise<{ inputs: unknown; problems: Problem[] }> {
  const { changePolicy, deletionPolicy, ...kept } = news as Inputs;
  const policies = { changePolicy, deletionPolicy, profile: kept.profile } as ChildInstanceInputs;
  let resolved: ChildInstanceInputs = {};
  try {
    resolved = withPolicies(host.settings, policies);
  } catch {
    // What is wrong with the settings is said by the ChildInstance itself, which is checked next.
  }
  const inputs: Inputs = { ...kept };
  const companion = host.saved.own?.["companion"];
  if (companion !== undefined) inputs.accompanied = true;
  const replaces = resolved.deletionPolicy === "abandon" && resolved.changePolicy === "replace";
  // While a POST's instance is awaited, a new look at what was there would take it for old.
  if (replaces && companion !== "awaited") inputs.renewable = true;
  const isForced =
    olds === undefined && host.saved.own !== undefined && !intentsOf(host.session).isRenewed(kept.want);
  return Promise.resolve({ inputs, problems: isForced ? [forcedReplacement(host)] : [] });
}

function changeOf(
  state: State,
  input: Inputs,
): { renewed: boolean; added: string[]; altered: string[]; same: boolean } {
  const [old, now] = [state.want, input.want];
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
  if (host.isUnknown(input.want)) return { changes: true, replaces: [] };
  const change = changeOf(state, input);
  if (change.renewed) intentsOf(host.session).markRenewed(input.want);
  return {
    changes: !change.same || state.profile !== input.profile,
    replaces: change.renewed ? ["want"] : [],
  };
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
      ? `no answer within its time-out of ${formatDuration(timeout)} (customTimeouts)`
      : error.message;
    throw new StopError(
      `${host.name}: what is there already could not be looked at: ${asClause(why)}. Nothing was sent and nothing ` +
        "was allocated. Run the same command again.",
    );
  }
}

const stateOf = (key: string, before: State["before"], { want, profile }: Inputs): State => ({
  key,
  before,
  want,
  version: INTENT_VERSION,
  ...(profile === undefined ? {} : { profile }),
});

async function create(host: Host, input: Inputs): Promise<Outcome<State>> {
  const apps = Object.keys(input.want.apps);
  const before = await inTime(host, input, "create", idsNow(host, input, apps));
  const key = randomBytes(8).toString("hex");
  for (const app of apps) intentsOf(host.session).markFresh(key, app);
  return { id: key, state: stateOf(key, before, input) };
}

/**
 * Apps that are added, or changed while there is no ChildInstance, get their own look at what was there before; the key
 * and the looks of the others stay.
 */
async function update(host: Host, id: string, state: State, input: Inputs): Promise<Outcome<State>> {
  const { added, altered } = changeOf(state, input);
  const open = input.accompanied === true ? [] : altered;
  if (open.length > 0) await inTime(host, input, "update", assertNothingLeft(host, state, open));
  const anew = [...added, ...open.filter((app) => app in input.want.apps)];
  const kept = Object.fromEntries(Object.entries(state.before).filter(([app]) => app in input.want.apps));
  const before = { ...kept, ...(await inTime(host, input, "update", idsNow(host, input, anew))) };
  for (const app of anew) intentsOf(host.session).markFresh(state.key, app);
  return { id, state: stateOf(state.key, before, input) };
}

export const childInstanceIntent: Resource<Inputs, State> = {
  name: "Intent",
  description:
    "The companion of a ChildInstance that remembers, before anything is allocated, what was there.",
  inputs,
  outputs,
  check,
  diff: (host, state, input) => diff(host, savedState(host, state), input),
  create,
  read: async (host, _id, state) => savedState(host, state),
  update: async (host, id, state, input) => update(host, id, savedState(host, state), input),
  delete: async (host, _id, state) => warnOfWhatIsLeft(host, savedState(host, state)),
};
