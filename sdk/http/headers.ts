import { validateHeaderName, validateHeaderValue } from "node:http";
import { SettingsError } from "./errors";

/** Set by the client for each request, so that a user's own value would be lost or break it. */
const OWN = ["authorization", "connection", "content-length", "content-type", "host", "transfer-encoding"];

/** Throws SettingsError for headers that cannot be sent: bad names, line breaks, what the client sets itself. */
export function checkHeaders(headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) {
    const problem = problemOf(name, value);
    if (problem) throw new SettingsError(`headers: ${JSON.stringify(name)} ${problem}.`);
  }
}

function problemOf(name: string, value: unknown): string | undefined {
  if (OWN.includes(name.toLowerCase())) return "is set by the client itself and cannot be given";
  if (!accepts(() => validateHeaderName(name))) return "is not a header name";
  if (typeof value !== "string") return "must be a text";
  // Node's own errors are not passed on; they may come to hold the value one day.
  if (!accepts(() => validateHeaderValue(name, value))) {
    return "has a value with a line break or another character that a header cannot hold";
  }
  return undefined;
}

function accepts(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}
