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

/** By which part of a pause jitter lengthens it at most: enough that many processes do not stay in step. */
const JITTER = 0.02;

/** However many waits join: no first look is later than this share of `firstMs` after the look before it. */
const LONGEST_FIRST_PAUSE = 1.2;

/** A shorter pause than this is none that a server can mean as its pace, in milliseconds. */
const SHORTEST_ASKED_MS = 1_000;

/**
 * When the other side asked for the next look (Retry-After), in place of {@link nextLook}; undefined where it did not, or
 * for one at once.
 */
export const askedLook = (lastLook: number, askedMs: number | undefined): number | undefined =>
  askedMs === undefined || askedMs < SHORTEST_ASKED_MS ? undefined : lastLook + askedMs;

/**
 * When to look next.
 *
 * While the youngest wait is young, looks are whole steps of `firstMs` after its beginning: waits begin in waves, and
 * jobs often take whole seconds, so that all of a wave are done by the look that the youngest is done by. Later the
 * pauses grow with the time waited.
 *
 * @param since When each wait began; at least one.
 * @param lastLook When the last look was, or zero before the first.
 */
export function nextLook(schedule: PollSchedule, since: readonly number[], lastLook: number): number {
  const { firstMs, maxMs } = schedule;
  const youngest = since.reduce((latest, time) => Math.max(latest, time));
  const from = Math.max(lastLook, youngest);
  const pause = Math.min(maxMs, Math.max(firstMs, (from - youngest) * SHARE_OF_WAIT));
  const jitter = pause * JITTER * (schedule.random ?? Math.random)();
  if (pause > firstMs || firstMs >= maxMs) return from + pause + jitter;
  const steps = Math.floor((from - youngest) / firstMs) + 1;
  const oldest = since.reduce((earliest, time) => Math.min(earliest, time));
  const latest = Math.max(lastLook, oldest) + firstMs * LONGEST_FIRST_PAUSE;
  return Math.min(youngest + steps * firstMs + jitter, latest);
}
