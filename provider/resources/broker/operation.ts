import type {
  LastOperation,
  OperationQuery,
  OriginatingIdentity,
  ServicePlan,
  SettledOperation,
} from "../../../sdk/broker";
import { asClause } from "../clause";
import type { Host } from "../contract";
import type { Broker } from "./account";

/** An operation that a broker carries out by itself. */
export interface Operation {
  instanceId: string;
  /** Of a binding's operation. */
  bindingId?: string | undefined;
  query: OperationQuery;
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
 * Waits until the operation is settled, and shows what the broker says of it meanwhile. Nothing is asked any more once
 * the engine is gone.
 * @throws AuthenticationError
 */
export async function waitForOperation(
  host: Host,
  broker: Broker,
  operation: Operation,
): Promise<SettledOperation> {
  const { client } = broker;
  const { instanceId, bindingId, doing, plan, since, purpose, deadline } = operation;
  const wait = {
    ...operation.query,
    purpose,
    deadline,
    since,
    maximumPollingMs: plan?.maximumPollingDurationMs,
    originatingIdentity: operation.originatingIdentity,
    signal: host.signal,
    beforePoll: () => host.session.assertEngineAlive(),
    onPoll: (seen: LastOperation | { error: Error }) => {
      const words = client.redact(progressWords(doing, seen));
      // A percentage that grows is no news of its own.
      host.log.progress(words, since, words.replace(/\d+/g, ""));
    },
  };
  host.log.progress(doing, since);
  return bindingId === undefined
    ? client.waitForInstanceOperation(instanceId, wait)
    : client.waitForBindingOperation(instanceId, bindingId, wait);
}

function progressWords(doing: string, seen: LastOperation | { error: Error }): string {
  if ("error" in seen) return `${doing} (the last look failed: ${asClause(seen.error.message)})`;
  return seen.description === undefined ? doing : `${doing}: ${seen.description}`;
}
