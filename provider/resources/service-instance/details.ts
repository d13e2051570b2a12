import type { ServiceInstanceDetails } from "../../../sdk/broker";
import { comparedParameters } from "../broker/compared";
import type { ServiceInstanceState } from "./schema";

/** Paths of what the broker tells otherwise than it was asked for. Never values. */
export function differencesOf(
  asked: Pick<ServiceInstanceState, "serviceId" | "planId" | "parameters">,
  details: ServiceInstanceDetails,
): string[] {
  const { serviceId = asked.serviceId, planId = asked.planId } = details;
  return [
    ...(serviceId === asked.serviceId ? [] : ["service"]),
    ...(planId === asked.planId ? [] : ["plan"]),
    ...comparedParameters(asked.parameters, details.parameters).paths,
  ];
}

/** The state with what the broker tells now. */
export function withDetails(
  state: ServiceInstanceState,
  details: ServiceInstanceDetails,
  planName: (planId: string) => string,
): ServiceInstanceState {
  const { planId = state.planId, dashboardUrl, metadata, maintenanceInfo } = details;
  const now: ServiceInstanceState = { ...state };
  // A version is one of its plan: that of the plan before says nothing of another one.
  if (planId !== state.planId) {
    Object.assign(now, { planId, plan: planName(planId) });
    delete now.maintenanceInfo;
  }
  if (state.parameters !== undefined)
    now.parameters = comparedParameters(state.parameters, details.parameters).value;
  if (dashboardUrl !== undefined) now.dashboardUrl = dashboardUrl;
  if (metadata !== undefined) now.metadata = metadata;
  if (maintenanceInfo !== undefined) now.maintenanceInfo = maintenanceInfo;
  return now;
}
