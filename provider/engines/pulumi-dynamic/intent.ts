import * as pulumi from "@pulumi/pulumi";
import { companionOptions, timeoutsOf } from "./companion";
import { intentOutputs, makeIntentReadable } from "./intent-outputs";
import { withReplacers } from "./program-arguments";
import { followRegistrations } from "./registrations";
import { runOfIntent } from "./saved-stack";
import type { SecretInputs } from "./secret-inputs";
import { withoutStackTraces } from "./stack-traces";
import { childInstanceKind, intentType, providerOf } from "./tokens";
import type { ChildInstanceArgs } from "./types/child-instance";
import { urnsOf } from "./urns";

const outputs = ["key", "before", "looked"];

/**
 * The companion resource of a ChildInstance. It is registered by it and used by nobody else. It has the same inputs: a
 * transform of a stack that looks at these changes both.
 */
export class Intent extends pulumi.CustomResource {
  declare readonly key: pulumi.Output<string>;
  declare readonly before: pulumi.Output<Record<string, string[]>>;
  declare readonly looked: pulumi.Output<Record<string, string> | undefined>;

  constructor(
    name: string,
    args: ChildInstanceArgs,
    options: pulumi.CustomResourceOptions,
    secrets: SecretInputs,
  ) {
    followRegistrations();
    const own = companionOptions(childInstanceKind, options);
    const restore = withoutStackTraces();
    try {
      super(
        intentType,
        name,
        {
          ...args,
          __provider: providerOf("childInstanceIntent"),
          timeouts: timeoutsOf(options.customTimeouts),
          ...secrets,
          run: withReplacers(
            own,
            urnsOf(name, childInstanceKind, intentType, options).then((urns) =>
              runOfIntent(childInstanceKind, urns),
            ),
          ),
          ...intentOutputs(outputs),
        },
        own,
      );
    } finally {
      restore();
    }
    makeIntentReadable(this, outputs);
  }
}
