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

/**
 * A client secret in unencrypted configuration would stand in plain text in the stack's file and in every saved
 * state. Only a program can tell: a provider gets all configuration decrypted.
 * @throws pulumi.RunError
 */
export function refusePlainSecrets(): void {
  const config = new pulumi.Config("provisor");
  const plain = (name: string): boolean =>
    config.get(name) !== undefined && !isConfigSecret(`provisor:${name}`);
  if (plain("clientSecret"))
    throw new pulumi.RunError(
      "provisor:clientSecret is stored in plain text in the stack's configuration, and is refused. " +
        "Store it encrypted: `pulumi config set --secret provisor:clientSecret`. Renew the secret if the file was shared.",
    );
  if (plain("profiles") && /"clientSecret"\s*:/.test(config.get("profiles") ?? ""))
    throw new pulumi.RunError(
      "provisor:profiles holds a clientSecret in plain text in the stack's configuration, and is refused. " +
        "Store it encrypted: `pulumi config set --secret --path provisor:profiles.<name>.clientSecret`.",
    );
}

/** The SDK has this function and leaves it out of its types. Without it nobody can tell, and nothing is refused. */
function isConfigSecret(key: string): boolean {
  const runtime = pulumi.runtime as { isConfigSecret?: (key: string) => boolean };
  return runtime.isConfigSecret?.(key) ?? true;
}
