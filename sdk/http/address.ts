import { SettingsError } from "./errors";

/** Whether a host name, as `URL.hostname` gives it, is this machine: localhost, 127.0.0.0/8 or ::1. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/**
 * Reads the address of a service. `setting` is the name that errors call it by. Throws SettingsError unless it
 * is https (plain http for loopback only) without user info, query and fragment. The value itself is not
 * repeated in errors, since a wrong one may be a credential in the wrong place.
 */
export function parseServiceUrl(value: string, setting: string): URL {
  if (!URL.canParse(value)) {
    throw new SettingsError(`${setting} is not a URL. It should look like https://api.example.com`);
  }
  const url = new URL(value);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new SettingsError(`${setting} must begin with https://`);
  }
  if (url.username || url.password) {
    throw new SettingsError(`${setting} must not hold a user name or a password.`);
  }
  if (url.search || url.hash) {
    throw new SettingsError(`${setting} must not hold a query or a fragment (nothing after "?" or "#").`);
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw new SettingsError(
      `${setting} is plain http to ${url.host}, which would send credentials unprotected. Use https; plain http ` +
        "is for loopback addresses (localhost, 127.0.0.1, [::1]) only.",
    );
  }
  return url;
}
