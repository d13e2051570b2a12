import type { Host } from "../../host/contract";
import type { Account } from "../subscription/account";
import { capacityProblems } from "./capacity";
import type { ChildInstanceSpec } from "./schema";

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
