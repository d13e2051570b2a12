import { isDeepStrictEqual } from "node:util";
import type { Instance } from "../../../sdk/subscription";
import { say } from "../../words";
import type { ChildInstanceSpec, InstanceOutput, ChildInstanceState, Unfinished } from "./schema";
import { slotsOf, tenantRefOf } from "./allocation";
import { withoutFullStop } from "../../host/errors";
import type { Host, Outcome } from "../../host/contract";
import type { Account } from "../subscription/account";
import { instancesOf } from "./state";

/** How messages speak of a ChildInstance. */

export function describeTenant(spec: ChildInstanceSpec, parentTsgId: string): string {
  const { tsgName, tsgId } = tenantRefOf(spec);
  if (tsgName !== undefined) return `tenant ${tsgName}`;
  if (tsgId !== undefined) return `tenant ${tsgId}`;
  return `parent TSG ${parentTsgId}`;
}

export const describeApps = (spec: ChildInstanceSpec): string =>
  slotsOf(spec)
    .map((slot) => slot.appId)
    .join(" + ");

/** `1000 x SKU (prisma_access_edition) of license 123`, one for each kind of units. */
export function describeUnit(spec: ChildInstanceSpec, apps?: readonly string[]): string[] {
  if (spec.freeApp) return ["free app, no units"];
  return (spec.onboard ?? [])
    .filter((item) => item.tenantId === undefined && (apps === undefined || apps.includes(item.appId)))
    .flatMap((item) => {
      const license = item.licenseId === undefined ? "" : ` of license ${item.licenseId}`;
      const units = (item.allocation ?? []).map(
        (entry) => `${entry.allocationSize} x ${entry.licenseType} (${entry.appId})${license}`,
      );
      return units.length > 0 ? units : [`${item.appId}${license}`];
    });
}

export const describeInstance = (instance: Instance | InstanceOutput): string => {
  const details = [instance.appId, instance.region, instance.tsgId && `TSG ${instance.tsgId}`].filter(
    Boolean,
  );
  return `${instance.instanceId} (${details.join(", ")})`;
};

/** What the list says of an instance whose provisioning failed. */
function describeFailure(instance: Instance | InstanceOutput): string {
  const said = [instance.provisioningStatus, instance.status, instance.provisioningMessage]
    .filter(Boolean)
    .join(", ");
  return `provisioning of ${describeInstance(instance)} failed: ${said}`;
}

/** What is allocated now, for the end of an error. */
export function describeAllocated(
  spec: ChildInstanceSpec,
  parentTsgId: string,
  state: { jobId?: string | undefined; instances: readonly InstanceOutput[] },
): string {
  const what = [`${describeApps(spec)} for ${describeTenant(spec, parentTsgId)}`, ...describeUnit(spec)].join(
    "; ",
  );
  const job = state.jobId === undefined ? "" : `, job ${state.jobId}`;
  const instances =
    state.instances.length > 0
      ? `. Instances: ${state.instances.map(describeInstance).join(", ")}`
      : ", no instance known yet";
  return `Allocated: ${what}${job}${instances}.`;
}

/** The line that would take over these instances. */
export const adoptLine = (ids: readonly string[]): string => say.set("adopt", ids);

const isPlain = (value: unknown): boolean => typeof value !== "object";
const text = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));

/** `i1: status "running" => "suspended"`, for each instance that changed; of secrets and lists only that they did. */
export function describeDrift(before: readonly InstanceOutput[], after: readonly InstanceOutput[]): string[] {
  return after.flatMap((now) => {
    const was = before.find((other) => other.instanceId === now.instanceId);
    if (!was) return [];
    const fields = [...new Set([...Object.keys(was), ...Object.keys(now)])] as (keyof InstanceOutput)[];
    const changed = fields
      // An engine may keep no secrets: what is learned of them for the first time is no change.
      .filter((field) => !(["authCode", "extra"].includes(field) && was[field] === undefined))
      .filter((field) => !isDeepStrictEqual(was[field], now[field]))
      .map((field) =>
        field !== "authCode" && isPlain(was[field]) && isPlain(now[field])
          ? `${say.path(field)} ${text(was[field])} => ${text(now[field])}`
          : say.path(field),
      );
    return changed.length > 0 ? [`${now.instanceId}: ${changed.join(", ")}`] : [];
  });
}

const GIVE_UP = `To give it up, set ${say.set("deletionPolicy", "abandon")}, run ${say.apply}, and take the resource out of the ${say.program}.`;

/** What a user can do about an allocation that stands like this. */
function adviceFor(
  { uncertain = [], awaited = [], failed = [] }: Unfinished,
  address: string,
  isDead: boolean,
): string {
  const advice: string[] = [];
  if (uncertain.length > 0)
    advice.push(
      "It is not known whether the POST took effect. Run the same command again: it looks first, and sends only if nothing came of it.",
    );
  else if (awaited.length > 0)
    advice.push("Run the same command again: it goes on from here and allocates nothing a second time.");
  if (failed.length > 0)
    advice.push(
      `What failed is not allocated again by itself, and is looked at once by each ${say.apply}: once the vendor has repaired ` +
        "it, run the same command again. " +
        (isDead
          ? `To allocate anew and leave this behind, set ${say.set("deletionPolicy", "abandon")} and run ` +
            `${say.replace(address)}.`
          : `To leave it behind, set ${say.set("deletionPolicy", "abandon")} and take its item out of ${say.path("onboard")}.`),
    );
  if (uncertain.length === 0) advice.push(GIVE_UP);
  return advice.join(" ");
}

/** The outcome of an operation that ended with `state`, which is saved; `problem` is why it ended early, if it did. */
export function outcomeOf(
  host: Host,
  account: Account,
  spec: ChildInstanceSpec,
  id: string,
  state: ChildInstanceState,
  problem: string | undefined,
): Outcome<ChildInstanceState> {
  const { unfinished } = state;
  const instances = instancesOf(state);
  const failures = instances
    .filter((instance) => unfinished?.failed?.includes(instance.appId))
    .map(describeFailure);
  const problems = [problem, ...failures].filter((words) => words !== undefined);
  if (unfinished === undefined || problems.length === 0) return { id, state };
  const allocated = describeAllocated(spec, state.parentTsgId, { jobId: state.jobId, instances });
  const why = problems.map(withoutFullStop).join("; ");
  const reason = `${host.name}: ${why}. ${allocated} ${adviceFor(unfinished, host.address, failures.length === slotsOf(spec).length)}`;
  return { id, state, unfinished: [account.client.redact(reason)] };
}
