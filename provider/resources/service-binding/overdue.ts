import type { ServicePlan, SettledOperation } from "../../../sdk/broker";
import { lastLookWords } from "../../../sdk/broker/operations";

/** That an operation took longer than the plan says that any does, as a clause. */
export function overdueWords(
  plan: Pick<ServicePlan, "maximumPollingDurationMs"> | undefined,
  settled: SettledOperation & { outcome: "overdue" },
): string {
  const ms = plan?.maximumPollingDurationMs;
  const limit = ms === undefined ? "" : `, ${ms / 1000} s`;
  return `the longest time that the plan allows for it (maximum_polling_duration${limit}) has passed${lastLookWords(settled)}`;
}
