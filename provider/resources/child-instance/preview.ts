import type { Instance, License } from "../../../sdk/subscription";
import { say } from "../../words";
import type { Host, Problem } from "../../host/contract";
import { hasUnknown } from "../../schema/unknown";
import { SHARED_LOOK_MS, type Account } from "../subscription/account";
import { ClaimRegistry } from "../subscription/claims";
import { type ResolvedTenant, TenantError, resolveTenant } from "../subscription/tenants";
import { adoption, describeTrust } from "./adopt";
import { slotsOf, tenantRefOf } from "./allocation";
import { type Need, capacityProblems, needsOf, describeRemainder } from "./capacity";
import { type ClaimContext, claimsFor } from "./claiming";
import { describeExisting } from "./adopt";
import { abandonedNow } from "./decision";
import type { ChildInstanceInputs, ChildInstanceSpec } from "./schema";
import { heldElsewhere, specOf } from "./state";
import { describeTenant } from "./messages";

/** What the new ChildInstances of one preview plan, together. */
interface Plan {
  tenant: string;
  apps: string[];
  needs: Need[];
  allowAdditional: boolean;
}

const plansOf = (host: Host): Map<string, Plan> => host.session.one("plans", () => new Map<string, Plan>());

/**
 * What the API says against allocating `apps`, and, where it says nothing, a line for whoever approves.
 * Asked in a preview only: in the run itself remaining units fall by its own POSTs.
 */
export async function previewProblems(
  host: Host,
  account: Account,
  inputs: ChildInstanceInputs,
  apps: string[],
  isNew: boolean,
): Promise<Problem[]> {
  const intent = hasUnknown(inputs.intent, host.isUnknown) ? undefined : inputs.intent;
  const spec = specOf({ ...inputs, intent });
  const { parentTsgId } = account.settings;
  const tenant = await tenantOf(host, account, spec);
  if ("problem" in tenant) return [tenant.problem, ...(await unitProblems(host, account, spec, apps))];
  const replaced = abandonedNow(host);
  const context: ClaimContext = { spec, tenant, parentTsgId, intent, replaced };
  const list = await account.instances.get(SHARED_LOOK_MS);
  const held = heldElsewhere(host);
  let open = apps;
  if (spec.adopt !== undefined && isNew) {
    const adopted = host.session.one("adopted", () => new Map<string, string>());
    const found = adoption(
      context,
      apps,
      spec.adopt,
      list,
      (id) => held.includes(id) || (adopted.get(id) ?? host.address) !== host.address,
      host.saved.others !== "untold",
    );
    if (found.problems.length > 0) return found.problems.map((message) => ({ path: "adopt", message }));
    for (const instance of found.instances) adopted.set(instance.instanceId, host.address);
    host.log.info(`Will adopt, without allocating it. ${describeTrust(context, found.instances)}`);
    open = apps.filter((app) => !found.instances.some((instance) => instance.appId === app));
    if (open.length === 0) return [];
  }
  const left = open.filter((app) => !takenUp(account, context, app, list, held));
  if (left.length === 0) {
    host.log.info("Will take up what an earlier run of this resource allocated; nothing is sent.");
    return [];
  }
  return planProblems(host, account, context, left, list);
}

/** What the API says against inputs that are wrong by themselves already. */
export async function partProblems(
  host: Host,
  account: Account,
  spec: ChildInstanceSpec,
): Promise<Problem[]> {
  const tenant = await tenantOf(host, account, spec);
  const apps = slotsOf(spec).map((slot) => slot.appId);
  const problems = await unitProblems(host, account, spec, apps);
  return "problem" in tenant ? [tenant.problem, ...problems] : problems;
}

async function tenantOf(
  host: Host,
  account: Account,
  spec: ChildInstanceSpec,
): Promise<ResolvedTenant | { problem: Problem }> {
  try {
    return await resolveTenant(account, tenantRefOf(spec), (text) => {
      host.log.warn(text);
    });
  } catch (error) {
    if (!(error instanceof TenantError)) throw error;
    const { field, message } = error;
    const at = (spec.onboard ?? []).findIndex((item) => item[field] !== undefined);
    return { problem: { path: `onboard[${at}].${field}`, message } };
  }
}

