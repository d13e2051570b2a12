import { asClause } from "../../http/clause";
import type { ProvisorError, RequestError } from "../../http/errors";
import type { LastOperation } from "../types";
import { confirmAbsence } from "./confirm-absence";
import { toldByRepetition } from "./repeated-delete";
import { type Phase, isAbsence, phaseOf } from "./phase";
import type { OperationContext, Operation } from "./context";
import type { SettledOperation, WaitForOperation } from "../interface";

/**
 * Waits until the operation is settled, and shows what the broker says of it meanwhile. A deletion whose polls
 * end in 404 is looked at again.
 * @throws AuthenticationError
 * @throws DoubtfulAbsence where the 404 may be that of a gateway
 */
export async function awaitOperation(
  work: OperationContext,
  operation: Operation,
): Promise<SettledOperation> {
  const { client } = work;
  const { instanceId, bindingId, doing, plan, since, purpose, deadline } = operation;
  let { query } = operation;
  const waitFor = (): WaitForOperation => ({
    ...query,
    purpose,
    deadline,
    since,
    maximumPollingMs: plan?.maximumPollingDurationMs,
    originatingIdentity: operation.originatingIdentity,
    signal: work.signal,
    beforePoll: work.beforeSend,
    onPoll: (seen: LastOperation | { error: Error }) => {
      const words = client.redact(progressWords(doing, seen));
      // A percentage that grows is no news of its own.
      work.onWait(words, since, words.replace(/\d+/g, ""));
    },
  });
  work.onWait(doing, since);
  let untold: RequestError | undefined;
  for (;;) {
    const settled = await (bindingId === undefined
      ? client.waitForInstanceOperation(instanceId, waitFor())
      : client.waitForBindingOperation(instanceId, bindingId, waitFor()));
    if (settled.outcome === "untold" && operation.repeat) {
      const told = await toldByRepetition(work, { ...operation, query }, operation.repeat);
      if ("outcome" in told) return told;
      query = { ...query, ...told };
      untold = settled.lastError;
      continue;
    }
    // The time was up before the broker could be asked once more.
    if (settled.outcome === "deadline" && settled.lastError === undefined && untold)
      return { ...settled, lastError: untold };
    if (settled.outcome !== "gone" || settled.isUnknown !== true) return settled;
    const look = (): Promise<Phase> => phaseOf(work, { ...operation, query });
    if (isAbsence(await confirmAbsence(work, query.serviceId, deadline, look))) return settled;
  }
}

/** That the last look of a wait failed, to stand behind what is said of its end; nothing where it did not. */
export const lastLookWords = ({ lastError }: { lastError?: ProvisorError | undefined }): string =>
  lastError ? `. The last look failed: ${asClause(lastError.message)}` : "";

function progressWords(doing: string, seen: LastOperation | { error: Error }): string {
  if ("error" in seen) return `${doing} (the last look failed: ${asClause(seen.error.message)})`;
  return seen.description === undefined ? doing : `${doing}: ${seen.description}`;
}
