import { say } from "../../words";
import type { Host, Problem } from "../../host/contract";
import type { IntentValue } from "./intent-digest";

/** An intent is saved before its resource: where a resource is without one, the engine was told to leave it out. */
export const withoutIntent = (resource: "ServiceInstance" | "ServiceBinding"): Problem => ({
  path: "",
  message: `its Intent is not in the state. ${say.targets(resource, `${resource}Intent`)}`,
});

/** True where it has been moved here without the intent that it was made with: the one that it has now is another. */
export const hasAnotherIntent = <Inputs extends { intent?: IntentValue | undefined }>(
  host: Host,
  { intentKey }: { intentKey?: string | undefined },
  inputs: Inputs,
): inputs is Inputs & { intent: IntentValue } =>
  intentKey !== undefined &&
  inputs.intent !== undefined &&
  !host.isUnknown(inputs.intent) &&
  !host.isUnknown(inputs.intent.key) &&
  inputs.intent.key !== intentKey;
