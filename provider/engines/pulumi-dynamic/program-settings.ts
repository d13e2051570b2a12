import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { SettingsInput } from "../../settings";

/** Settings as a program sees them. */
export function programSettings(): SettingsInput {
  refusePlainSecrets();
  const config = new pulumi.Config("provisor");
  return {
    config: (name) => config.get(name),
    env: process.env,
    readFile: (path) => readFileSync(path, "utf8"),
  };
}

/** Names of headers that let somebody in, such as `X-Api-Key` and `Cookie`. */
const CREDENTIAL_HEADER = /auth|key|token|secret|password|cookie|credential|session/i;

/**
 * A client secret in unencrypted configuration would stand in plain text in the stack's file and in every saved
 * state, and so would a header that works like one. Only a program can tell: a provider gets all configuration decrypted.
 * @throws pulumi.RunError
 */
export function refusePlainSecrets(): void {
  const config = new pulumi.Config("provisor");
  const plain = (name: string): string | undefined =>
    isConfigSecret(`provisor:${name}`) ? undefined : config.get(name);
  if (plain("clientSecret") !== undefined)
    throw new pulumi.RunError(
      "provisor:clientSecret is stored in plain text in the stack's configuration, and is refused. " +
        "Store it encrypted: `pulumi config set --secret provisor:clientSecret`. Renew the secret if the file was shared.",
    );
  const profiles = plain("profiles") ?? "";
  if (/"clientSecret"\s*:/.test(profiles))
    throw new pulumi.RunError(
      "provisor:profiles holds a clientSecret in plain text in the stack's configuration, and is refused. " +
        "Store it encrypted: `pulumi config set --secret --path provisor:profiles.<name>.clientSecret`.",
    );
  const inProfiles = Object.values(parsed(profiles) ?? {}).map((group) => fieldOf(group, "headers"));
  const header = [plain("headers"), ...inProfiles]
    .flatMap(headerNames)
    .find((name) => CREDENTIAL_HEADER.test(name));
  if (header !== undefined)
    throw new pulumi.RunError(
      `provisor:headers (or those of a profile) holds the header ${JSON.stringify(header)} in plain text in the stack's ` +
        "configuration. By its name it is a credential, and is refused. Store it encrypted: " +
        "`pulumi config set --secret provisor:headers`, for a profile `--secret --path provisor:profiles.<name>.headers`.",
    );
}

/** Names in a map of headers, which may be written as JSON. */
const headerNames = (headers: unknown): string[] => Object.keys(parsed(headers) ?? {});

const fieldOf = (group: unknown, name: string): unknown =>
  typeof group === "object" && group !== null ? (group as Record<string, unknown>)[name] : undefined;

/** The object that this is, or is the JSON of. What is wrong with it is said where it is used. */
function parsed(value: unknown): object | undefined {
  if (typeof value !== "string") return typeof value === "object" && value !== null ? value : undefined;
  try {
    const read: unknown = JSON.parse(value);
    return typeof read === "object" && read !== null ? read : undefined;
  } catch {
    return undefined;
  }
}

/** The SDK has this function and leaves it out of its types. Without it nobody can tell, and nothing is refused. */
function isConfigSecret(key: string): boolean {
  const runtime = pulumi.runtime as { isConfigSecret?: (key: string) => boolean };
  return runtime.isConfigSecret?.(key) ?? true;
}
