import { isMarked, marked } from "../../provider/engines/pulumi-dynamic/wire";
import type { Resource } from "../../provider/host/contract";
import { type Path, secretsAt } from "../../provider/schema/markers";
import { withEchoes } from "../../provider/host/secret-echoes";
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
  const values = new SecretValues(secrets);
  const hidden = (properties: Properties, own: Path[] = []): Properties =>
    marked(
      properties,
      withEchoes(properties, own, () => "told", values),
    );
  return JSON.stringify([hidden(inputs), hidden(state, secretsAt(outputs, state))], (_, value) =>
    typeof value === "object" && value !== null && isMarked(value as object)
      ? "[encrypted]"
      : (value as unknown),
  );
}
