import { markEchoes } from "../../provider/engines/pulumi-dynamic/secret-echoes";
import { isMarked, secret } from "../../provider/engines/pulumi-dynamic/wire";
import type { Resource } from "../../provider/host/contract";
import { mapSecrets } from "../../provider/schema/markers";
import { SecretValues } from "../../provider/host/secret-values";

type Properties = Record<string, unknown>;

/**
 * What stands in plain text in the state file. Encrypted there is what a schema marks as secret, what holds a secret of the
 * program among the inputs, and what the engine adapter marks since it repeats one.
 */
export function storedText(
  { outputs }: Resource,
  { inputs, state }: { inputs: Properties; state: Properties },
  secrets: readonly string[],
): string {
  const marked = (properties: Properties): Properties =>
    markEchoes(properties, () => "told", new SecretValues(secrets));
  return JSON.stringify(
    [marked(inputs), marked(mapSecrets(outputs, state, secret) as Properties)],
    (_, value) =>
      typeof value === "object" && value !== null && isMarked(value as object)
        ? "[encrypted]"
        : (value as unknown),
  );
}
