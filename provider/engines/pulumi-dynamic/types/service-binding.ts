// Written by `npm run docs` from the schema of the resource.
/* eslint-disable @typescript-eslint/no-explicit-any -- Interfaces are no objects of `unknown` to TypeScript. */
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceInstance } from "../service-instance";

/**
 * Arguments of a ServiceBinding: the instance, and optionally what the broker is to be told, when to rotate, a
 * profile and policies. Every one may be an output of another resource.
 */
export interface ServiceBindingArgs {
  /**
   * The instance to bind: a ServiceInstance, or an id with service and plan. Another plan of the same instance
   * changes nothing of the binding.
   */
  instance: pulumi.Input<InstanceReference | Omit<ServiceInstance, keyof InstanceReference>>;
  /**
   * Id of the binding. By default a random one, which stays the same over retries and crashes; a successor gets
   * another. An id given here rules out rotation, since both bindings exist at once.
   */
  bindingId?: pulumi.Input<string | undefined>;
  /** What is bound to the instance, for brokers that want to know (spec: Bind Resource Object). */
  bindResource?: pulumi.Input<ServiceBindingBindResourceArgs | undefined>;
  /** Parameters of the binding; checked against the JSON schema of the plan, where it has one. */
  parameters?: pulumi.Input<{ [key: string]: any } | undefined>;
  /**
   * Contextual data of the platform. By default platform `provisor`, with the names of what holds the resource as
   * they were at create.
   */
  context?: pulumi.Input<{ [key: string]: any } | undefined>;
  /** Name of the group of settings to use, one of the setting `profiles`. */
  profile?: pulumi.Input<string | undefined>;
  /** Whether the broker may take its time and be polled (`accepts_incomplete`). Default: `true`. */
  acceptsIncomplete?: pulumi.Input<boolean | undefined>;
  /**
   * What a delete does: `delete` unbinds; `abandon` takes the resource out of the state and leaves its credentials
   * valid, with a warning; `prevent` fails. A rotation ends the predecessor under `prevent` too; under `abandon`
   * every rotation leaves its predecessor bound for good, with a warning that names it. For a predecessor counts
   * what the inputs say when it is to end, not what was saved with it. Default: `delete`.
   */
  deletionPolicy?: pulumi.Input<"delete" | "abandon" | "prevent" | undefined>;
  /**
   * Takes over a binding that exists instead of making one: its id, or `true` with `bindingId`. Where the bindings
   * of the service cannot be fetched, it has no credentials until it is rotated. Matters at create, and where it
   * names another binding than the present one, which that one then replaces.
   */
  adopt?: pulumi.Input<true | string | undefined>;
  /**
   * Makes a successor when the binding is that old: a duration such as `720h` or `30d`, from its creation (of an
   * adopted one: from its adoption).
   */
  rotateAfter?: pulumi.Input<string | undefined>;
  /**
   * Makes a successor when the binding expires in that long or less (the broker's `expires_at`), or when the
   * broker's `renew_before` has passed: a duration such as `72h`.
   */
  rotateBefore?: pulumi.Input<string | undefined>;
  /** Makes a successor whenever this value changes, also when it is added or taken away. Any value. */
  rotationTrigger?: any;
  /**
   * How long a predecessor stays bound beside its successor: a duration such as `48h`, from the successor's
   * creation. The first run after that unbinds it. By default it is unbound in the same run, after what depends on
   * the credentials has been updated.
   */
  rotationOverlap?: pulumi.Input<string | undefined>;
  /**
   * What it means that `parameters` break the plan's schema: `error` refuses them, `warn` says so and sends them,
   * `off` does not look. Matters to checks alone: no output, and no change of the binding. Default: the setting
   * `parametersCheck`.
   */
  parametersCheck?: pulumi.Input<"error" | "warn" | "off" | undefined>;
}

/** What is bound to the instance, for brokers that want to know (spec: Bind Resource Object). */
export interface ServiceBindingBindResourceArgs {
  /** Id of the application that is bound; sent as `app_guid`. */
  appGuid?: pulumi.Input<string | undefined>;
  /** Address of the application whose requests a route service is to see. */
  route?: pulumi.Input<string | undefined>;
  [key: string]: any;
}

/**
 * The instance to bind: a ServiceInstance, or an id with service and plan. Another plan of the same instance
 * changes nothing of the binding.
 */
export interface InstanceReference {
  /** Id of the instance. */
  instanceId: pulumi.Input<string>;
  /** Service of the instance: its catalog name or its id. */
  service: pulumi.Input<string>;
  /** Plan of the instance: its catalog name or its id. */
  plan: pulumi.Input<string>;
}

/** Bindings that this one replaced and that stay bound for a while (`rotationOverlap`). */
export interface ServiceBindingPredecessor {
  /** Id of the binding; it is of the same instance. */
  bindingId: string;
  /** The first run after this moment unbinds it (ISO 8601). */
  unbindAfter: string;
  /** Base URL of the broker that made it. */
  broker?: string | undefined;
  /** True for an id that the inputs gave, or adopted. */
  given?: boolean | undefined;
}

/** When the binding expires. */
export interface ServiceBindingMetadata {
  /** When the binding becomes invalid (ISO 8601). */
  expiresAt?: string | undefined;
  /** When it should have a successor (ISO 8601). */
  renewBefore?: string | undefined;
}

/** Where the application reaches the service. */
export interface ServiceBindingEndpoint {
  /** Host name or IP address. */
  host: string;
  /** Ports (`443`) and ranges (`9000-9010`). */
  ports: string[];
  /** `tcp`, `udp` or `all`. */
  protocol: "tcp" | "udp" | "all";
}

/** Volumes to mount. Secret where a driver is to be passed something. */
export interface ServiceBindingVolumeMount {
  /** The plugin that mounts the volume. */
  driver: string;
  /** Path in the application's container. */
  containerDir: string;
  /** `r` or `rw`. */
  mode: string;
  /** Type of the device; `shared` is the only one so far. */
  deviceType: string;
  /** The device. */
  device: ServiceBindingVolumeMountDevice;
}

/** The device. */
export interface ServiceBindingVolumeMountDevice {
  /** Id of the volume. */
  volumeId: string;
  /** What the driver is to be passed. */
  mountConfig?: Record<string, unknown> | undefined;
}

/** What is bound to the instance, for brokers that want to know (spec: Bind Resource Object). */
export interface ServiceBindingBindResource {
  /** Id of the application that is bound; sent as `app_guid`. */
  appGuid?: string | undefined;
  /** Address of the application whose requests a route service is to see. */
  route?: string | undefined;
  [key: string]: unknown;
}

/**
 * The instance to bind: a ServiceInstance, or an id with service and plan. Another plan of the same instance
 * changes nothing of the binding.
 */
export interface ServiceBindingInstance {
  /** Id of the instance. */
  instanceId: string;
  /** Service of the instance: its catalog name or its id. */
  service: string;
  /** Plan of the instance: its catalog name or its id. */
  plan: string;
}
