import { BrokerError, ProvisorError } from "../../../sdk/broker";
import { BusyError } from "../../../sdk/broker/operations";
import { say } from "../../words";
import { withoutFullStop, asSentence } from "../../host/errors";
import { StopError } from "../../host/contract";
import type { InstanceOutcome } from "./create-outcome";
import { withDetails } from "./state";
import { fetchInstance } from "./fetch";
import { isRepeat } from "./update-recovery";
import type { InstanceOperation } from "./operation";
import type { ServiceInstanceState, Unfinished, Wanted } from "./schema";
import { omitUndefined } from "../../host/saved-state";
import { describeInstance, mayHaveActed, describeUsable } from "./messages";

/** How an update ends that has not succeeded. */

/** The broker refused an update, and nothing has changed. */
export class UpdateRefused extends StopError {
  constructor(
    message: string,
    /** Why, without what it means for the resource. */
    readonly why: string,
  ) {
    super(message);
  }
}

/** Our own time ended the wait: the next run goes on with it. */
export function updatePending(
  operation: InstanceOperation,
  resourceId: string,
  state: ServiceInstanceState,
  why: string,
): InstanceOutcome {
  return {
    id: resourceId,
    state: { ...state, state: "in progress" },
    unfinished: [
      operation.clean(
        `${operation.host.name}: the update of ${describeInstance(state)} is ${why}. The broker goes on with it` +
          `${state.operation === undefined ? "" : `, operation ${state.operation}`}, and the state keeps the values of ` +
          "before. Run the same command again: it goes on from here.",
      ),
    ],
  };
}

/** What is known of an update that failed. */
interface Failure {
  description?: string | undefined;
  instanceUsable?: boolean | undefined;
  updateRepeatable?: boolean | undefined;
  /** True where nobody knows what came of it. */
  unsure?: boolean;
}

/** The update failed: the state keeps what is known, and the next run tries again. */
export async function failedUpdate(
  operation: InstanceOperation,
  resourceId: string,
  state: ServiceInstanceState,
  why: string,
  { description, instanceUsable, updateRepeatable, unsure }: Failure,
): Promise<InstanceOutcome> {
  const unfinished: Unfinished = omitUndefined({
    kind: "update" as const,
    wanted: state.unfinished?.wanted,
    repeatable: updateRepeatable === false ? false : undefined,
    unsure: unsure === true || instanceUsable === false ? true : undefined,
    lost: unsure === true ? state.unfinished?.lost : undefined,
  });
  const now: ServiceInstanceState = omitUndefined({
    ...(await asTold(operation, state)),
    state: "failed",
    description: description ?? why,
    usable: instanceUsable === false ? false : undefined,
    unfinished,
  });
  const next =
    updateRepeatable === false
      ? "The broker says that repeating this update is of no use (update_repeatable: false): change the inputs."
      : "Run the same command again: it tries once more.";
  return {
    id: resourceId,
    state: now,
    unfinished: [
      operation.clean(
        `${operation.host.name}: ${why}. ${describeInstance(now)} stays provisioned, and the state keeps what is known of it.` +
          `${describeUsable(instanceUsable)} ${next}`,
      ),
    ],
  };
}

/** The state with what the broker tells of the instance, where it can be fetched. */
async function asTold(
  operation: InstanceOperation,
  state: ServiceInstanceState,
): Promise<ServiceInstanceState> {
  if (!(await operation.isRetrievable(state))) return state;
  try {
    const details = await fetchInstance(operation, state);
    return withDetails(state, details, (id) => operation.planName(state, id));
  } catch (error) {
    if (error instanceof ProvisorError) return state;
    throw error;
  }
}

/** The PATCH brought no success. */
export async function refusedUpdate(
  operation: InstanceOperation,
  resourceId: string,
  state: ServiceInstanceState,
  wanted: Wanted,
  caught: unknown,
): Promise<InstanceOutcome> {
  const what = describeInstance(state);
  const isBusy = caught instanceof BusyError;
  const error = isBusy ? caught.refusal : caught;
  const wasLost = isRepeat(state, wanted);
  if (isBusy && !mayHaveActed(caught.refusal) && !wasLost)
    throw operation.stop(
      `the broker was still busy with another operation on ${what} when the time-out of the update ended. ` +
        `${asSentence(caught.message)} Nothing was changed. Run the same command again.`,
    );
  if (!(error instanceof ProvisorError)) throw error;
  const { instanceUsable, updateRepeatable, description } =
    error instanceof BrokerError ? error : ({} as Partial<BrokerError>);
  // The first of two may have acted, unless there is no such instance.
  const unsure = mayHaveActed(error) || (wasLost && !isUnknown(error));
  if (unsure || instanceUsable === false || updateRepeatable === false)
    return failedUpdate(
      operation,
      resourceId,
      { ...state, unfinished: { kind: "update", wanted, ...(wasLost ? { lost: true } : {}) } },
      `the update failed: ${withoutFullStop(error.message)}`,
      { description, instanceUsable, updateRepeatable, unsure },
    );
  const known =
    state.unfinished?.unsure === true
      ? `This run has changed nothing. It is not known whether an update of an earlier one took place: ${what} may be otherwise ` +
        "than in the state."
      : `Nothing was changed: ${what} stays as it was.`;
  const { message } = operation.stop(
    `${withoutFullStop(error.message)}. ${known} ${await adviceFor(operation, state, error)}`,
  );
  if (error instanceof BrokerError) throw new UpdateRefused(message, error.message);
  throw new StopError(message);
}

const isUnknown = (error: ProvisorError): boolean =>
  error instanceof BrokerError && (error.code === "NotFound" || error.code === "Gone");

async function adviceFor(
  operation: InstanceOperation,
  state: ServiceInstanceState,
  error: ProvisorError,
): Promise<string> {
  switch (error instanceof BrokerError ? error.code : undefined) {
    case "AsyncRequired":
      return `Leave ${say.path("acceptsIncomplete")} out, or set it to true: this plan can be updated asynchronously only.`;
    case "MaintenanceInfoConflict":
      return `The catalog has changed since it was read: run the same command again, with ${say.set("maintenanceInfo", "latest")} or the new version.`;
    case "NotFound":
    case "Gone":
      return (await operation.isRetrievable(state))
        ? `If the broker has lost it, ${say.refresh} takes it out of the state.`
        : `If the broker has lost it, ${say.replace("")} makes another one, or ${say.forget} takes it out of the state. ` +
            "A refresh cannot see that it is gone.";
    default:
      return "Change the inputs, or run the same command again.";
  }
}
