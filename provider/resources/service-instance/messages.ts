import { BrokerError, type ProvisorError, RequestError, type SettledOperation } from "../../../sdk/broker";
import type { Host } from "../../host/contract";
import { say } from "../../words";
import { formatDuration } from "../../settings";
import { withoutFullStop } from "../../host/errors";
import type { ServiceInstanceState } from "./schema";

/** How messages speak of a ServiceInstance. */

export type Named = Pick<ServiceInstanceState, "instanceId" | "service" | "plan">;

/**
 * `instance 0a1b (service db, plan small)`
 * @param named The name that the message begins with: where it is the id already, as in a refresh and a destroy, that is not
 *   said once more.
 */
export const describeInstance = ({ instanceId, service, plan }: Named, named?: Pick<Host, "name">): string =>
  `${named?.name.includes(instanceId) === true ? "the instance" : `instance ${instanceId}`} (service ${service}, plan ${plan})`;

/** What the broker said, as a clause. */
export const describeSaid = (description: string | undefined): string =>
  description === undefined ? "the broker does not say why" : withoutFullStop(description);

export const describeTimeout = (timeoutMs: number): string =>
  `not finished within its time-out of ${formatDuration(timeoutMs)} (${say.timeouts})`;

/** Whether what was asked may have been carried out all the same. */
export const mayHaveActed = (error: ProvisorError): boolean =>
  error instanceof RequestError && error.effect === "unknown";

export const describeUsable = (usable: boolean | undefined): string =>
  usable === false
    ? " The broker says that the instance is not usable any more (instance_usable: false)."
    : "";

/** Whether the broker refuses to tell of the operation, which it then may know nothing of. */
export const isUntold = (settled: SettledOperation): boolean =>
  "lastError" in settled &&
  settled.lastError instanceof BrokerError &&
  settled.lastError.status >= 400 &&
  settled.lastError.status < 500 &&
  ![408, 429].includes(settled.lastError.status);
