import * as pulumi from "@pulumi/pulumi";
import { type SecretDataOptions, secretDataOf } from "../../resources/service-binding/secret-data";
import { boundInstance } from "./bound-instance";
import { timeoutsOf } from "./companion";
import { withLeftOut } from "./left-out";
import { fillOutputs } from "./mocks";
import { argumentsOf, assertObject, withReplacers } from "./program-arguments";
import { refusePlainSecrets } from "./program-settings";
import { assertProviderFound } from "./provider-package";
import { asProgram } from "./program-session";
import { makeOutputsReadable } from "./readable-outputs";
import { secretInputs } from "./secret-inputs";
import { ServiceIntent, type ServiceIntentKind } from "./service-intent";
import { runOf } from "./saved-stack";
import { withoutStackTraces } from "./stack-traces";
import { providerOf, serviceBindingKind, serviceBindingType } from "./tokens";
import type {
  ServiceBindingArgs,
  ServiceBindingBindResource,
  ServiceBindingEndpoint,
  ServiceBindingInstance,
  ServiceBindingMetadata,
  ServiceBindingPredecessor,
  ServiceBindingVolumeMount,
} from "./types/service-binding";
import { urnsOf } from "./urns";

const intentKind: ServiceIntentKind = {
  kind: serviceBindingKind,
  handler: "serviceBindingIntent",
};

/**
 * Credentials for a service instance, made by any Open Service Broker
 * (`PUT /v2/service_instances/:instance_id/service_bindings/:binding_id`), and rotated: a rotation makes a successor,
 * then what depends on the credentials is updated, then the old ones end.
 *
 * Time-outs are Pulumi's `customTimeouts`; create, update and delete wait for 60 minutes by default.
 */
export class ServiceBinding extends pulumi.CustomResource {
  /** The instance that is bound. */
  declare readonly instance: pulumi.Output<ServiceBindingInstance>;
  /** What is bound to it, where the broker was told. */
  declare readonly bindResource: pulumi.Output<ServiceBindingBindResource | undefined>;
  /** Parameters as they were sent. */
  declare readonly parameters: pulumi.Output<Record<string, unknown> | undefined>;
  /** Contextual data of the platform as it was sent. */
  declare readonly context: pulumi.Output<Record<string, unknown> | undefined>;
  /** The group of settings that the broker is addressed with. */
  declare readonly profile: pulumi.Output<string | undefined>;
  /** What a delete does. */
  declare readonly deletionPolicy: pulumi.Output<"delete" | "abandon" | "prevent">;
  /** Whether the broker may take its time and be polled. */
  declare readonly acceptsIncomplete: pulumi.Output<boolean>;
  /** What was taken over instead of bound. */
  declare readonly adopt: pulumi.Output<true | string | undefined>;
  /** Age at which it gets a successor. */
  declare readonly rotateAfter: pulumi.Output<string | undefined>;
  /** How long before it expires it gets a successor. */
  declare readonly rotateBefore: pulumi.Output<string | undefined>;
  /** The value whose change gives it a successor. */
  declare readonly rotationTrigger: pulumi.Output<unknown>;
  /** How long its predecessors stay bound beside it. */
  declare readonly rotationOverlap: pulumi.Output<string | undefined>;
  /** Id of the binding at the broker. */
  declare readonly bindingId: pulumi.Output<string>;
  /** Id of the service in the catalog. */
  declare readonly serviceId: pulumi.Output<string>;
  /** Name of the service in the catalog. */
  declare readonly serviceName: pulumi.Output<string>;
  /** Id of the instance's plan in the catalog. */
  declare readonly planId: pulumi.Output<string>;
  /** Credentials, as the broker gives them. Always a secret. */
  declare readonly credentials: pulumi.Output<Record<string, unknown> | undefined>;
  /** Address that logs are to be sent to, if the broker says so. */
  declare readonly syslogDrainUrl: pulumi.Output<string | undefined>;
  /** Address that requests are to be passed on to, if the broker says so. */
  declare readonly routeServiceUrl: pulumi.Output<string | undefined>;
  /** Volumes to mount, if the broker gives any. */
  declare readonly volumeMounts: pulumi.Output<ServiceBindingVolumeMount[] | undefined>;
  /** Where the application reaches the service, if the broker says so. */
  declare readonly endpoints: pulumi.Output<ServiceBindingEndpoint[] | undefined>;
  /** When the credentials expire and are to be renewed, if the broker says so. */
  declare readonly metadata: pulumi.Output<ServiceBindingMetadata | undefined>;
  /** When it was created (ISO 8601): what `rotateAfter` counts from. */
  declare readonly createdAt: pulumi.Output<string | undefined>;
  /** Bindings that it replaced and that stay bound for a while. */
  declare readonly predecessors: pulumi.Output<ServiceBindingPredecessor[] | undefined>;
  /** What the broker calls the operation that is under way. */
  declare readonly operation: pulumi.Output<string | undefined>;
  /** State of the last operation. */
  declare readonly state: pulumi.Output<"in progress" | "succeeded" | "failed">;
  /** What the broker said of it. */
  declare readonly description: pulumi.Output<string | undefined>;

