import type { License } from "../../../sdk/subscription";
import type { Problem, Host } from "../../host/contract";
import type { ChildInstanceSpec } from "./schema";
import type { Account } from "../subscription/account";

/** Units that one allocation takes of one kind. */
export interface Need {
  path: string;
  licenseId: string;
  appId: string;
  licenseType: string;
  units: number;
}

/** What `spec` takes, for those of its apps that are to be allocated. */
export function needsOf(spec: ChildInstanceSpec, apps: readonly string[]): Need[] {
  return (spec.onboard ?? []).flatMap((item, index) =>
    item.tenantId !== undefined || item.licenseId === undefined || !apps.includes(item.appId)
      ? []
      : (item.allocation ?? []).map((entry, at) => ({
          path: `onboard[${index}].allocation[${at}]`,
          licenseId: item.licenseId as string,
          appId: entry.appId,
          licenseType: entry.licenseType,
          units: entry.allocationSize,
        })),
  );
}

const sameKind = (a: Need, b: Need): boolean =>
  a.licenseId === b.licenseId && a.appId === b.appId && a.licenseType === b.licenseType;

const unitsOf = (needs: readonly Need[]): number => needs.reduce((sum, need) => sum + need.units, 0);

/** Units that remain of one kind; undefined where the API does not say. */
function remaining(licenses: readonly License[], need: Need): number | undefined {
  const sizes = licenses
    .filter((license) => license.licenseId === need.licenseId)
    .flatMap((license) => license.licenses)
    .filter((units) => units.appId === need.appId && units.licenseType === need.licenseType)
    .map((units) => units.remainingSize);
  return sizes.some((size) => size === undefined)
    ? undefined
    : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
}

/**
 * What is wrong with taking `spec`'s units from `licenses`, when `others` are to be taken from them too.
 * Licenses that do not exist, do not hold the app or type, or have too little left.
 */
export function capacityProblems(
  spec: ChildInstanceSpec,
  apps: readonly string[],
  licenses: readonly License[],
  others: readonly Need[],
): Problem[] {
  const problems: Problem[] = [];
  for (const [index, item] of (spec.onboard ?? []).entries()) {
    if (item.licenseId === undefined || item.tenantId !== undefined || !apps.includes(item.appId)) continue;
    if (!licenses.some((license) => license.licenseId === item.licenseId))
      problems.push({
        path: `onboard[${index}].licenseId`,
        message: `no such license is claimed for this parent TSG; there are: ${[...new Set(licenses.map((l) => l.licenseId))].join(", ") || "none"}`,
      });
  }
  const needs = needsOf(spec, apps);
  for (const [index, need] of needs.entries()) {
    const held = licenses.filter((license) => license.licenseId === need.licenseId);
    if (held.length === 0) continue; // said above
    const kinds = held.flatMap((license) => license.licenses);
    if (!kinds.some((kind) => kind.appId === need.appId && kind.licenseType === need.licenseType)) {
      const has =
        kinds.map((kind) => `${kind.appId ?? "?"} ${kind.licenseType ?? "?"}`).join(", ") || "nothing";
      problems.push({
        path: need.path,
        message: `license ${need.licenseId} has no ${need.licenseType} for app ${need.appId}; it has: ${has}`,
      });
      continue;
    }
    if (needs.findIndex((other) => sameKind(other, need)) !== index) continue; // counted with the first of its kind
    const left = remaining(licenses, need);
    const here = unitsOf(needs.filter((other) => sameKind(other, need)));
    const elsewhere = unitsOf(others.filter((other) => sameKind(other, need)));
    if (left !== undefined && here + elsewhere > left)
      problems.push({
        path: `${need.path}.allocationSize`,
        message:
          `license ${need.licenseId} has ${left} of ${need.licenseType} (${need.appId}) left, and ${here} are asked for here` +
          (elsewhere > 0
            ? ` and ${elsewhere} by other new ChildInstances: ${here + elsewhere} together`
            : ""),
      });
  }
  return problems;
}

/** `1000 x SKU (app) of license 123: 9000 left before, 8000 after`, for whoever approves. */
export function describeRemainder(need: Need, licenses: readonly License[], others: readonly Need[]): string {
  const left = remaining(licenses, need);
  const what = `${need.units} x ${need.licenseType} (${need.appId}) of license ${need.licenseId}`;
  if (left === undefined) return `${what}: how many remain is not told`;
  const before = left - unitsOf(others.filter((other) => sameKind(other, need)));
  return `${what}: ${before} remain before, ${before - need.units} after`;
}

/** How old the licenses may be that a create is judged by. */
const LICENSES_MAX_AGE_MS = 5_000;

/**
 * Looks at the licenses once more before the POST: a preview may be old, or was skipped. Each create counts for itself;
 * those of other resources lower what remains as they go. Returns what is wrong, where that is to stop the create.
 */
export async function capacityAgain(
  host: Host,
  account: Account,
  spec: ChildInstanceSpec,
  apps: readonly string[],
): Promise<string | undefined> {
  const mode = account.settings.capacityCheck ?? "error";
  if (mode === "off" || spec.freeApp) return undefined;
  let licenses;
  try {
    licenses = await account.licenses.get(LICENSES_MAX_AGE_MS);
  } catch (error) {
    host.log.warn(`Licenses cannot be listed, so what remains is not checked: ${(error as Error).message}`);
    return undefined;
  }
  const problems = capacityProblems(spec, apps, licenses, []);
  if (problems.length === 0) return undefined;
  const text = problems.map((problem) => `${problem.path}: ${problem.message}`).join("; ");
  if (mode === "error") return text;
  host.log.warn(text);
  return undefined;
}
