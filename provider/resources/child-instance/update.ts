import type { Host, Outcome } from "../../host/contract";
import { openAccount } from "../subscription/account";
import { compareAllocations } from "./allocation";
import { provision } from "./create";
import type { ChildInstanceInputs, ChildInstanceState, InstanceOutput } from "./schema";
import { inputsOfState, instancesOf, specOf, stateOf, isUnfinished } from "./state";
import { describeInstance, describeTenant, describeUnit } from "./messages";
import { assertSameParent } from "./identity";

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
        `${describeTenant(before, state.parentTsgId)}; ${describeUnit(before, removed).join("; ")}` +
        `${dropped.length > 0 ? `; instances ${dropped.map(describeInstance).join(", ")}` : ""}.`,
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
