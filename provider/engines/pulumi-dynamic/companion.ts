import * as pulumi from "@pulumi/pulumi";
import type { Kind } from "./tokens";
import { withType } from "./urns";

/**
 * Options of the intent of a resource with these `options`: what the user says of the resource (where it is, what it was
 * called, what it needs, what is to be ignored or changed of its inputs) holds for its intent too, which has the same.
 */
export function companionOptions(
  kind: Kind,
  options: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  const { parent, dependsOn, protect, retainOnDelete, deletedWith, aliases, ignoreChanges } = options;
  const carried = {
    parent,
    dependsOn,
    protect,
    retainOnDelete,
    deletedWith,
    ignoreChanges,
    aliases: aliases?.map((alias) => companionAlias(kind, alias)),
    // To a transform of the resource alone, the intent is the resource.
    transforms: options.transforms?.map(
      (transform): pulumi.ResourceTransform =>
        (args) =>
          transform({ ...args, type: kind.type }),
    ),
    transformations: options.transformations?.map(
      (transformation): pulumi.ResourceTransformation =>
        (args) =>
          transformation({ ...args, type: kind.type }),
    ),
  };
  return Object.fromEntries(Object.entries(carried).filter(([, value]) => value !== undefined));
}

type AliasInput = pulumi.Input<pulumi.URN | pulumi.Alias>;

function companionAlias({ type, intentType }: Kind, alias: AliasInput): AliasInput {
  return pulumi.output(alias).apply((value) => {
    if (typeof value === "string") return withType(value, type, intentType);
    const { type: _type, ...rest } = value;
    return rest as pulumi.Alias;
  }) as AliasInput;
}

/** Time-outs as an input, since the engine tells a dynamic provider none. */
export function timeoutsOf(timeouts: pulumi.CustomTimeouts | undefined): pulumi.CustomTimeouts | undefined {
  return timeouts && Object.values(timeouts).some((value) => value !== undefined) ? timeouts : undefined;
}
