export { type Clock, systemClock } from "./clock";
export { type PollSchedule, askedLook, nextLook } from "./schedule";
export {
  BatchWaiter,
  type BatchWaiterOptions,
  DeadlineError,
  type Judge,
  type WaitOptions,
} from "./batch-waiter";
export { SharedFetch } from "./shared-fetch";
export { withDeadline } from "./with-deadline";
