import { SettingsError } from "../http/errors";
import { checkHeaders } from "../http/headers";

/** How the client proves who it is. `none` is right where a client certificate does, or nothing need to. */
export type Authentication = "basic" | "bearer" | "oauth" | "none";

export const VERSION_HEADER = "X-Broker-API-Version";
export const ORIGINATING_IDENTITY_HEADER = "X-Broker-API-Originating-Identity";
export const REQUEST_IDENTITY_HEADER = "X-Broker-API-Request-Identity";

const OWN = [VERSION_HEADER, ORIGINATING_IDENTITY_HEADER, REQUEST_IDENTITY_HEADER, "If-None-Match"].map(
  (name) => name.toLowerCase(),
);

/** Throws SettingsError for headers that cannot be sent, or that the client sets itself. */
export function checkBrokerHeaders(headers: Record<string, string>): void {
  checkHeaders(headers);
  const own = Object.keys(headers).find((name) => OWN.includes(name.toLowerCase()));
  if (own !== undefined)
    throw new SettingsError(`headers: "${own}" is set by the client itself and cannot be given.`);
}

function jsonOf(value: object): string {
  try {
    return JSON.stringify(value);
  } catch {
    throw new SettingsError("originatingIdentity.value cannot be written as JSON.");
  }
}

/**
 * Value of X-Broker-API-Originating-Identity (spec: "Originating Identity"): the platform and the Base64 of the JSON.
 * Throws SettingsError for a platform that is not one word.
 */
export function originatingIdentityHeader({ platform, value }: OriginatingIdentity): string {
  if (!/^[\x21-\x7e]+$/.test(platform)) {
    throw new SettingsError(
      "originatingIdentity.platform must be one word of ASCII characters, like provisor.",
    );
  }
  if (typeof value !== "object" || (value as unknown) === null || Array.isArray(value)) {
    throw new SettingsError("originatingIdentity.value must be an object.");
  }
  return `${platform} ${Buffer.from(jsonOf(value), "utf8").toString("base64")}`;
}

/** Who asks the platform for something (spec: "Originating Identity"). */
export interface OriginatingIdentity {
  /** As `context.platform`, for instance `provisor`. Not empty and without spaces. */
  platform: string;
  /** Sent as Base64 of its JSON, which is redacted like a credential. */
  value: Record<string, unknown>;
}
