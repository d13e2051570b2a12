import { ProvisorError } from "../../http/errors";
import { BrokerError } from "../errors";
import type { OperationContext, Operation } from "./context";

/**
 * What a broker says of an operation where none may be known: 410, 404, that it knows of none at all, that one is in
 * progress or over; `untold` where it answers nothing of the kind.
 */
export type Phase = "gone" | "unknown" | "unsupported" | "in progress" | "over" | "untold";

/** Whether a broker that says so has nothing any more. */
export const isAbsence = (standing: Phase): boolean =>
  standing === "gone" || standing === "unknown" || standing === "unsupported";

/** Asks once how an operation stands, where none may be known. */
export async function phaseOf(
  { client, signal }: OperationContext,
  {
    instanceId,
    bindingId,
    query,
    deadline,
    originatingIdentity,
  }: Omit<Operation, "purpose" | "doing" | "since">,
): Promise<Phase> {
  const options = { signal, deadline, originatingIdentity };
  try {
    const last =
      bindingId === undefined
        ? await client.getLastOperation(instanceId, query, options)
        : await client.getLastBindingOperation(instanceId, bindingId, query, options);
    return last.state === "gone" || last.state === "in progress" ? last.state : "over";
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    if (!(error instanceof BrokerError)) return "untold";
    if (error.status === 405 || error.status === 501) return "unsupported";
    return error.code === "NotFound" ? "unknown" : "untold";
  }
}
