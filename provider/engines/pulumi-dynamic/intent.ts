import * as pulumi from "@pulumi/pulumi";
import { specOf } from "../../resources/child-instance/state";
import { type Want, wantOf } from "../../resources/child-instance/allocation";
import { runOfIntent } from "./child-instance-run";
import { companionOptions, timeoutsOf } from "./companion";
import { makeOutputsReadable } from "./readable-outputs";
import { withoutStackTraces } from "./stack-traces";
import { childInstanceKind, intentType, providerOf } from "./tokens";
import type { ChildInstanceArgs } from "./types/child-instance";
import { urnsOf } from "./urns";

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
    const restore = withoutStackTraces();
    try {
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
          run: urnsOf(name, childInstanceKind, intentType, options).then(runOfIntent),
          key: undefined,
          before: undefined,
        },
        // A part of them that is ignored may renew the intent for nothing, which does no harm.
        companionOptions(childInstanceKind, options, (path) =>
          ["*", "freeApp", "onboard"].includes(path) ? ["want"] : [],
        ),
      );
    } finally {
      restore();
    }
    makeOutputsReadable(this);
  }
}

/** Wrong inputs are for the ChildInstance's own check to report, in its words. */
function wantOrNothing(args: object): Want {
  try {
    return wantOf(specOf(args));
  } catch {
    return { tenant: {}, apps: {} };
  }
}
