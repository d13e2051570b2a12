import { ProvisorError, type SettledOperation } from "../../../sdk/broker";
import { lastLookWords, awaitOperation } from "../../../sdk/broker/operations";
import { withoutFullStop } from "../../host/errors";
import { type CreateContext, type InstanceOutcome, pending, succeeded } from "./create-outcome";
import { failCreate } from "./orphan";
import type { ServiceInstanceState } from "./schema";
import { omitUndefined } from "../../host/saved-state";
import { isUntold, describeSaid, describeTimeout } from "./messages";

/** Waits for a create that the broker has accepted, in this run or an earlier one. `lost`: it does not know of it. */
export async function awaitCreate(
  attempt: CreateContext,
  state: ServiceInstanceState,
): Promise<InstanceOutcome | "lost"> {
  const { operation, instanceId } = attempt;
  const { serviceId, planId, unfinished } = state;
  let settled: SettledOperation;
  try {
    settled = await awaitOperation(operation.work, {
      instanceId,
      query: { serviceId, planId, operation: state.operation },
      purpose: "create",
      doing: "provisioning",
      plan: await operation.plan(state),
      since: unfinished?.since ?? operation.now,
      deadline: operation.deadline,
      originatingIdentity: operation.call(state.context).originatingIdentity,
    });
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    return pending(attempt, state, `provisioning could not be waited for: ${withoutFullStop(error.message)}`);
  }
  switch (settled.outcome) {
    case "succeeded":
      return succeeded(attempt, omitUndefined({ ...state, description: settled.description }));
    case "failed":
      return failCreate(
        attempt,
        { ...state, description: settled.description },
        `provisioning failed: ${describeSaid(settled.description)}`,
      );
    case "lost":
      return "lost";
    case "deadline":
      return pending(
        attempt,
        settled.isUnknown || isUntold(settled) ? asUnanswered(state) : state,
        `${describeTimeout(operation.timeoutMs)}${lastLookWords(settled)}`,
      );
    default:
      return failCreate(
        attempt,
        state,
        "provisioning took longer than the plan allows (maximum_polling_duration)",
      );
  }
}

/** The broker does not seem to know of the operation: the next run asks by the PUT itself. */
const asUnanswered = ({ operation: _operation, ...state }: ServiceInstanceState): ServiceInstanceState => ({
  ...state,
  unfinished: { kind: "create", lost: true },
});
