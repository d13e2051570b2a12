import { BrokerError, ProvisorError, type ServiceInstanceDetails } from "../../../sdk/broker";
import { say } from "../../words";
import { withoutFullStop } from "../../host/errors";
import { type CreateContext, type InstanceOutcome, attemptState, succeeded } from "./create-outcome";
import { differencesOf, withDetails } from "./state";
import { fetchInstance } from "./fetch";
import type { ServiceInstanceState } from "./schema";
import { omitUndefined } from "../../host/saved-state";
import { describeInstance } from "./messages";

/**
 * Takes over an instance that exists, and changes nothing at the broker. What can be fetched is held against the inputs;
 * what cannot is taken on trust, with a warning.
 * @throws StopError where it does not exist, or is another one than the inputs say.
 */
export async function adopt(attempt: CreateContext): Promise<InstanceOutcome> {
  const { operation } = attempt;
  const state = asFarAsGiven(attempt);
  const { maintenanceInfo: _asked, ...rest } = state;
  const { keepsInstances } = operation.broker.client;
  if (!keepsInstances || !(await operation.isRetrievable(state))) {
    if (keepsInstances) await assertThere(attempt, state);
    operation.host.log.warn(
      `${operation.host.name}: adopted ${describeInstance(state)}. The broker does not tell what its instances are, so that service, ` +
        `plan and parameters are taken from the ${say.program} on trust.`,
    );
    return succeeded(attempt, rest);
  }
  const details = await fetched(attempt, state);
  const differences = differencesOf(state, details);
  if (differences.length > 0)
    throw operation.stop(
      `instance ${state.instanceId} is not adopted: at the broker it is otherwise than in the ${say.program} (${differences.map(say.path).join(", ")}). ` +
        `Nothing was changed. Bring the ${say.program} in line with what is there, adopt, and change it afterwards.`,
    );
  return succeeded(
    attempt,
    withDetails(rest, details, () => state.plan),
  );
}

/** What nobody knows here, as whose it was made, is not made up: the broker would find fault with it. */
function asFarAsGiven(attempt: CreateContext): ServiceInstanceState {
  const { context, organizationGuid, spaceGuid } = attempt.inputs;
  return omitUndefined({ ...attemptState(attempt), context, organizationGuid, spaceGuid });
}

async function fetched(attempt: CreateContext, state: ServiceInstanceState): Promise<ServiceInstanceDetails> {
  const { operation } = attempt;
  try {
    return await fetchInstance(operation, state);
  } catch (error) {
    throw unavailable(attempt, state, error);
  }
}

/** The last operation is all that a broker may tell of an instance that cannot be fetched. */
async function assertThere(attempt: CreateContext, state: ServiceInstanceState): Promise<void> {
  const { operation } = attempt;
  const { instanceId, serviceId, planId } = state;
  try {
    const last = await operation.broker.client.getLastOperation(
      instanceId,
      { serviceId, planId },
      operation.call(state.context),
    );
    if (last.state === "gone") throw absent(attempt, state);
    if (last.state === "in progress")
      throw operation.stop(
        `instance ${instanceId} is not adopted yet: an operation on it is in progress at the broker. Nothing was changed. Run ` +
          "the same command again when that has ended.",
      );
  } catch (error) {
    // Any other refusal says nothing of whether it is there.
    if (error instanceof BrokerError && error.code !== "NotFound" && error.code !== "Gone") return;
    throw unavailable(attempt, state, error);
  }
}

const absent = ({ operation }: CreateContext, { instanceId }: ServiceInstanceState): Error =>
  operation.stop(
    `there is no instance ${instanceId} at the broker to adopt. Nothing was changed. Give the id of one that is there, or ` +
      `leave ${say.path("adopt")} out to provision one.`,
  );

function unavailable(attempt: CreateContext, state: ServiceInstanceState, error: unknown): unknown {
  if (!(error instanceof ProvisorError)) return error;
  if (error instanceof BrokerError && (error.code === "NotFound" || error.code === "Gone"))
    return absent(attempt, state);
  return attempt.operation.stop(
    `instance ${state.instanceId} is not adopted, since it could not be looked at: ${withoutFullStop(error.message)}. Nothing was ` +
      "changed. Run the same command again.",
  );
}
