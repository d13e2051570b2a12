import {
  AuthenticationError,
  type BindResult,
  BrokerError,
  type BrokerErrorCode,
  type RequestError,
  type BindRequest,
  type PlanRef,
} from "../../../sdk/broker";
import { retryWhileBusy } from "../../../sdk/broker/operations";
import { type Broker, identityFor, workOf, PLATFORM } from "../broker/account";
import { say } from "../../words";
import type { Host } from "../../host/contract";
import { type BindTarget, refOf } from "./bind-types";
import type { ServiceBindingInputs } from "./schema";

/** How a broker may refuse to rotate what it would bind. */
const ROTATION_REFUSED: readonly BrokerErrorCode[] = ["BadRequest", "NotFound", "Gone", "Unprocessable"];

/**
 * Sends the request once the broker is free for it: for a binding of its own, or for the successor of `rotates`.
 * @throws BusyError, or what the client throws.
 */
export function sendBind(
  host: Host,
  broker: Broker,
  target: BindTarget,
  rotates: string | undefined,
): Promise<BindResult> {
  const { context, inputs, deadline } = target;
  const { instanceId, bindingId, plan } = refOf(target);
  const options = {
    acceptsIncomplete: inputs.acceptsIncomplete !== false,
    originatingIdentity: identityFor(broker, context),
    deadline,
    // Not the signal: a request that may allocate comes to its end.
    beforeSend: async () => {
      await host.session.assertEngineAlive();
      host.beforeAllocating?.();
    },
  };
  return retryWhileBusy(workOf(host, broker), deadline, "binding", () =>
    rotates === undefined
      ? broker.client.bind(instanceId, bindingId, bindRequest(inputs, context, plan), options)
      : broker.client.rotateBinding(
          instanceId,
          bindingId,
          { ...plan, predecessorBindingId: rotates },
          options,
        ),
  );
}

/** A refusal that may be about the rotation, and not about what any binding would be refused for. */
export const isRotationRefused = (error: RequestError): boolean =>
  error instanceof BrokerError && ROTATION_REFUSED.includes(error.code);

/** What the user can do about a request that had no effect; nothing where the error itself says it. */
export function adviceFor(error: RequestError, instanceId: string): string {
  if (error instanceof AuthenticationError) return "";
  if (!(error instanceof BrokerError)) return " Run the same command again.";
  switch (error.code) {
    case "AsyncRequired":
    case "PreconditionFailed":
    case "RequiresApp":
      return "";
    case "NotFound":
    case "Gone":
      return (
        ` Perhaps the broker does not know instance ${instanceId} any more: run ${say.refresh}, or correct its id where ` +
        `the ${say.program} gives that; then run the same command again.`
      );
    default:
      return " Change the inputs that it is about, or run the same command again.";
  }
}

/** The context that is sent and saved: the program's, or the platform with stack and project as they are now. */
export const contextOf = ({ context, origin }: ServiceBindingInputs): Record<string, unknown> =>
  context ?? { platform: PLATFORM, ...origin };

/** The body of the bind request (spec: "Request (Creating a Service Binding)"). */
const bindRequest = (
  inputs: ServiceBindingInputs,
  context: Record<string, unknown>,
  plan: PlanRef,
): BindRequest => ({
  ...plan,
  context,
  appGuid: inputs.bindResource?.appGuid,
  bindResource: inputs.bindResource,
  parameters: inputs.parameters,
});
