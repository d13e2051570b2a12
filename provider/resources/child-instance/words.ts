import type { Instance } from "../../../sdk/subscription";
import { say } from "../../words";
import type { ChildInstanceSpec, InstanceOutput } from "./schema";
import { slotsOf, tenantRefOf } from "./allocation";

/** How messages speak of a ChildInstance. */

export function tenantWords(spec: ChildInstanceSpec, parentTsgId: string): string {
  const { tsgName, tsgId } = tenantRefOf(spec);
  if (tsgName !== undefined) return `tenant ${tsgName}`;
  if (tsgId !== undefined) return `tenant ${tsgId}`;
  return `parent TSG ${parentTsgId}`;
}

export const appWords = (spec: ChildInstanceSpec): string =>
  slotsOf(spec)
    .map((slot) => slot.appId)
    .join(" + ");

/** `1000 x SKU (prisma_access_edition) of license 123`, one for each kind of units. */
export function unitWords(spec: ChildInstanceSpec, apps?: readonly string[]): string[] {
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

export const instanceWords = (instance: Instance | InstanceOutput): string => {
  const details = [instance.appId, instance.region, instance.tsgId && `TSG ${instance.tsgId}`].filter(
    Boolean,
  );
  return `${instance.instanceId} (${details.join(", ")})`;
};

/** What the list says of an instance whose provisioning failed. */
export function failureWords(instance: Instance | InstanceOutput): string {
  const said = [instance.provisioningStatus, instance.status, instance.provisioningMessage]
    .filter(Boolean)
    .join(", ");
  return `provisioning of ${instanceWords(instance)} failed: ${said}`;
}

/** What is allocated now, for the end of an error. */
export function allocatedWords(
  spec: ChildInstanceSpec,
  parentTsgId: string,
  state: { jobId?: string | undefined; instances: readonly InstanceOutput[] },
): string {
  const what = [`${appWords(spec)} for ${tenantWords(spec, parentTsgId)}`, ...unitWords(spec)].join("; ");
  const job = state.jobId === undefined ? "" : `, job ${state.jobId}`;
  const instances =
    state.instances.length > 0
      ? `. Instances: ${state.instances.map(instanceWords).join(", ")}`
      : ", no instance known yet";
  return `Allocated: ${what}${job}${instances}.`;
}

/** The line that would take over these instances. */
export const adoptLine = (ids: readonly string[]): string => say.set("adopt", ids);
