import { parseDuration } from "../../settings";
import type { ChildInstanceInputs } from "./schema";

/** What Pulumi's own providers wait for at most where nothing is said. */
const DEFAULT_TIMEOUT_MS = 60 * 60_000;

/** How long an operation may take, in milliseconds: the user's `customTimeouts`, or 60 minutes. */
export const timeoutOf = (
  timeouts: ChildInstanceInputs["timeouts"],
  operation: "create" | "update",
): number => parseDuration(timeouts?.[operation] ?? "") ?? DEFAULT_TIMEOUT_MS;
