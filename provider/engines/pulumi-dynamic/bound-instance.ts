import * as pulumi from "@pulumi/pulumi";
import type { ServiceInstance } from "./service-instance";
import type { InstanceReference, ServiceBindingArgs } from "./types/service-binding";

/** What a binding may be given as its instance. */
export type BoundInstance = ServiceBindingArgs["instance"];

/**
 * The instance of a binding by its ids, as outputs of it where it is a resource, so that the engine knows the one to need
 * the other. Unless the binding is given a profile, that of the instance is its own.
 */
export function boundInstance(args: {
  instance: BoundInstance;
  profile?: pulumi.Input<string | undefined>;
}): {
  instance: InstanceReference;
  profile: pulumi.Input<string | undefined> | undefined;
} {
  const { instance } = args;
  if (instance instanceof Promise || pulumi.Output.isInstance(instance)) {
    const settled = pulumi.output(instance as pulumi.Output<InstanceReference>).apply((value) => {
      const { instance: ids, profile } = boundInstance({ instance: value });
      return pulumi.output({ ...ids, profile });
    });
    const { instanceId, service, plan, profile } = settled;
    return { instance: { instanceId, service, plan }, profile: args.profile ?? profile };
  }
  if (isReference(instance)) return { instance, profile: args.profile };
  const { instanceId, serviceId, planId, profile } = instance as ServiceInstance;
  return { instance: { instanceId, service: serviceId, plan: planId }, profile: args.profile ?? profile };
}

/** A resource is none, also where another copy of this package made it. */
const isReference = (
  value: InstanceReference | Omit<ServiceInstance, keyof InstanceReference>,
): value is InstanceReference => !pulumi.CustomResource.isInstance(value);
