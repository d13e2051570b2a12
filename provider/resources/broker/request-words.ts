import type { RequestEvent } from "../../../sdk/broker";

/** A request to a broker that has ended, in one line of the log of the setting `debug`. */
export function requestWords(event: RequestEvent): string {
  const { method, url, status, durationMs, attempt, error, requestIdentity } = event;
  const ended = status === undefined ? "no answer" : String(status);
  const again = attempt > 1 ? `, attempt ${attempt}` : "";
  const why = error === undefined ? "" : `: ${error}`;
  return `${method} ${url} ${ended} after ${durationMs} ms (request ${requestIdentity ?? "unnamed"}${again})${why}`;
}