  /**
   * @param name Pulumi's name of the resource.
   * @param args What to bind, when to rotate, and policies.
   * @param options Pulumi's resource options; `customTimeouts` are honoured.
   */
  constructor(name: string, args: ServiceBindingArgs, options: pulumi.CustomResourceOptions = {}) {
    assertProviderFound();
    refusePlainSecrets();
    args = argumentsOf("ServiceBinding", name, args, options);
    const { instance, profile } = boundInstance(args);
    const inputs = { ...args, instance, profile };
    const urns = urnsOf(name, serviceBindingKind, serviceBindingType, options);
    const secrets = secretInputs(urns, inputs);
    const intent = new ServiceIntent(intentKind, name, inputs, options, secrets);
    const run = urns.then((all) => runOf(serviceBindingKind, all));
    const properties = {
      // What is computed where it is not given: declared, so that it is unknown in a preview and not undefined.
      ...Object.fromEntries(computed.map((field) => [field, undefined])),
      ...inputs,
      __provider: providerOf("serviceBinding"),
      timeouts: timeoutsOf(options.customTimeouts),
      origin: { stack: pulumi.getStack(), project: pulumi.getProject() },
      intent: { key: intent.key, asked: intent.asked },
      ...secrets,
      run: withLeftOut(withReplacers(options, run), [
        intent,
        ...(pulumi.CustomResource.isInstance(args.instance) ? [args.instance] : []),
      ]),
    };
    const restore = withoutStackTraces();
    try {
      super(serviceBindingType, name, properties, options);
    } finally {
      restore();
    }
    makeOutputsReadable(this);
    const { service, plan } = instance;
    fillOutputs(this, { bindingId: this.id, serviceId: service, serviceName: service, planId: plan });
    // In a preview too, when nobody has told yet that they are.
    this.credentials = pulumi.secret(this.credentials) as typeof this.credentials;
    // An input that is left out and never computed is known to be nothing, in a preview too.
    for (const field of optional)
      if (inputs[field] === undefined) Object.assign(this, { [field]: pulumi.output(undefined) });
  }
}

/** Inputs that stay what the program says. */
const optional = [
  "parameters",
  "bindResource",
  "profile",
  "adopt",
  "rotateAfter",
  "rotateBefore",
  "rotationTrigger",
  "rotationOverlap",
] as const;

/** Outputs that the broker or Provisor gives, at least where the program does not. */
const computed = [
  "context",
  "deletionPolicy",
  "acceptsIncomplete",
  "bindingId",
  "serviceId",
  "serviceName",
  "planId",
  "credentials",
  "syslogDrainUrl",
  "routeServiceUrl",
  "volumeMounts",
  "endpoints",
  "metadata",
  "createdAt",
  "predecessors",
  "operation",
  "state",
  "description",
];

/**
 * The credentials of a binding as a flat map of strings, always a secret: what `stringData` of a Kubernetes secret wants,
 * with the `type` that the Service Binding specification (servicebinding.io) demands; by default the name of the service.
 * The program ends with an error where two credentials would get the same key.
 */
export function toSecretData(
  binding: ServiceBinding,
  options: SecretDataOptions = {},
): pulumi.Output<Record<string, string>> {
  assertObject("toSecretData", "its first argument", binding, "a ServiceBinding");
  const data = pulumi
    .all([binding.credentials, binding.serviceName])
    .apply(([credentials, service]) =>
      asProgram(() => Promise.resolve().then(() => secretDataOf({ credentials, service }, options))),
    );
  return pulumi.secret(data);
}
