import { isDeepStrictEqual } from "node:util";
import { AuthenticationError, type Instance, ProvisorError, SettingsError } from "../../../sdk/subscription";
import { say } from "../../words";
import { type Change, type Host, type Outcome, StopError } from "../../host/contract";
import { SHARED_LOOK_MS, type Account, openAccount } from "../subscription/account";
import { compareAllocations, slotsOf, wantOf } from "./allocation";
import { driftWords, driftsOf } from "./drift";
import { type ChildInstanceDecision, childDecision, isAbandoned } from "./decision";
import { intentsOf } from "./intents";
import { assertTold } from "../untold";
import { provision } from "./provision";
import type { ChildInstanceInputs, ChildInstanceState, InstanceOutput } from "./schema";
import { inputsOfState, instancesOf, specOf, standing, stateOf, toOutput } from "./state";
import { allocatedWords, instanceWords, tenantWords, unitWords } from "./words";

/** Inputs whose change is taken over in place, without a request. */
const policyFields = [
  "deletionPolicy",
  "changePolicy",
  "missingPolicy",
  "allowAdditional",
  "profile",
  "timeouts",
] as const;

/** True when the state lacks an instance, or one of them is not done. */
const isUnfinished = (state: ChildInstanceState, inputs: ChildInstanceInputs): boolean =>
  state.unfinished !== undefined ||
  slotsOf(specOf(inputs)).some((slot) => !state.instances.some((instance) => instance.appId === slot.appId));

