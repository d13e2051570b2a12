import * as pulumi from "@pulumi/pulumi";
import { specOf } from "../../resources/child-instance/state";
import { type Want, wantOf } from "../../resources/child-instance/allocation";
import type { ChildInstanceArgs } from "./child-instance";
import { runOfIntent, urnsOf, withType } from "./run-info";
import { childInstanceType, intentType, providerOf } from "./tokens";

/** The companion resource of a ChildInstance. It is registered by it and used by nobody else. */
export class Intent extends pulumi.CustomResource {
  declare readonly key: pulumi.Output<string>;
  declare readonly before: pulumi.Output<Record<string, string[]>>;

  constructor(
    name: string,
    args: ChildInstanceArgs,
    options: pulumi.CustomResourceOptions,
    secretInputs: pulumi.Output<string[] | undefined>,
  ) {
    super(
      intentType,
      name,
      {
        __provider: providerOf("childInstanceIntent"),
        want: pulumi.output({ freeApp: args.freeApp, onboard: args.onboard }).apply(wantOrNothing),
        profile: args.profile,
        changePolicy: args.changePolicy,
        deletionPolicy: args.deletionPolicy,
        timeouts: timeoutsOf(options.customTimeouts),
        secretInputs,
        run: urnsOf(name, intentType, options).then(runOfIntent),
        key: undefined,
        before: undefined,
      },
      companionOptions(options),
    );
  }
}

/** Time-outs as an input, since the engine tells a dynamic provider none. */
export function timeoutsOf(timeouts: pulumi.CustomTimeouts | undefined): pulumi.CustomTimeouts | undefined {
  return timeouts && Object.values(timeouts).some((value) => value !== undefined) ? timeouts : undefined;
}

/** Wrong inputs are for the ChildInstance's own check to report, in its words. */
function wantOrNothing(args: object): Want {
  try {
    return wantOf(specOf(args));
  } catch {
    return { tenant: {}, apps: {} };
  }
}

/** What the user says of the real resource holds for its companion: where it is, what it was called, what it needs. */
function companionOptions(options: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
  const { parent, dependsOn, protect, retainOnDelete, deletedWith, aliases, ignoreChanges } = options;
  // A part of them that is ignored may renew the intent for nothing, which does no harm.
  const ignored = ignoreChanges?.some((path) => ["*", "freeApp", "onboard"].includes(path));
  const carried = {
    parent,
    dependsOn,
    protect,
    retainOnDelete,
    deletedWith,
    aliases: aliases?.map(companionAlias),
    ignoreChanges: ignored ? ["want"] : undefined,
  };
  return Object.fromEntries(Object.entries(carried).filter(([, value]) => value !== undefined));
}

type AliasInput = pulumi.Input<pulumi.URN | pulumi.Alias>;

function companionAlias(alias: AliasInput): AliasInput {
  return pulumi.output(alias).apply((value) => {
    if (typeof value === "string") return withType(value, childInstanceType, intentType);
    const { type: _type, ...rest } = value;
    return rest as pulumi.Alias;
  }) as AliasInput;
}
