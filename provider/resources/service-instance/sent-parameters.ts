import { isDeepStrictEqual } from "node:util";
import type { ServicePlan } from "../../../sdk/broker";
import { parameterProblems } from "../broker/parameters";
import type { IsUnknown } from "../../schema/unknown";

type Parameters = Readonly<Record<string, unknown>>;

/**
 * The parameters that an update sends: all, as the program has them. Where the plan's schema for updates refuses these and
 * takes those that have changed, only those: it describes what can be changed then. What was taken out of the program
 * cannot be said so, and again all are sent. `befores` is what the instance may have.
 */
export function sentParameters(
  plan: Pick<ServicePlan, "schemas"> | undefined,
  now: Parameters,
  befores: readonly Parameters[],
  isUnknown: IsUnknown,
): Parameters {
  const schema = plan?.schemas?.serviceInstance?.update?.parameters;
  const isTaken = (parameters: Parameters): boolean =>
    parameterProblems(schema, parameters, "parameters", isUnknown).length === 0;
  if (isUnknown(now) || isTaken(now)) return now;
  if (befores.some((before) => Object.keys(before).some((name) => !(name in now)))) return now;
  const entries = Object.entries(now).filter(([name, value]) =>
    befores.some((before) => !isDeepStrictEqual(before[name], value)),
  );
  const changed = Object.fromEntries(entries);
  return entries.length > 0 && isTaken(changed) ? changed : now;
}
