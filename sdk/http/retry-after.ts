import { LONGEST_TIMER_MS } from "../wait/clock";

/** An HTTP date begins with a weekday; `Date.parse` alone would also take "-1" or "7" for a date. */
const HTTP_DATE = /^[A-Za-z]{3,9},? /;

/**
 * Milliseconds to wait according to a Retry-After header (seconds or an HTTP date), or undefined when there is
 * none that can be understood. A date that has passed means 0; more than a timer can (24 days) means that.
 */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(LONGEST_TIMER_MS, Math.ceil(Number(text) * 1000));
  if (!HTTP_DATE.test(text)) return undefined;
  // The old form of asctime names no zone, and means UTC.
  const at = Date.parse(/(GMT|UTC|[+-]\d{4})$/i.test(text) ? text : `${text} GMT`);
  return Number.isNaN(at) ? undefined : Math.min(LONGEST_TIMER_MS, Math.max(0, at - now));
}
