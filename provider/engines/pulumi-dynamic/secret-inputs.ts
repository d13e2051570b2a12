import * as pulumi from "@pulumi/pulumi";

/** An output as the SDK itself reads it; it leaves these out of its types. */
interface Inside {
  isSecret: Promise<boolean>;
  /** With `true`, what is not known yet is an object that says so. */
  promise(withUnknowns: boolean): Promise<unknown>;
}

/** What a program declared secret, as a resource passes it to its provider. Undefined where there is nothing. */
export interface SecretInputs {
  /** The texts and numbers, at any depth: those inside a secret too. */
  readonly secretInputs: pulumi.Output<string[] | undefined>;
  /** The inputs that have a secret in them, or are one: it may hold nothing that can be looked for, such as `true`. */
  readonly secretNames: pulumi.Output<string[] | undefined>;
}

/**
 * What the program declared secret of `args`. The engine shows a provider secrets like any other value, so that only a
 * program can tell. What the resource at the first of `urns` is named after is no secret value: every state and every line
 * on the screen holds its URN. Nor is a `published` word that a secret holds among others.
 */
export function secretInputs(
  urns: Promise<readonly string[]>,
  args: object,
  published: ReadonlySet<string> = new Set(),
): SecretInputs {
  const found = Promise.all(
    Object.entries(args).map(async ([name, value]) => ({ name, secrets: await secretsIn(value) })),
  );
  const values = pulumi.all([urns, found]).apply(([[urn = ""], inputs]) => {
    const all = inputs.flatMap(({ secrets }) => secrets.flatMap((secret) => valuesOf(secret, published)));
    const hidden = [...new Set(all)].filter((value) => !urn.includes(value)).sort();
    return hidden.length > 0 ? pulumi.secret(hidden) : undefined;
  });
  const names = found.then((inputs) => {
    const secret = inputs.filter(({ secrets }) => secrets.length > 0).map(({ name }) => name);
    return secret.length > 0 ? secret.sort() : undefined;
  });
  return { secretInputs: values as pulumi.Output<string[] | undefined>, secretNames: pulumi.output(names) };
}

/** The secrets in a value, each as a whole. */
async function secretsIn(value: unknown): Promise<unknown[]> {
  if (typeof value !== "object" || value === null) return [];
  if (pulumi.Output.isInstance(value)) return secretOf(value as unknown as Inside);
  if (value instanceof Promise) return secretsIn(await value.catch(() => undefined));
  return (await Promise.all(Object.values(value).map(secretsIn))).flat();
}

/** An output holds no further ones: it is secret as a whole, or not at all. */
async function secretOf(output: Inside): Promise<unknown[]> {
  try {
    if (!(await output.isSecret)) return [];
    const value = await output.promise(true);
    return value === undefined ? [] : [value];
  } catch {
    return []; // The SDK reports an output that failed, and registers nothing.
  }
}

const valuesOf = (secret: unknown, published: ReadonlySet<string>): string[] =>
  typeof secret === "object" ? leavesOf(secret).filter((leaf) => !published.has(leaf)) : leavesOf(secret);

function leavesOf(value: unknown): string[] {
  if (typeof value === "string" || typeof value === "number") return [String(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leavesOf) : [];
}
