import { isDeepStrictEqual } from "node:util";
import type { ServiceInstanceDetails } from "../../../sdk/broker";
import { PLATFORM } from "../broker/account";
import { guidOf } from "../broker/ids";
import type { ServiceInstanceInputs, ServiceInstanceState } from "./schema";
import { comparedParameters } from "../broker/compare";

/** Policies are taken over in place, without a request. */
export const policyFields = [
  "acceptsIncomplete",
  "profile",
  "deletionPolicy",
  "changePolicy",
  "adopt",
  "timeouts",
] as const;

type Policies = Pick<ServiceInstanceState, (typeof policyFields)[number]>;

export const policiesOf = (inputs: ServiceInstanceInputs): Policies =>
  Object.fromEntries(policyFields.map((field) => [field, inputs[field]]));

/** Parameters in which nothing is said are none. */
export const sameParameters = (one: object | undefined, other: object | undefined): boolean =>
  isDeepStrictEqual(one ?? {}, other ?? {});

/** False where the create failed: then there is nothing at the broker that anybody could use. */
export const exists = ({ unfinished, state }: Partial<ServiceInstanceState>): boolean =>
  unfinished?.kind !== "create" || state !== "failed";

/** Where an instance belongs, as the broker is told. */
export type Place = Pick<ServiceInstanceState, "context" | "organizationGuid" | "spaceGuid">;

/** As it is for an instance that was provisioned here. */
export type KnownPlace = { [K in keyof Place]-?: NonNullable<Place[K]> };

/** What the program says by now of where an adopted instance belongs. */
export const newPlace = (known: Place, inputs: ServiceInstanceInputs): Place =>
  Object.fromEntries(
    (["context", "organizationGuid", "spaceGuid"] as const)
      .filter((field) => known[field] === undefined && inputs[field] !== undefined)
      .map((field) => [field, inputs[field]]),
  );

/** What is sent where the program says nothing; frozen in the state from then on. */
export function placeOf(inputs: ServiceInstanceInputs, frozen?: Place): KnownPlace {
  const { stack = "", project = "" } = inputs.origin ?? {};
  const {
    context = { platform: PLATFORM, stack, project },
    organizationGuid = guidOf("organization", project),
    spaceGuid = guidOf("space", project, stack),
  } = frozen ?? {};
  return {
    context: inputs.context ?? context,
    organizationGuid: inputs.organizationGuid ?? organizationGuid,
    spaceGuid: inputs.spaceGuid ?? spaceGuid,
  };
}

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
