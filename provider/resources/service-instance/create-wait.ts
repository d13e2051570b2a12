import { ProvisorError, type SettledOperation } from "../../../sdk/broker";
import { lastLookWords, awaitOperation } from "../../../sdk/broker/operations";
import { asClause } from "../../host/errors";
import { type Attempt, type InstanceOutcome, goesOn, succeeded } from "./create-outcome";
import { giveUp } from "./orphan";
import type { ServiceInstanceState } from "./schema";
import { defined } from "../../host/saved-state";
import { isUntold, saidWords, timeoutWords } from "./messages";

/** Waits for a create that the broker has accepted, in this run or an earlier one. `lost`: it does not know of it. */
export async function awaitCreate(
  attempt: Attempt,
  state: ServiceInstanceState,
): Promise<InstanceOutcome | "lost"> {
  const { run, instanceId } = attempt;
  const { serviceId, planId, operation, unfinished } = state;
  let settled: SettledOperation;
  try {
    settled = await awaitOperation(run.work, {
      instanceId,
      query: { serviceId, planId, operation },
      purpose: "create",
      doing: "provisioning",
      plan: await run.plan(state),
      since: unfinished?.since ?? run.now,
      deadline: run.deadline,
      originatingIdentity: run.call(state.context).originatingIdentity,
    });
  } catch (error) {
    if (!(error instanceof ProvisorError)) throw error;
    return goesOn(attempt, state, `provisioning could not be waited for: ${asClause(error.message)}`);
  }
  switch (settled.outcome) {
    case "succeeded":
      return succeeded(attempt, defined({ ...state, description: settled.description }));
    case "failed":
      return giveUp(
        attempt,
        { ...state, description: settled.description },
        `provisioning failed: ${saidWords(settled.description)}`,
      );
    case "lost":
      return "lost";
    case "deadline":
      return goesOn(
        attempt,
        settled.isUnknown || isUntold(settled) ? asUnanswered(state) : state,
        `${timeoutWords(run.timeoutMs)}${lastLookWords(settled)}`,
      );
    default:
      return giveUp(
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
