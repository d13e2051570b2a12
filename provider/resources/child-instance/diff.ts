import { isDeepStrictEqual } from "node:util";
import type { Change, Host } from "../../host/contract";
import { type Account, openAccount } from "../subscription/account";
import { compareAllocations } from "./allocation";
import { driftsOf, intentsOf } from "./run-state";
import type { ChildInstanceDecision } from "./decision";
import type { ChildInstanceInputs, ChildInstanceState } from "./schema";
import { inputsOfState, specOf, isUnfinished } from "./state";
import { assertSameParent } from "./identity";

/** Inputs whose change is taken over in place, without a request. */
const policyFields = [
  "deletionPolicy",
  "changePolicy",
  "missingPolicy",
  "allowAdditional",
  "profile",
  "timeouts",
] as const;

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
