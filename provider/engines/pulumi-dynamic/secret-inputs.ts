import * as pulumi from "@pulumi/pulumi";

/** An output as the SDK itself reads it; it leaves these out of its types. */
interface Inside {
  isSecret: Promise<boolean>;
  /** With `true`, what is not known yet is an object that says so. */
  promise(withUnknowns: boolean): Promise<unknown>;
}

/**
 * The texts and numbers among `args` that the program declared secret, at any depth: those inside a secret too. Undefined
 * where there are none. The engine shows a provider secrets like any other value, so that only a program can tell. What
 * the resource at the first of `urns` is named after is no secret: every state and every line on the screen holds its URN.
 * Nor is a `published` word that a secret holds among others.
 */
export function secretInputs(
  urns: Promise<readonly string[]>,
  args: object,
  published: ReadonlySet<string> = new Set(),
): pulumi.Output<string[] | undefined> {
  return pulumi.all([urns, secretsIn(args, published)]).apply(([[name = ""], found]) => {
    const values = [...new Set(found)].filter((value) => !name.includes(value)).sort();
    return values.length > 0 ? pulumi.secret(values) : undefined;
  }) as pulumi.Output<string[] | undefined>;
}

async function secretsIn(value: unknown, published: ReadonlySet<string>): Promise<string[]> {
  if (typeof value !== "object" || value === null) return [];
  if (pulumi.Output.isInstance(value)) return secretsOf(value as unknown as Inside, published);
  if (value instanceof Promise) return secretsIn(await value.catch(() => undefined), published);
  return (await Promise.all(Object.values(value).map((item) => secretsIn(item, published)))).flat();
}

/** An output holds no further ones: it is secret as a whole, or not at all. */
async function secretsOf(output: Inside, published: ReadonlySet<string>): Promise<string[]> {
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
