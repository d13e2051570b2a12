import type { BindRequest, PlanRef } from "../../../sdk/broker";
import { PLATFORM } from "../broker/account";
import type { ServiceBindingInputs } from "./schema";

/** The context that is sent and saved: the program's, or the platform with stack and project as they are now. */
export const contextOf = ({ context, origin }: ServiceBindingInputs): Record<string, unknown> =>
  context ?? { platform: PLATFORM, ...origin };

/** The body of the bind request (spec: "Request (Creating a Service Binding)"). */
export const bindRequest = (
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
