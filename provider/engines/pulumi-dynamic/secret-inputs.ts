import * as pulumi from "@pulumi/pulumi";
import { knownApps, knownRegions } from "../../resources/child-instance/known";

/** An output as the SDK itself reads it; it leaves these out of its types. */
interface Inside {
  isSecret: Promise<boolean>;
  /** With `true`, what is not known yet is an object that says so. */
  promise(withUnknowns: boolean): Promise<unknown>;
}

/** Words that the vendor publishes. A secret that holds one among others does not mean it. */
const published = new Set<string>([...knownApps, ...knownRegions, "FULL", "SHARED", "existing"]);

/**
 * The texts and numbers among `args` that the program declared secret, at any depth: those inside a secret too. Undefined
 * where there are none. The engine shows a provider secrets like any other value, so that only a program can tell. What
 * the resource at the first of `urns` is named after is no secret: every state and every line on the screen holds its URN.
 */
export function secretInputs(
  urns: Promise<readonly string[]>,
  args: object,
): pulumi.Output<string[] | undefined> {
  return pulumi.all([urns, secretsIn(args)]).apply(([[name = ""], found]) => {
    const values = [...new Set(found)].filter((value) => !name.includes(value)).sort();
    return values.length > 0 ? pulumi.secret(values) : undefined;
  }) as pulumi.Output<string[] | undefined>;
}

async function secretsIn(value: unknown): Promise<string[]> {
  if (typeof value !== "object" || value === null) return [];
  if (pulumi.Output.isInstance(value)) return secretsOf(value as unknown as Inside);
  if (value instanceof Promise) return secretsIn(await value.catch(() => undefined));
  return (await Promise.all(Object.values(value).map(secretsIn))).flat();
}

/** An output holds no further ones: it is secret as a whole, or not at all. */
async function secretsOf(output: Inside): Promise<string[]> {
  try {
    if (!(await output.isSecret)) return [];
    const value = await output.promise(true);
    return typeof value === "object"
      ? leavesOf(value).filter((leaf) => !published.has(leaf))
      : leavesOf(value);
  } catch {
    return []; // The SDK reports an output that failed, and registers nothing.
  }
}

function leavesOf(value: unknown): string[] {
  if (typeof value === "string" || typeof value === "number") return [String(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leavesOf) : [];
}
