// Written by `npm run docs` from the schema of the resource.
/* eslint-disable @typescript-eslint/no-explicit-any -- Interfaces are no objects of `unknown` to TypeScript. */
import type * as pulumi from "@pulumi/pulumi";

/**
 * Arguments of a ServiceInstance: service and plan, and optionally what the broker is to be told beside them, a
 * profile and policies. Every one may be an output of another resource.
 */
export interface ServiceInstanceArgs {
  /** The service: its catalog name or its id. */
  service: pulumi.Input<string>;
  /** The plan: its catalog name or its id. Changed in place where the catalog allows it. */
  plan: pulumi.Input<string>;
  /**
   * Parameters of the instance; any JSON. Checked against the JSON schema of the plan, where it has one. An update
   * sends them whole; or only those that changed, where the plan's schema for updates takes these and not the whole.
   */
  parameters?: pulumi.Input<{ [key: string]: any } | undefined>;
  /**
   * Contextual data of the platform. By default platform `provisor`, with the names of what holds the resource as
   * they were at create: renaming that changes nothing. Taking this input out changes nothing either.
   */
  context?: pulumi.Input<{ [key: string]: any } | undefined>;
  /** Id of the organization, for brokers that want one. By default a UUID that follows from the name of the project. */
  organizationGuid?: pulumi.Input<string | undefined>;
  /**
   * Id of the space, for brokers that want one. By default a UUID that follows from the names of the project and of
   * what holds the resource in it.
   */
  spaceGuid?: pulumi.Input<string | undefined>;
  /**
   * Maintenance version: `latest`, or the version that the catalog has for the plan. By default the broker is told
   * none, and maintenance is its own affair.
   */
  maintenanceInfo?: pulumi.Input<string | undefined>;
  /**
   * Id of the instance. By default a random one, which stays the same over retries and crashes; a replacement gets
   * another.
   */
  instanceId?: pulumi.Input<string | undefined>;
  /** Whether the broker may take its time and be polled (`accepts_incomplete`). Default: `true`. */
  acceptsIncomplete?: pulumi.Input<boolean | undefined>;
  /** Name of the group of settings to use, one of the setting `profiles`. */
  profile?: pulumi.Input<string | undefined>;
  /**
   * What a delete does: `delete` deprovisions; `abandon` takes the resource out of the state and leaves the
   * instance, with a warning; `prevent` fails. A replacement deletes the present instance by the policy that an
   * earlier run has saved for it; it is refused under `prevent`, and in the run that brings `abandon`. Default:
   * `delete`.
   */
  deletionPolicy?: pulumi.Input<"delete" | "abandon" | "prevent" | undefined>;
  /**
   * What a change does that cannot be made in place, such as that of the service: `forbid` fails when it is planned;
   * `replace` makes a new instance and deletes this one with its data. Default: `forbid`.
   */
  changePolicy?: pulumi.Input<"forbid" | "replace" | undefined>;
  /**
   * Takes over an instance that exists instead of provisioning: its id, or `true` with `instanceId`. Changes nothing
   * at the broker. Matters at create only: another id later is a change that cannot be made in place.
   */
  adopt?: pulumi.Input<true | string | undefined>;
  /**
   * What it means that `parameters` break the plan's schema: `error` refuses them, `warn` says so and sends them,
   * `off` does not look. Matters to checks alone: no output, and no change of the instance. Default: the setting
   * `parametersCheck`.
   */
  parametersCheck?: pulumi.Input<"error" | "warn" | "off" | undefined>;
}

/** The maintenance version that the instance was given, or that the broker tells of it. */
export interface ServiceInstanceMaintenanceInfo {
  /** Maintenance version (semantic version 2.0). */
  version: string;
  /** What the maintenance brought. */
  description?: string | undefined;
}

/** Labels and attributes that the broker gives the instance. */
export interface ServiceInstanceMetadata {
  /** Labels that the broker gives. */
  labels?: Record<string, unknown> | undefined;
  /** Attributes that the broker gives. */
  attributes?: Record<string, unknown> | undefined;
}
