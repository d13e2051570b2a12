import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { type SettingsInput, allDefinitions } from "../../settings";

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

/** Settings that are secrets as a whole. */
const SECRETS = allDefinitions.filter(({ secret }) => secret === "value").map(({ name }) => name);
/** Settings that hold headers. */
const HEADERS = ["headers", "brokerHeaders"];
/** Settings that may hold a private key, which a file with certificates has in it often. The path of one is no secret. */
const KEY_HOLDERS = ["brokerClientKey", "brokerClientCert", "brokerCa"];

/**
 * A secret in unencrypted configuration would stand in plain text in the stack's file and in every saved state, and so
 * would a header that works like one. Only a program can tell: a provider gets all configuration decrypted.
 * @throws pulumi.RunError
 */
export function refusePlainSecrets(): void {
  const config = new pulumi.Config("provisor");
  const plain = (name: string): string | undefined =>
    isConfigSecret(`provisor:${name}`) ? undefined : config.get(name);
  const profiles = plain("profiles") ?? "";
  const groups = Object.values(parsed(profiles) ?? {});
  const everywhere = (name: string): unknown[] => [
    plain(name),
    ...groups.map((group) => fieldOf(group, name)),
  ];

  const ofStack = SECRETS.find((name) => plain(name) !== undefined);
  if (ofStack !== undefined)
    throw new pulumi.RunError(
      `provisor:${ofStack} is stored in plain text in the stack's configuration, and is refused. ` +
        `Store it encrypted: \`pulumi config set --secret provisor:${ofStack}\`. Renew the secret if the file was shared.`,
    );
  // Looked for in the text, since it may be no good JSON.
  const ofProfile = SECRETS.find((name) => new RegExp(`"${name}"\\s*:`).test(profiles));
  if (ofProfile !== undefined)
    throw new pulumi.RunError(
      `provisor:profiles holds a ${ofProfile} in plain text in the stack's configuration, and is refused. ` +
        `Store it encrypted: \`pulumi config set --secret --path provisor:profiles.<name>.${ofProfile}\`.`,
    );
  for (const name of KEY_HOLDERS)
    if (everywhere(name).some((value) => typeof value === "string" && value.includes("PRIVATE KEY-----")))
      throw new pulumi.RunError(
        `provisor:${name} (or that of a profile) holds a private key in plain text in the stack's configuration, and is ` +
          `refused. ${storeEncrypted(name)} Or set it to the path of a file that holds the key. Renew the key if the ` +
          "stack's file was shared.",
      );
  for (const name of HEADERS) {
    const header = everywhere(name)
      .flatMap(headerNames)
      .find((header) => CREDENTIAL_HEADER.test(header));
    if (header !== undefined)
      throw new pulumi.RunError(
        `provisor:${name} (or those of a profile) holds the header ${JSON.stringify(header)} in plain text in the stack's ` +
          `configuration. By its name it is a credential, and is refused. ${storeEncrypted(name)}`,
      );
  }
}

const storeEncrypted = (name: string): string =>
  `Store it encrypted: \`pulumi config set --secret provisor:${name}\`, for a profile ` +
  `\`--secret --path provisor:profiles.<name>.${name}\`.`;

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
