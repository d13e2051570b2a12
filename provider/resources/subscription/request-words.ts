import type { RequestEvent } from "../../../sdk/subscription";

/** A request that has ended, in one line of the log of the setting `debug`. */
export function requestWords(event: RequestEvent, parentTsgId: string): string {
  const { method, url, status, durationMs, attempt, error } = event;
  const ended = status === undefined ? "no answer" : String(status);
  const again = attempt > 1 ? `, attempt ${attempt}` : "";
  const why = error === undefined ? "" : `: ${error}`;
  return `${method} ${url} ${ended} after ${durationMs} ms (parent TSG ${parentTsgId}${again})${why}`;
}
