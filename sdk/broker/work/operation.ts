import { asClause } from "../../http/clause";
import { ProvisorError } from "../../http/errors";
import type { ServicePlan } from "../catalog-types";
import { BrokerError } from "../errors";
import type { OriginatingIdentity } from "../options";
import type { LastOperation, OperationQuery, PlanRef } from "../types";
import type { SettledOperation } from "../wait-for-operation";
import { lookAgain } from "./look-again";
import type { Work } from "./work";

/** An operation that a broker carries out by itself. */
export interface Operation {
  instanceId: string;
  /** Of a binding's operation. */
  bindingId?: string | undefined;
  query: OperationQuery & Pick<PlanRef, "serviceId">;
  purpose: "create" | "update" | "delete";
  /** What is being done, for the progress line: `provisioning`. */
  doing: string;
  /** The plan, for its maximum polling duration; undefined where the catalog does not know it. */
  plan?: Pick<ServicePlan, "maximumPollingDurationMs"> | undefined;
  /** When it began, in milliseconds since the epoch. */
  since: number;
  /** When the user's time is up. */
  deadline: number;
  /** On whose behalf (`identityFor`); null: nobody's. */
  originatingIdentity?: OriginatingIdentity | null | undefined;
}

/**
 * Waits until the operation is settled, and shows what the broker says of it meanwhile. A deletion whose polls
 * end in 404 is looked at again.
 * @throws AuthenticationError
 * @throws DoubtfulAbsence where the 404 may be that of a gateway
 */
export async function waitForOperation(work: Work, operation: Operation): Promise<SettledOperation> {
  const { client } = work;
  const { instanceId, bindingId, doing, plan, since, purpose, deadline } = operation;
  const wait = {
    ...operation.query,
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
  };
  work.onWait(doing, since);
  for (;;) {
    const settled = await (bindingId === undefined
      ? client.waitForInstanceOperation(instanceId, wait)
      : client.waitForBindingOperation(instanceId, bindingId, wait));
    if (settled.outcome !== "gone" || settled.isUnknown !== true) return settled;
    const { serviceId } = operation.query;
    const look = (): Promise<string> => standingOf(work, operation);
    if ((await lookAgain(work, serviceId, deadline, look)) !== "other") return settled;
  }
}

/** What a broker says of an operation where none may be known: 410, 404, that it knows of none at all, or anything else. */
export async function standingOf(
  { client, signal }: Work,
  {
    instanceId,
    bindingId,
    query,
    deadline,
    originatingIdentity,
  }: Omit<Operation, "purpose" | "doing" | "since">,
): Promise<"gone" | "unknown" | "unsupported" | "other"> {
  const options = { signal, deadline, originatingIdentity };
  try {
    const last =
      bindingId === undefined
        ? await client.getLastOperation(instanceId, query, options)
        : await client.getLastBindingOperation(instanceId, bindingId, query, options);
    return last.state === "gone" ? "gone" : "other";
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    if (!(error instanceof BrokerError)) return "other";
    if (error.status === 405 || error.status === 501) return "unsupported";
    return error.code === "NotFound" ? "unknown" : "other";
  }
}

/** That the last look of a wait failed, to stand behind what is said of its end; nothing where it did not. */
export const lastLookWords = ({ lastError }: { lastError?: ProvisorError | undefined }): string =>
  lastError ? `; the last look failed: ${asClause(lastError.message)}` : "";

function progressWords(doing: string, seen: LastOperation | { error: Error }): string {
  if ("error" in seen) return `${doing} (the last look failed: ${asClause(seen.error.message)})`;
  return seen.description === undefined ? doing : `${doing}: ${seen.description}`;
}
