import { isDeepStrictEqual } from "node:util";
import { BrokerError, ProvisorError, type ServiceInstanceDetails } from "../../../sdk/broker";
import { differencesOf } from "./details";
import { fetchInstance } from "./fetch";
import type { Run } from "./run";
import type { ServiceInstanceState, Wanted } from "./schema";
import { instanceWords } from "./words";

/** An update that the broker accepted, and then knew nothing of: some forget an operation when it ends. */

/** Whether this very update was lost before. */
export const isRepeat = ({ unfinished }: ServiceInstanceState, wanted: Wanted): boolean =>
  unfinished?.lost === true && isDeepStrictEqual(unfinished.wanted, wanted);

/** The state of an update that was lost, for its repetition. */
export const asLost = (state: ServiceInstanceState): ServiceInstanceState => ({
  ...state,
  unfinished: { ...state.unfinished, kind: "update", unsure: true, lost: true },
});

/**
 * Whether what was wanted has taken place, by what a fetch tells; undefined where that tells neither way, as where
 * nothing can be fetched, or only the context was changed.
 */
export async function hasTakenPlace(run: Run, state: ServiceInstanceState): Promise<boolean | undefined> {
  if (!(await run.isRetrievable(state))) return undefined;
  const { serviceId, planId, parameters, unfinished } = state;
  const wanted = unfinished?.wanted ?? {};
  let details: ServiceInstanceDetails;
  try {
    details = await fetchInstance(run, state);
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    const isMissing = error instanceof BrokerError && (error.code === "NotFound" || error.code === "Gone");
    return isMissing ? false : undefined;
  }
  const after = {
    serviceId,
    planId: wanted.planId ?? planId,
    parameters: wanted.parameters ?? parameters,
  };
  if (!isAs(after, wanted.maintenanceVersion, details)) return false;
  return isAs(state, state.maintenanceInfo?.version, details) ? undefined : true;
}

const isAs = (
  asked: Pick<ServiceInstanceState, "serviceId" | "planId" | "parameters">,
  version: string | undefined,
  details: ServiceInstanceDetails,
): boolean =>
  differencesOf(asked, details).length === 0 &&
  (version === undefined || version === (details.maintenanceInfo?.version ?? version));

/** Says that an update is taken as done that the broker accepted twice and told nothing of. */
export const warnOfTrust = (run: Run, state: ServiceInstanceState): void =>
  run.host.log.warn(
    `${run.host.name}: the broker accepted the update of ${instanceWords(state)}, and its repetition, and knew nothing of ` +
      "either when it was asked. It is taken as done, which could not be verified.",
  );
