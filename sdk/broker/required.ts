import { SettingsError } from "../http/errors";

/**
 * Throws SettingsError unless `request` is an object in which all these fields are texts that say something: what the
 * specification requires must not be left to each broker to find fault with.
 */
export function checkRequired<T extends object>(request: T, ...names: (string & keyof T)[]): void {
  if (typeof request !== "object" || (request as unknown) === null)
    throw new SettingsError(`Nothing was sent: an object with ${names.join(" and ")} is missing.`);
  const missing = names.find((name) => typeof request[name] !== "string" || request[name] === "");
  if (missing !== undefined)
    throw new SettingsError(`Nothing was sent: ${missing} must be a text that is not empty.`);
}
