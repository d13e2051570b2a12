import * as pulumi from "@pulumi/pulumi";
import type { Kind } from "./tokens";

/** The URN of a resource, then those under which the state may hold it, by its aliases. */
export type Urns = readonly [string, ...string[]];

/**
 * The URNs that the resource of a kind will have, or its intent where `type` is that. A promise and no output: an output
 * of a URN depends on the parent, and on a component the SDK makes it wait for all children of that, the resource itself
 * among them.
 */
export function urnsOf(
  name: string,
  kind: Kind,
  type: Kind["type"],
  { parent, aliases = [] }: pulumi.CustomResourceOptions,
): Promise<Urns> {
  const own = settled(pulumi.createUrn(name, type, parent));
  const former = aliases.map(async (input) => {
    const alias = await settled(pulumi.output(input) as pulumi.Output<string | Former>);
    if (typeof alias === "string") return withType(alias, kind.type, type);
    const place = "parent" in alias ? alias.parent : parent;
    return settled(pulumi.createUrn(alias.name ?? name, type, place, alias.project, alias.stack));
  });
  return Promise.all([own, ...former]);
}

/** An alias with its inputs settled. */
interface Former {
  name?: string;
  parent?: pulumi.Resource | string;
  project?: string;
  stack?: string;
}

const settled = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));

/** The URN of the companion: the same name and parent, of another type. */
export function withType(urn: string, from: string, to: string): string {
  const parts = urn.split("::");
  const types = (parts[2] ?? "").split("$"); // those of its parents come first
  if (types.at(-1) === from) types[types.length - 1] = to;
  parts[2] = types.join("$");
  return parts.join("::");
}

/** The type that a URN ends in. */
export const typeOf = (urn: string): string | undefined => urn.split("::")[2]?.split("$").at(-1);
