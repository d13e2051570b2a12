import * as pulumi from "@pulumi/pulumi";
import { pathText } from "../../schema/validate";
import type { RunInfo } from "./run-memory";

/** Resource options that the engine would follow past what a provider is told, by what to do instead. */
const refused = {
  import: "To take over what exists, leave the option out and set the input adopt",
  id: "To take over what exists, leave the option out and set the input adopt; for its outputs in another stack there are stack references",
  replaceOnChanges:
    "The engine does not follow it for this kind of provider. Leave the option out: what is replaced is said by the inputs, and " +
    "`pulumi up --replace <URN>` asks for it once",
} satisfies Partial<Record<keyof pulumi.CustomResourceOptions, string>>;

/**
 * The arguments of a resource, as they are to be registered. Programs in JavaScript are not held to the types, and the SDK
 * turns what JSON does not have into null or an empty object: that is refused with its path, inside of outputs too.
 * @throws pulumi.RunError, of which the SDK prints no stack
 */
export function argumentsOf<T extends object>(
  type: string,
  name: unknown,
  args: T,
  options: pulumi.CustomResourceOptions,
): T {
  const refuse = (what: string): never => {
    throw new pulumi.RunError(
      `${type}${typeof name === "string" ? ` ${name}` : ""}: ${what}. Nothing was done.`,
    );
  };
  if (typeof name !== "string" || name === "")
    return refuse(`its name, the first argument, is ${kindOf(name)}; give a text that is not empty`);
  for (const [option, instead] of Object.entries(refused)) {
    const value = options[option as keyof typeof refused];
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    return refuse(`the option ${option} is not supported. ${instead}`);
  }
  const given: unknown = args;
  if (!isObject(given) || pulumi.Output.isInstance(given) || given instanceof Promise)
    return refuse(
      `its inputs, the second argument, are ${kindOf(given)}; give an object, whose properties may be outputs`,
    );
  const walk = new Walk((path, what) =>
    refuse(`${pathText(path)} ${what}, which cannot be written as JSON and would be lost`),
  );
  return walk.of(given, [], []) as T;
}

/**
 * Programs in JavaScript are not held to the types of functions either.
 * @param name Name of the function.
 * @param what Which of its arguments this is.
 * @throws pulumi.RunError where the argument is no object; it says what to `give`
 */
export function assertObject(name: string, what: string, value: unknown, give: string): void {
  if (
    isObject(value) &&
    !Array.isArray(value) &&
    !pulumi.Output.isInstance(value) &&
    !(value instanceof Promise)
  )
    return;
  throw new pulumi.RunError(`${name}: ${what} is ${kindOf(value)}; give ${give}.`);
}

/** Options by which the engine replaces a resource whose inputs have not changed, since something else has. */
const replacing = ["replacementTrigger", "replaceWith", "deletedWith"] as const;

/** What a provider is told of the run, and those of them that the resource has. */
export async function withReplacers(
  options: pulumi.CustomResourceOptions,
  run: Promise<RunInfo>,
): Promise<RunInfo> {
  const replacers = replacing.filter((option) => options[option] !== undefined);
  return replacers.length > 0 ? { ...(await run), replacers } : run;
}

type Path = readonly PropertyKey[];

class Walk {
  constructor(private readonly refuse: (path: Path, what: string) => never) {}

  /** The value as it is, with a look at what outputs and promises in it turn out to be. `around`: what it is in. */
  of(value: unknown, path: Path, around: readonly object[]): unknown {
    const problem = problemOf(value);
    if (problem !== undefined) return this.refuse(path, problem);
    if (!isObject(value) || pulumi.Resource.isInstance(value)) return value;
    if (around.includes(value)) return this.refuse(path, "holds itself");
    if (pulumi.Output.isInstance(value))
      return (value as pulumi.Output<unknown>).apply((inner) => this.of(inner, path, around));
    if (value instanceof Promise) return value.then((inner) => this.of(inner, path, around));
    const within = [...around, value];
    if (Array.isArray(value)) return value.map((item, index) => this.of(item, [...path, index], within));
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, this.of(item, [...path, key], within)]),
    );
  }
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Why a value is none that JSON has; undefined for one that is. */
function problemOf(value: unknown): string | undefined {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? undefined : `is ${String(value)}`;
    case "bigint":
      return "is a BigInt: write a number or a text";
    case "function":
    case "symbol":
      return `is a ${typeof value}`;
    case "object":
      return value === null ? undefined : objectProblem(value);
    default:
      return undefined;
  }
}

const instead: Readonly<Record<string, string>> = {
  Date: ": write a text, such as toISOString() gives",
  Map: ": write Object.fromEntries(…) of it",
  Set: ": write a list",
};

/** Objects of a class are taken by their own properties, as the SDK takes them; where there are none, nothing is left. */
function objectProblem(value: object): string | undefined {
  if (pulumi.Output.isInstance(value) || value instanceof Promise || Array.isArray(value)) return undefined;
  const name = (value.constructor as { name?: string } | undefined)?.name ?? "Object";
  if (ArrayBuffer.isView(value))
    return `is a ${name}: write a text, such as Buffer's toString("base64") gives`;
  const isAsset = pulumi.asset.Asset.isInstance(value) || pulumi.asset.Archive.isInstance(value);
  const isPlain = name === "Object" || pulumi.Resource.isInstance(value);
  if (!isAsset && (isPlain || Object.keys(value).length > 0)) return undefined;
  return `is a ${name}${instead[name] ?? ""}`;
}

function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (pulumi.Output.isInstance(value)) return "an output";
  if (value instanceof Promise) return "a promise";
  if (value === "") return "empty";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
