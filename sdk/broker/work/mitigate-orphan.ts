import { needsOrphanMitigation, type BrokerRequest } from "../orphan-mitigation";
import { cleanUp, type CleanUpLimits, type Orphan } from "./clean-up";
import type { Work } from "./work";

/**
 * What became of what a failed request may have left.
 * - `none`: the specification wants nothing deleted. Nothing was made, or it goes on and can be taken up again.
 * - `removed`: the broker confirmed that nothing is left.
 * - `left`: something may be there, for the reason in `why`.
 */
export type MitigatedOrphan = { outcome: "none" } | { outcome: "removed" } | { outcome: "left"; why: string };

/** Deletes what a failed request may have left, where the specification's table wants that and the caller allows it. */
export async function mitigateOrphan(
  work: Work,
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
