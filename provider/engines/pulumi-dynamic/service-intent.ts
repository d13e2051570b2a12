import * as pulumi from "@pulumi/pulumi";
import type { IntentValue, Want } from "../../resources/broker/want";
import { companionOptions, timeoutsOf } from "./companion";
import { makeOutputsReadable } from "./readable-outputs";
import { takeTurns } from "./registration-turns";
import { runOfServiceIntent } from "./service-run";
import { withoutStackTraces } from "./stack-traces";
import { type HandlerName, type Kind, providerOf } from "./tokens";
import { urnsOf } from "./urns";

type Properties = Record<string, unknown>;

/** How a kind of resource describes itself to its intent. */
export interface ServiceIntentKind {
  readonly kind: Kind;
  readonly handler: HandlerName;
  /** What inputs want, in short; each part of it follows from some of them alone. */
  readonly wantOf: (inputs: Properties) => Want;
  /** Which part of the want follows from which inputs. */
  readonly parts: Readonly<Partial<Record<keyof Want, readonly string[]>>>;
}

/**
 * The companion resource of a ServiceInstance or a ServiceBinding. It is registered by it and used by nobody else. Its
 * key is the id of what is made, or the seed of it (docs/decisions/0006-broker-ids.md).
 */
export class ServiceIntent extends pulumi.CustomResource {
  declare readonly key: pulumi.Output<string>;
  declare readonly asked: pulumi.Output<IntentValue["asked"]>;
  declare readonly turn: pulumi.Output<IntentValue["turn"]>;

  /**
   * @param inputs Those of the resource.
   * @param carried Inputs of the intent that are no want: policies, what makes a rotation due.
   * @param secretsAmong Names the declared secrets in an object.
   */
  constructor(
    of: ServiceIntentKind,
    name: string,
    inputs: Properties,
    carried: Properties,
    options: pulumi.CustomResourceOptions,
    secretsAmong: (args: object) => pulumi.Output<string[] | undefined>,
  ) {
    const { kind, handler } = of;
    const want = wantFrom(of, inputs);
    takeTurns();
    const restore = withoutStackTraces();
    try {
      super(
        kind.intentType,
        name,
        {
          __provider: providerOf(handler),
          ...carried,
          want,
          timeouts: timeoutsOf(options.customTimeouts),
          secretInputs: secretsAmong({ want, carried }),
          // A secret, since it may tell a digest of one. It is never saved.
          run: pulumi.secret(
            urnsOf(name, kind, kind.intentType, options).then((urns) => runOfServiceIntent(kind, urns)),
          ),
          key: undefined,
          asked: undefined,
          turn: undefined,
        },
        companionOptions(kind, options, (path) => ignoredWith(of, carried, path)),
      );
    } finally {
      restore();
    }
    makeOutputsReadable(this);
  }
}

/**
 * The want, each part an output of its own: one that is not known yet leaves the others known. The digest of something
 * with a secret in it is a secret too, since whoever has it can try guesses.
 */
function wantFrom({ wantOf, parts }: ServiceIntentKind, inputs: Properties): Properties {
  return Object.fromEntries(
    Object.entries(parts).map(([part, names]) => {
      const needed = Object.fromEntries(names.map((name) => [name, inputs[name]]));
      return [part, pulumi.output(needed).apply((known) => wantOf(known)[part as keyof Want])];
    }),
  );
}

/** The intent's own inputs that follow from an input whose change is to be ignored. */
function ignoredWith({ parts }: ServiceIntentKind, carried: Properties, path: string): string[] {
  if (path === "*") return ["want", ...Object.keys(carried)];
  const input = /^[^.[]*/.exec(path)?.[0] ?? "";
  const ignored = Object.entries(parts)
    .filter(([, names]) => names.includes(input))
    .map(([part]) => `want.${part}`);
  return input in carried ? [...ignored, input] : ignored;
}
