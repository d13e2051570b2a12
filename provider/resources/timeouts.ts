import { parseDuration } from "../settings";

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
