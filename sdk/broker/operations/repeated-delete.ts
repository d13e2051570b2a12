import { AuthenticationError, ProvisorError } from "../../http/errors";
import { BrokerError } from "../errors";
import { BusyError } from "./busy";
import { DoubtfulAbsence, confirmAbsence } from "./confirm-absence";
import { phaseOf } from "./phase";
import type { OperationContext, Operation, Repeated } from "./context";
import type { SettledOperation } from "../interface";

/**
 * How a deletion stands that the broker has accepted and does not tell of. Repeated, it is met by what there is: nothing
 * any more, or the same deletion, which is waited for on. Where the repetition fails as well, only time can tell.
 */
export async function toldByRepetition(
  work: OperationContext,
  operation: Operation,
  repeat: () => Promise<Repeated>,
): Promise<SettledOperation | { operation?: string | undefined }> {
  const { query, deadline } = operation;
  try {
    const result = await repeat().catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
      return confirmAbsence(work, query.serviceId, deadline, repeat);
    });
    if (result.outcome === "accepted") return { operation: result.operation };
    return { outcome: result.outcome === "gone" ? "gone" : "succeeded" };
  } catch (error) {
    // It took the delete, does not know what it was to delete any more, and has nothing under way.
    if (isNotFound(error))
      return (await phaseOf(work, operation)) === "in progress" ? query : { outcome: "gone" };
    const isPassing = error instanceof ProvisorError && !(error instanceof AuthenticationError);
    if (isPassing || error instanceof BusyError || error instanceof DoubtfulAbsence) return query;
    throw error;
  }
}

const isNotFound = (error: unknown): boolean => error instanceof BrokerError && error.code === "NotFound";
