import * as pulumi from "@pulumi/pulumi";
import { timeoutsOf } from "./companion";
import { withLeftOut } from "./left-out";
import { areMocksSet, fillOutputs } from "./mocks";
import { argumentsOf, withReplacers } from "./program-arguments";
import { refusePlainSecrets } from "./program-settings";
import { assertProviderFound } from "./provider-package";
import { makeOutputsReadable } from "./readable-outputs";
import type { RunInfo } from "./run-memory";
import { secretInputs } from "./secret-inputs";
import { ServiceIntent, type ServiceIntentKind } from "./service-intent";
import { runOf } from "./saved-stack";
import { withoutStackTraces } from "./stack-traces";
import { providerOf, serviceInstanceKind, serviceInstanceType } from "./tokens";
import type {
  ServiceInstanceArgs,
  ServiceInstanceMaintenanceInfo,
  ServiceInstanceMetadata,
} from "./types/service-instance";
import { urnsOf } from "./urns";

const intentKind: ServiceIntentKind = {
  kind: serviceInstanceKind,
  handler: "serviceInstanceIntent",
};

/**
 * An instance of a service, provisioned by any Open Service Broker (`PUT /v2/service_instances/:instance_id`). Its create
 * returns when the broker says that it is done, its update and delete likewise.
 *
 * Time-outs are Pulumi's `customTimeouts`; create, update and delete wait for 60 minutes by default.
 */
export class ServiceInstance extends pulumi.CustomResource {
  /** The service, as it was asked for: its catalog name or its id. */
  declare readonly service: pulumi.Output<string>;
  /** The plan, as it was asked for: its catalog name or its id. */
  declare readonly plan: pulumi.Output<string>;
  /** Parameters as they were sent. */
  declare readonly parameters: pulumi.Output<Record<string, unknown> | undefined>;
  /** Contextual data of the platform as it was sent. */
  declare readonly context: pulumi.Output<Record<string, unknown> | undefined>;
  /** The organization that the broker was told. */
  declare readonly organizationGuid: pulumi.Output<string>;
  /** The space that the broker was told. */
  declare readonly spaceGuid: pulumi.Output<string>;
  /** The group of settings that the broker is addressed with. */
  declare readonly profile: pulumi.Output<string | undefined>;
  /** What a delete does. */
  declare readonly deletionPolicy: pulumi.Output<"delete" | "abandon" | "prevent">;
  /** What a change does that cannot be made in place. */
  declare readonly changePolicy: pulumi.Output<"forbid" | "replace">;
  /** Whether the broker may take its time and be polled. */
  declare readonly acceptsIncomplete: pulumi.Output<boolean>;
  /** What was taken over instead of provisioned. */
  declare readonly adopt: pulumi.Output<true | string | undefined>;
  /** Id of the instance at the broker. */
  declare readonly instanceId: pulumi.Output<string>;
  /** Id of the service in the catalog. */
  declare readonly serviceId: pulumi.Output<string>;
  /** Id of the plan in the catalog. */
  declare readonly planId: pulumi.Output<string>;
  /** Where people manage the instance, if the broker says so. */
  declare readonly dashboardUrl: pulumi.Output<string | undefined>;
  /** Labels and attributes of the instance, if the broker gives them. */
  declare readonly metadata: pulumi.Output<ServiceInstanceMetadata | undefined>;
  /** What the broker's answer to the PUT held beyond the fields that the specification knows; always a secret. */
  declare readonly response: pulumi.Output<Record<string, unknown> | undefined>;
  /** The maintenance version that the instance has, if its plan has any. */
  declare readonly maintenanceInfo: pulumi.Output<ServiceInstanceMaintenanceInfo | undefined>;
  /** What the broker calls the operation that is under way. */
  declare readonly operation: pulumi.Output<string | undefined>;
  /** State of the last operation. */
  declare readonly state: pulumi.Output<"in progress" | "succeeded" | "failed">;
  /** What the broker said of it. */
  declare readonly description: pulumi.Output<string | undefined>;

