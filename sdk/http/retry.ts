import { type Clock, LONGEST_TIMER_MS } from "../wait/clock";
import { isLasting } from "./connection-error";
import { ApiError, ConnectionError, SettingsError } from "./errors";

/** How a request that may be repeated is repeated. */
export interface RetryOptions {
  /** How often a request is sent at most, the first time included. Default 5. */
  maxAttempts: number;
  /** Milliseconds of the first pause; each further one is twice as long. Default 500. */
  firstDelayMs: number;
  /** Longest pause in milliseconds that this client chooses; a Retry-After may ask for more. Default 30 000. */
  maxDelayMs: number;
  /**
   * Milliseconds after which no further attempt begins. Default 120 000. Where a call has a deadline, the pauses that a
   * broker asks for (Retry-After) do not count.
   */
  totalMs: number;
}

/** The defaults of {@link RetryOptions}. */
export const DEFAULT_RETRY: RetryOptions = {
  maxAttempts: 5,
  firstDelayMs: 500,
  maxDelayMs: 30_000,
  totalMs: 120_000,
};

/** Fills in the defaults. Throws SettingsError for a value that is not a number of the right kind. */
export function retryOptions(given: Partial<RetryOptions> = {}): RetryOptions {
  const options = { ...DEFAULT_RETRY, ...given };
  for (const [name, value] of Object.entries(options)) {
    const least = name === "maxAttempts" ? 1 : 0;
    if (!(value >= least)) throw new SettingsError(`retry.${name} must be a number of at least ${least}.`);
    if (name.endsWith("DelayMs") && value > LONGEST_TIMER_MS)
      throw new SettingsError(`retry.${name} must be at most ${LONGEST_TIMER_MS}.`);
  }
  return options;
}

/** What {@link retry} works with. */
export interface RetryContext {
  options: RetryOptions;
  clock: Clock;
  /** A number from 0 up to 1, for jitter. */
  random: () => number;
  signal?: AbortSignal | undefined;
  /** Milliseconds since the epoch after which no attempt begins. */
  deadline: number;
  /**
   * Until when, in milliseconds since the epoch, pauses are made that the server asks for: they move the deadline up to
   * here. Default: they do not.
   */
  patience?: number | undefined;
  /** Whether the request may be sent again after this error. */
  retryable: (error: unknown) => boolean;
}

/** Whether a safe request may succeed when repeated: connection errors but lasting ones, 408, 429 and 5xx. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ConnectionError) return !isLasting(error.code);
  return error instanceof ApiError && (error.status === 408 || error.status === 429 || error.status >= 500);
}

/** Whether a request certainly did not arrive and may for that reason be sent again, whatever it asks for. */
export function neverArrived(error: unknown): boolean {
  return error instanceof ConnectionError && error.effect === "none" && isTransient(error);
}

/**
 * Runs `attempt` until it succeeds, its error is not one to retry, or attempts or time are used up; then throws
 * the last error. Pauses grow exponentially, with jitter, and are at least what Retry-After asked for; a pause
 * that would reach the deadline is not begun.
 */
export async function retry<T>(attempt: () => Promise<T>, context: RetryContext): Promise<T> {
  const { options, clock, signal, patience = context.deadline } = context;
  let { deadline } = context;
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (failures + 1 >= options.maxAttempts || !context.retryable(error)) throw error;
      const grown = Math.min(options.maxDelayMs, options.firstDelayMs * 2 ** failures);
      const jittered = grown * (0.5 + context.random() / 2);
      const asked = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
      const pause = Math.max(asked, jittered);
      deadline = Math.min(patience, deadline + asked);
      if (clock.now() + pause >= deadline) throw error;
      await clock.sleep(pause, signal);
    }
  }
}
