import { parseServiceUrl } from "../http/address";
import { SettingsError } from "../http/errors";

/** The beginning of every path of the API, with what follows it where somebody tried it out. */
const API_PATH = /\/v2(\/catalog)?\/*$/;

/**
 * Reads the address of a broker. Throws SettingsError as {@link parseServiceUrl} does, and for one that ends in the
 * API's own `/v2`, which each request adds by itself.
 */
export function parseBrokerUrl(value: string, setting: string): URL {
  const url = parseServiceUrl(value, setting);
  if (API_PATH.test(url.pathname))
    throw new SettingsError(`${setting} must end before /v2, which each request adds by itself.`);
  return url;
}
