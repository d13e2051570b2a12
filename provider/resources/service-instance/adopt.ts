import { BrokerError, ProvisorError, type ServiceInstanceDetails } from "../../../sdk/broker";
import { say } from "../../words";
import { asClause } from "../../host/errors";
import { type Attempt, type InstanceOutcome, attemptState, succeeded } from "./create-outcome";
import { differencesOf, withDetails } from "./state";
import { fetchInstance } from "./fetch";
import type { ServiceInstanceState } from "./schema";
import { defined } from "../../host/saved-state";
import { instanceWords } from "./messages";

/**
 * Takes over an instance that exists, and changes nothing at the broker. What can be fetched is held against the inputs;
 * what cannot is taken on trust, with a warning.
 * @throws StopError where it does not exist, or is another one than the inputs say.
 */
export async function adopt(attempt: Attempt): Promise<InstanceOutcome> {
  const { run } = attempt;
  const state = asFarAsGiven(attempt);
  const { maintenanceInfo: _asked, ...rest } = state;
  const { keepsInstances } = run.broker.client;
  if (!keepsInstances || !(await run.isRetrievable(state))) {
    if (keepsInstances) await assertThere(attempt, state);
    run.host.log.warn(
      `${run.host.name}: adopted ${instanceWords(state)}. The broker does not tell what its instances are, so that service, ` +
        `plan and parameters are taken from the ${say.program} on trust.`,
    );
    return succeeded(attempt, rest);
  }
  const details = await fetched(attempt, state);
  const differences = differencesOf(state, details);
  if (differences.length > 0)
    throw run.stop(
      `instance ${state.instanceId} is not adopted: at the broker it is otherwise than in the ${say.program} (${differences.map(say.path).join(", ")}). ` +
        `Nothing was changed. Bring the ${say.program} in line with what is there, adopt, and change it afterwards.`,
    );
  return succeeded(
    attempt,
    withDetails(rest, details, () => state.plan),
  );
}

/** What nobody knows here, as whose it was made, is not made up: the broker would find fault with it. */
function asFarAsGiven(attempt: Attempt): ServiceInstanceState {
  const { context, organizationGuid, spaceGuid } = attempt.inputs;
  return defined({ ...attemptState(attempt), context, organizationGuid, spaceGuid });
}

async function fetched(attempt: Attempt, state: ServiceInstanceState): Promise<ServiceInstanceDetails> {
  const { run } = attempt;
  try {
    return await fetchInstance(run, state);
  } catch (error) {
    throw unavailable(attempt, state, error);
  }
}

/** The last operation is all that a broker may tell of an instance that cannot be fetched. */
async function assertThere(attempt: Attempt, state: ServiceInstanceState): Promise<void> {
  const { run } = attempt;
  const { instanceId, serviceId, planId } = state;
  try {
    const last = await run.broker.client.getLastOperation(
      instanceId,
      { serviceId, planId },
      run.call(state.context),
    );
    if (last.state === "gone") throw absent(attempt, state);
    if (last.state === "in progress")
      throw run.stop(
        `instance ${instanceId} is not adopted yet: an operation on it is in progress at the broker. Nothing was changed. Run ` +
          "the same command again when that has ended.",
      );
  } catch (error) {
    // Any other refusal says nothing of whether it is there.
    if (error instanceof BrokerError && error.code !== "NotFound" && error.code !== "Gone") return;
    throw unavailable(attempt, state, error);
  }
}

const absent = ({ run }: Attempt, { instanceId }: ServiceInstanceState): Error =>
  run.stop(
    `there is no instance ${instanceId} at the broker to adopt. Nothing was changed. Give the id of one that is there, or ` +
      `leave ${say.path("adopt")} out to provision one.`,
  );

function unavailable(attempt: Attempt, state: ServiceInstanceState, error: unknown): unknown {
  if (!(error instanceof ProvisorError)) return error;
  if (error instanceof BrokerError && (error.code === "NotFound" || error.code === "Gone"))
    return absent(attempt, state);
  return attempt.run.stop(
    `instance ${state.instanceId} is not adopted, since it could not be looked at: ${asClause(error.message)}. Nothing was ` +
      "changed. Run the same command again.",
  );
}