export function diffChildInstance(
  host: Host,
  state: ChildInstanceState,
  inputs: ChildInstanceInputs,
): Change {
  assertAddressed(host, state, inputs);
  const ids = state.instances.map((instance) => instance.instanceId);
  const abandoned = state.replaced;
  const decision: ChildInstanceDecision = { ...(abandoned ? { abandoned } : {}) };
  intentsOf(host.session).keep([...ids, ...(abandoned ?? [])]);
  if (host.isUnknown(inputs.freeApp) || host.isUnknown(inputs.onboard))
    return { changes: true, replaces: [], decision };
  let changed: string[] = [];
  let moved = true;
  try {
    const change = compareAllocations(specOf(inputsOfState(state)), specOf({ ...inputs, intent: undefined }));
    changed = change.changed;
    moved = changed.length + change.added.length + change.removed.length > 0;
  } catch {
    // Something inside is not known yet: an update is due as far as anyone can tell.
  }
  if (changed.length > 0 && inputs.changePolicy === "replace" && inputs.deletionPolicy === "abandon") {
    const replaces = changed.map((path) => path.split(/[.[]/)[0] as string);
    return { changes: true, replaces, decision: { ...decision, abandons: ids } };
  }
  const policies = policyFields.some((field) => !isDeepStrictEqual(state[field], inputs[field]));
  const drifted = driftsOf(host.session).take(state.instances);
  return { changes: moved || policies || drifted || isUnfinished(state, inputs), replaces: [], decision };
}

export async function createChildInstance(
  host: Host,
  inputs: ChildInstanceInputs,
): Promise<Outcome<ChildInstanceState>> {
  const apps = slotsOf(specOf(inputs)).map(({ appId }) => appId);
  const isDecided = childDecision(host).abandons !== undefined;
  assertTold(host, isDecided || intentsOf(host.session).isFresh(inputs.intent, apps));
  return provision(host, openAccount(host.session, host.settings, inputs.profile), inputs, "create");
}

/** Goes on with an unfinished create, allocates added items, drops removed ones, takes over policies. */
export async function updateChildInstance(
  host: Host,
  id: string,
  state: ChildInstanceState,
  inputs: ChildInstanceInputs,
): Promise<Outcome<ChildInstanceState>> {
  const account = openAccount(host.session, host.settings, inputs.profile);
  assertSameParent(host, account, state);
  const before = specOf(inputsOfState(state));
  const { removed } = compareAllocations(before, specOf(inputs));
  const saved = instancesOf(state);
  const dropped = saved.filter((instance) => removed.includes(instance.appId));
  if (removed.length > 0)
    host.log.warn(
      `${host.name}: left behind, and still allocated: ${removed.join(" + ")} for ` +
        `${tenantWords(before, state.parentTsgId)}; ${unitWords(before, removed).join("; ")}` +
        `${dropped.length > 0 ? `; instances ${dropped.map(instanceWords).join(", ")}` : ""}.`,
    );
  const instances = saved.filter((instance) => !dropped.includes(instance));
  const { awaited = [], uncertain = [] } = state.unfinished ?? {};
  const known = { ...state, instances, unfinished: undefined, missing: stillMissing(state, instances) };
  if (!isUnfinished({ ...state, instances }, inputs)) return { id, state: stateOf(account, inputs, known) };
  const outcome = await provision(host, account, inputs, "update", {
    id,
    instances,
    jobId: state.jobId,
    tenantId: state.tenantId,
    tenantInstanceName: state.tenantInstanceName,
    replaced: state.replaced ?? [],
    awaited,
    uncertain,
  });
  return { ...outcome, state: { ...outcome.state, ...(known.missing ? { missing: known.missing } : {}) } };
}

const stillMissing = (
  state: ChildInstanceState,
  instances: readonly InstanceOutput[],
): string[] | undefined => {
  const missing = (state.missing ?? []).filter((id) =>
    instances.some((instance) => instance.instanceId === id),
  );
  return missing.length > 0 ? missing : undefined;
};

/** The state with what the list shows now; where that cannot be had, an error, and the state stays as it was. */
export async function readChildInstance(
  host: Host,
  state: ChildInstanceState,
): Promise<ChildInstanceState | undefined> {
  try {
    return await refreshed(host, state);
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    const configured = error instanceof SettingsError || error instanceof AuthenticationError;
    throw new StopError(
      `${host.name}: could not be refreshed, and its state is as it was. ${error.message}` +
        (configured ? say.refreshSettings : ""),
    );
  }
}

/** The state with what the list shows now. Undefined when it is gone, and `missingPolicy` says to forget it. */
async function refreshed(host: Host, state: ChildInstanceState): Promise<ChildInstanceState | undefined> {
  const account = openAccount(host.session, host.settings, state.profile);
  assertSameParent(host, account, state);
  const inputs = inputsOfState(state);
  const spec = specOf(inputs);
  let list = await account.instances.get(SHARED_LOOK_MS);
  const saved = instancesOf(state);
  const absentFrom = (seen: readonly Instance[]): InstanceOutput[] =>
    saved.filter((known) => !seen.some((instance) => instance.instanceId === known.instanceId));
  // One list that lacks an instance may be short; a second one, asked for after it, has to lack it too.
  if (absentFrom(list).length > 0) list = await secondLook(host, account, list);
  const sameHost = state.host === account.settings.baseUrl;
  const absent = sameHost ? absentFrom(list) : [];
  if (!sameHost && absentFrom(list).length > 0)
    host.log.warn(
      `${host.name}: the API addressed now (${account.settings.baseUrl}) is not the one that made this (${state.host}); what it does not list is kept as it is.`,
    );
  const current = saved.map((known) => {
    const listed = list.find((instance) => instance.instanceId === known.instanceId);
    return listed ? toOutput(listed) : known;
  });
  const words = absent.map(instanceWords).join(", ");
  const forgets = absent.length > 0 && state.missingPolicy === "forget";
  if (forgets && (list.length > 0 || (await seesTenants(account)))) {
    host.log.warn(
      `${host.name}: no longer listed, and forgotten as ${say.path("missingPolicy")} says: ${words}.`,
    );
    const left = current.filter((known) => !absent.some((gone) => gone.instanceId === known.instanceId));
    return left.length === 0
      ? undefined
      : stateOf(account, inputs, { ...state, instances: left, missing: undefined });
  }
  if (absent.length > 0)
    host.log.warn(
      `${host.name}: no longer listed: ${words}. It stays in the state as missing, and nothing is allocated for it. ` +
        (forgets
          ? "The list is empty altogether, and no tenants can be seen either: that is what a role that was taken looks like, and " +
            `nothing is forgotten by it. If it is gone for good, set ${say.set("deletionPolicy", "abandon")}, run ${say.apply}, and take the resource out of the ${say.program}.`
          : `If it is gone for good, set ${say.set("missingPolicy", "forget")} and refresh.`),
    );
  reportDrift(host, saved, current);
  const open = state.unfinished && standing(account, spec, current, state.unfinished.uncertain);
  return stateOf(account, inputs, {
    ...state,
    instances: current,
    // Another host's list says nothing of what is missing.
    missing: sameHost ? absent.map((instance) => instance.instanceId) : state.missing,
    unfinished: open,
  });
}

function reportDrift(host: Host, before: readonly InstanceOutput[], after: InstanceOutput[]): void {
  const words = driftWords(before, after);
  if (words.length === 0) return;
  host.log.info(`${host.name} has changed: ${words.join("; ")}.`);
  driftsOf(host.session).note(after);
}

/** Whether the credentials can see tenants still; an empty list of instances may be all that a role leaves. */
const seesTenants = async (account: Account): Promise<boolean> =>
  "list" in (await account.tenants.get(SHARED_LOOK_MS));

/** A list that was asked for after `first`; one for all that miss something in `first`. */
function secondLook(host: Host, account: Account, first: readonly Instance[]): Promise<Instance[]> {
  const looks = host.session.one("second-looks", () => new Map<readonly Instance[], Promise<Instance[]>>());
  let look = looks.get(first);
  if (!look) {
    look = account.instances.refresh();
    looks.set(first, look);
  }
  return look;
}

/** The API has no delete: refuses, or takes it out of the state with a warning of what stays. */
export async function deleteChildInstance(host: Host, state: ChildInstanceState): Promise<void> {
  const spec = specOf(inputsOfState(state));
  const stays = allocatedWords(spec, state.parentTsgId, state);
  const ids = state.instances.map((instance) => instance.instanceId);
  if (state.deletionPolicy !== "abandon" && !isAbandoned(host, ids))
    throw new StopError(
      `${host.name}: not deleted, and nothing was done: ${say.path("deletionPolicy")} is "prevent", and the API offers no delete. ` +
        `${stays} To take it out of the state and leave it allocated, set ${say.set("deletionPolicy", "abandon")}, run ${say.apply}, ` +
        "then delete again.",
    );
  intentsOf(host.session).end(wantOf(spec), ids);
  host.log.warn(
    `${host.name}: abandoned; it is out of the state and stays allocated, since the API offers no delete. ${stays}`,
  );
  return Promise.resolve();
}

/** The same, where there is no request to make: wrong settings are then for check to report. */
function assertAddressed(host: Host, state: ChildInstanceState, inputs: ChildInstanceInputs): void {
  let account: Account;
  try {
    account = openAccount(host.session, host.settings, inputs.profile);
  } catch {
    return;
  }
  assertSameParent(host, account, state);
}

/** A token for another TSG sees another list: not an empty one, but the wrong one. */
export function assertSameParent(
  host: Host,
  account: Account,
  state: Pick<ChildInstanceState, "parentTsgId">,
): void {
  const { parentTsgId, source } = account.settings;
  if (parentTsgId === state.parentTsgId) return;
  throw new StopError(
    `${host.name}: the credentials are for parent TSG ${parentTsgId} (from ${source}), but this resource belongs to ` +
      `parent TSG ${state.parentTsgId}. Nothing was done and the state is as it was. Use credentials whose scope is ` +
      `tsg_id:${state.parentTsgId}, or the profile that has them.${say.deleteSettings}`,
  );
}
