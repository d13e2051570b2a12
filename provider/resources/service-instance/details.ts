import type { ServiceInstanceDetails } from "../../../sdk/broker";
import { compared } from "../broker/compared";
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
    ...compared(asked.parameters ?? {}, details.parameters ?? {}, ["parameters"]).paths,
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
  if (planId !== state.planId) Object.assign(now, { planId, plan: planName(planId) });
  if (state.parameters !== undefined)
    now.parameters = compared(state.parameters, details.parameters ?? {}, []).value as Record<
      string,
      unknown
    >;
  if (dashboardUrl !== undefined) now.dashboardUrl = dashboardUrl;
  if (metadata !== undefined) now.metadata = metadata;
  if (maintenanceInfo !== undefined) now.maintenanceInfo = maintenanceInfo;
  return now;
}
