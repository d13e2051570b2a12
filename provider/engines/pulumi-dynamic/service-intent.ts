import * as pulumi from "@pulumi/pulumi";
import type { IntentValue } from "../../resources/broker/intent-digest";
import { companionOptions, timeoutsOf } from "./companion";
import { intentOutputs, makeIntentReadable } from "./intent-outputs";
import { withReplacers } from "./program-arguments";
import { followRegistrations } from "./registrations";
import { runOfIntent } from "./saved-stack";
import type { SecretInputs } from "./secret-inputs";
import { withoutStackTraces } from "./stack-traces";
import { type HandlerName, type Kind, providerOf } from "./tokens";
import { urnsOf } from "./urns";

/** A kind of resource, for its intent. */
export interface ServiceIntentKind {
  readonly kind: Kind;
  readonly handler: HandlerName;
}

const outputs = ["key", "asked", "turn"];

/**
 * The companion resource of a ServiceInstance or a ServiceBinding. It is registered by it and used by nobody else. Its
 * key is the id of what is made, or the seed of it (docs/decisions/0006-broker-ids.md). It has the same inputs: a transform
 * of a stack that looks at these changes both.
 */
export class ServiceIntent extends pulumi.CustomResource {
  declare readonly key: pulumi.Output<string>;
  declare readonly asked: pulumi.Output<IntentValue["asked"]>;
  declare readonly turn: pulumi.Output<IntentValue["turn"]>;

  /** @param inputs Those of the resource. */
  constructor(
    { kind, handler }: ServiceIntentKind,
    name: string,
    inputs: Record<string, unknown>,
    options: pulumi.CustomResourceOptions,
    secrets: SecretInputs,
  ) {
    followRegistrations();
    const own = companionOptions(kind, options);
    const run = urnsOf(name, kind, kind.intentType, options).then((urns) => runOfIntent(kind, urns));
    const restore = withoutStackTraces();
    try {
      super(
        kind.intentType,
        name,
        {
          ...inputs,
          __provider: providerOf(handler),
          timeouts: timeoutsOf(options.customTimeouts),
          ...secrets,
          // A secret, since it may tell a digest of one. It is never saved.
          run: pulumi.secret(withReplacers(own, run)),
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
