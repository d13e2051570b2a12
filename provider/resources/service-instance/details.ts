import { isDeepStrictEqual } from "node:util";
import type { ServiceInstanceDetails } from "../../../sdk/broker";
import { pathText } from "../schema/validate";
import type { ServiceInstanceState } from "./schema";

/** How brokers write a value that they do not tell. */
const MASKED = /^[*•]+$|^<?redacted>?$/i;

/** What was asked for against what came back. */
interface Compared {
  /** What was asked for, with the values that came back otherwise in their places. */
  value: unknown;
  /** Where they came back otherwise. */
  paths: string[];
}

/**
 * Compares as a subset: what the broker adds, or does not tell, is no difference. Lists of another length are another
 * value as a whole.
 */
export function compared(asked: unknown, got: unknown, path: readonly PropertyKey[]): Compared {
  const same: Compared = { value: asked, paths: [] };
  if (got === undefined || isDeepStrictEqual(asked, got)) return same;
  if (typeof got === "string" && MASKED.test(got)) return same;
  if (Array.isArray(asked) && Array.isArray(got)) {
    if (asked.length !== got.length) return { value: got, paths: [pathText(path)] };
    const items = asked.map((item, index) => compared(item, got[index], [...path, index]));
    return { value: items.map(({ value }) => value), paths: items.flatMap(({ paths }) => paths) };
  }
  if (isObject(asked) && isObject(got)) {
    const entries = Object.entries(asked).map(
      ([name, item]) => [name, compared(item, got[name], [...path, name])] as const,
    );
    return {
      value: Object.fromEntries(entries.map(([name, { value }]) => [name, value])),
      paths: entries.flatMap(([, { paths }]) => paths),
    };
  }
  return { value: got, paths: [pathText(path)] };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

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