/** What the licenses say, where something else is wrong already, so that nothing is planned. */
async function unitProblems(
  host: Host,
  account: Account,
  spec: ChildInstanceSpec,
  apps: readonly string[],
): Promise<Problem[]> {
  const isAsking = (spec.onboard ?? []).some(({ licenseId }) => licenseId !== undefined);
  const licenses = isAsking ? await licensesFor(host, account) : undefined;
  if (!licenses) return [];
  const problems = capacityProblems(spec, apps, licenses, []);
  if (account.settings.capacityCheck !== "warn") return problems;
  for (const { path, message } of problems) host.log.warn(`${path}: ${message}`);
  return [];
}

/** True when an earlier run, known by its intent, has allocated this app already. */
function takenUp(
  account: Account,
  context: ClaimContext,
  app: string,
  list: readonly Instance[],
  held: readonly string[],
): boolean {
  if (context.intent?.before[app] === undefined) return false;
  const registry = new ClaimRegistry(account.settings.clientId);
  registry.hold(held);
  const claims = claimsFor(context, [app], false);
  for (const claim of claims) registry.add(claim);
  return registry.match(list).size > 0;
}

async function planProblems(
  host: Host,
  account: Account,
  context: ClaimContext,
  apps: string[],
  list: readonly Instance[],
): Promise<Problem[]> {
  const { spec } = context;
  const plans = plansOf(host);
  const others = [...plans].filter(([address]) => address !== host.address).map(([, plan]) => plan);
  const plan: Plan = {
    tenant: context.tenant.tsgId ?? context.tenant.name ?? context.parentTsgId,
    apps,
    needs: needsOf(spec, apps),
    allowAdditional: spec.allowAdditional === true,
  };
  const problems: Problem[] = [];
  if (!plan.allowAdditional) {
    const words = describeExisting(account, context, apps, list, context.replaced, heldElsewhere(host));
    if (words !== undefined) problems.push({ path: "", message: words });
    const twin = others.some(
      (other) => other.tenant === plan.tenant && other.apps.some((app) => apps.includes(app)),
    );
    if (twin)
      problems.push({
        path: "",
        message:
          `another new resource of this ${say.planNoun} allocates the same app for ${describeTenant(spec, context.parentTsgId)}, ` +
          `which has at most one instance of an app. To allocate both, set ${say.set("allowAdditional", true)} on both`,
      });
  }
  const reserved = others.flatMap((other) => other.needs);
  const licenses = plan.needs.length > 0 ? await licensesFor(host, account) : undefined;
  if (licenses && problems.length === 0) {
    const found = capacityProblems(spec, apps, licenses, reserved);
    // An earlier run may have taken the units already, for an instance that is not listed yet.
    const mayBeTaken = (problem: Problem): boolean =>
      context.intent !== undefined && problem.path.endsWith(".allocationSize");
    for (const problem of found)
      if (account.settings.capacityCheck === "warn" || mayBeTaken(problem))
        host.log.warn(`${problem.path}: ${problem.message}`);
      else problems.push(problem);
  }
  plans.set(host.address, plan);
  if (problems.length === 0) host.log.info(describeApproval(context, plan, licenses, reserved));
  return problems;
}

async function licensesFor(host: Host, account: Account): Promise<License[] | undefined> {
  if (account.settings.capacityCheck === "off") return undefined;
  try {
    return await account.licenses.get(SHARED_LOOK_MS);
  } catch (error) {
    if (host.session.first("licenses-unreadable"))
      host.log.warn(`Licenses cannot be listed, so what remains is not checked: ${(error as Error).message}`);
    return undefined;
  }
}

/** What an approver needs to know of a new allocation. */
function describeApproval(
  context: ClaimContext,
  plan: Plan,
  licenses: readonly License[] | undefined,
  reserved: readonly Need[],
): string {
  const { spec, parentTsgId } = context;
  const apps = slotsOf(spec).filter((slot) => plan.apps.includes(slot.appId));
  const what = apps
    .map((slot) => (slot.region === undefined ? slot.appId : `${slot.appId} in ${slot.region}`))
    .join(", ");
  const units = plan.needs.map((need) => describeRemainder(need, licenses ?? [], reserved));
  const free = spec.freeApp ? "free app, takes no units" : "no units named";
  const parent = spec.freeApp ? "" : ` under parent TSG ${parentTsgId}`;
  return (
    `Will allocate ${what} for ${describeTenant(spec, parentTsgId)}${parent}` +
    `${units.length > 0 ? `. ${units.join(". ")}` : `: ${free}`}. It cannot be released by the API.`
  );
}