  /**
   * @param name Pulumi's name of the resource.
   * @param args What to provision, and policies.
   * @param options Pulumi's resource options; `customTimeouts` are honoured.
   */
  constructor(name: string, args: ServiceInstanceArgs, options: pulumi.CustomResourceOptions = {}) {
    assertProviderFound();
    refusePlainSecrets();
    args = argumentsOf("ServiceInstance", name, args, options);
    const urns = urnsOf(name, serviceInstanceKind, serviceInstanceType, options);
    const secrets = secretInputs(urns, args);
    const intent = new ServiceIntent(intentKind, name, { ...args }, options, secrets);
    const run = urns.then((all) => runOf(serviceInstanceKind, all));
    const properties = {
      // What is computed where it is not given: declared, so that it is unknown in a preview and not undefined.
      ...Object.fromEntries(computed.map((field) => [field, undefined])),
      ...args,
      __provider: providerOf("serviceInstance"),
      timeouts: timeoutsOf(options.customTimeouts),
      origin: { stack: pulumi.getStack(), project: pulumi.getProject() },
      intent: { key: intent.key, asked: intent.asked, turn: intent.turn },
      ...secrets,
      run: withLeftOut(withReplacers(options, run), [intent]),
    };
    const restore = withoutStackTraces();
    try {
      super(serviceInstanceType, name, properties, options);
    } finally {
      restore();
    }
    makeOutputsReadable(this);
    fillOutputs(this, { instanceId: this.id, serviceId: args.service, planId: args.plan });
    // In a preview too, when nobody has told yet that it is.
    this.response = pulumi.secret(this.response) as typeof this.response;
    if (pulumi.runtime.isDryRun() && !areMocksSet()) this.instanceId = keptId(this, run);
    this.maintenanceInfo = maintenanceOf(this as unknown as Maintenance);
    // An input that is left out and never computed is known to be nothing, in a preview too.
    for (const field of optional) if (args[field] === undefined) Object.assign(this, { [field]: nothing() });
  }
}

/** In a preview the engine shows inputs for outputs, so that this one is a text. */
interface Maintenance {
  maintenanceInfo: pulumi.Output<ServiceInstanceMaintenanceInfo | undefined | string>;
  /** The version that a text stands for. */
  maintenanceVersion: pulumi.Output<string | undefined>;
}

const maintenanceOf = (saved: Maintenance): pulumi.Output<ServiceInstanceMaintenanceInfo | undefined> =>
  pulumi.all([saved.maintenanceInfo, saved.maintenanceVersion]).apply(([info, version]) => {
    if (typeof info !== "string") return info;
    return version === undefined ? undefined : { version };
  });

/**
 * The id at the broker in a preview, when the engine shows inputs for outputs: what is updated in place keeps the one that is
 * saved. Where the resource is made anew, its id is not known, and neither is this one.
 */
const keptId = (
  { id, instanceId }: Pick<ServiceInstance, "id" | "instanceId">,
  run: Promise<RunInfo>,
): pulumi.Output<string> =>
  pulumi.all([id, run]).apply(([, { own }]) => {
    const kept = own?.["instanceId"];
    return typeof kept === "string" ? pulumi.output(kept) : instanceId;
  });

const nothing = (): pulumi.Output<undefined> => pulumi.output(undefined);

/** Inputs that stay what the program says. */
const optional = ["parameters", "profile", "adopt"] as const;

/** Outputs that the broker or Provisor gives, at least where the program does not. */
const computed = [
  "context",
  "organizationGuid",
  "spaceGuid",
  "deletionPolicy",
  "changePolicy",
  "acceptsIncomplete",
  "instanceId",
  "serviceId",
  "planId",
  "dashboardUrl",
  "metadata",
  "response",
  "maintenanceInfo",
  "maintenanceVersion",
  "operation",
  "state",
  "description",
];
