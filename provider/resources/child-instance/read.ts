import { AuthenticationError, type Instance, ProvisorError, SettingsError } from "../../../sdk/subscription";
import { say } from "../../words";
import { type Host, StopError } from "../../host/contract";
import { SHARED_LOOK_MS, type Account, openAccount } from "../subscription/account";
import { describeDrift, describeInstance } from "./messages";
import { driftsOf } from "./run-state";
import type { ChildInstanceState, InstanceOutput } from "./schema";
import { inputsOfState, instancesOf, specOf, unfinishedOf, stateOf, toOutput } from "./state";
import { assertSameParent } from "./identity";

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
  const words = absent.map(describeInstance).join(", ");
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
  const open = state.unfinished && unfinishedOf(account, spec, current, state.unfinished.uncertain);
  return stateOf(account, inputs, {
    ...state,
    instances: current,
    // Another host's list says nothing of what is missing.
    missing: sameHost ? absent.map((instance) => instance.instanceId) : state.missing,
    unfinished: open,
  });
}

function reportDrift(host: Host, before: readonly InstanceOutput[], after: InstanceOutput[]): void {
  const words = describeDrift(before, after);
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
