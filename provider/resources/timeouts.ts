import { parseDuration } from "../settings";
import type { Host } from "../host/contract";

/** Time-outs as Pulumi's `customTimeouts` give them: durations such as `30m`. */
export interface Timeouts {
  create?: string | undefined;
  update?: string | undefined;
  delete?: string | undefined;
}

/** What Pulumi's own providers wait for at most where nothing is said. */
const DEFAULT_TIMEOUT_MS = 60 * 60_000;

/** How long an operation may take, in milliseconds: the user's `customTimeouts`, or 60 minutes. */
export const timeoutOf = (timeouts: Timeouts | undefined, operation: keyof Timeouts): number =>
  parseDuration(timeouts?.[operation] ?? "") ?? DEFAULT_TIMEOUT_MS;

/** The time-out of an operation, and when it is over. */
export const timeOf = (
  host: Host,
  { timeouts }: { timeouts?: Timeouts | undefined },
  operation: keyof Timeouts,
): { deadline: number; timeoutMs: number } => {
  const timeoutMs = timeoutOf(timeouts, operation);
  return { timeoutMs, deadline: host.session.clock.now() + timeoutMs };
};
