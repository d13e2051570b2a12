import { needsOrphanMitigation } from "../orphan-mitigation";
import { cleanUp, type CleanUpLimits } from "./clean-up";
import type { OperationContext } from "./context";
import type { Orphan, MitigatedOrphan, BrokerRequest } from "../interface";

/** Deletes what a failed request may have left, where the specification's table wants that and the caller allows it. */
export async function mitigateOrphan(
  work: OperationContext,
  mitigation: "auto" | "report",
  request: BrokerRequest,
  failure: unknown,
  orphan: Orphan,
  limits: CleanUpLimits,
): Promise<MitigatedOrphan> {
  if (!needsOrphanMitigation(request, failure)) return { outcome: "none" };
  if (!work.client.keepsInstances)
    return { outcome: "left", why: "this broker keeps no instances, so that a delete would remove nothing" };
  if (mitigation === "report")
    return { outcome: "left", why: 'orphanMitigation is "report", so that nothing was deleted' };
  const { confirmed, why = "the broker did not confirm that it is gone" } = await cleanUp(
    work,
    orphan,
    limits,
  );
  return confirmed ? { outcome: "removed" } : { outcome: "left", why };
}
