/** How often to look. */
export interface PollSchedule {
  /** Milliseconds between the first looks. */
  firstMs: number;
  /** The longest pause between two looks, in milliseconds. */
  maxMs: number;
  /** Source of jitter, 0 to 1; `Math.random` by default. */
  random?: (() => number) | undefined;
}

/**
 * A pause is this share of the time already waited, so that what is noticed late is late by a small part of what
 * it took: with jitter and the request itself still below 5 %.
 */
const SHARE_OF_WAIT = 0.04;

/** Jitter only shortens a pause, so that the lag stays within its bound. */
const JITTER = 0.1;

/** The pause before the next look, for a wait that has lasted `waitedMs`. */
export function nextPollDelay(schedule: PollSchedule, waitedMs: number): number {
  const pause = Math.min(schedule.maxMs, Math.max(schedule.firstMs, waitedMs * SHARE_OF_WAIT));
  return pause * (1 - JITTER * (schedule.random ?? Math.random)());
}
