import { isDeepStrictEqual } from "node:util";
import { defined } from "../defined";
import type { ServiceInstanceState } from "./schema";
import { policyFields } from "./state";

/** The inputs of an instance whose plan or parameters were changed at the broker; undefined where they were not. */
export function inputsRead(
  before: ServiceInstanceState,
  after: ServiceInstanceState,
): Record<string, unknown> | undefined {
  if (before.planId === after.planId && isDeepStrictEqual(before.parameters, after.parameters))
    return undefined;
  const { service, plan, parameters, context, organizationGuid, spaceGuid } = after;
  const { adopt, given, instanceId, intentKey, maintenance, planId, serviceId, timeouts, turn } = after;
  return defined({
    ...Object.fromEntries(policyFields.map((field) => [field, after[field]])),
    service,
    plan,
    parameters,
    context,
    organizationGuid,
    spaceGuid,
    maintenanceInfo: maintenance,
    instanceId: given === true && typeof adopt !== "string" ? instanceId : undefined,
    timeouts,
    serviceId,
    planId,
    intent: intentKey === undefined ? undefined : defined({ key: intentKey, turn }),
  });
}
