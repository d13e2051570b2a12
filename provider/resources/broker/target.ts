import type { Problem } from "../contract";

/** An intent is saved before its resource: where a resource is without one, the engine was told to leave it out. */
export const withoutIntent = (resource: "ServiceInstance" | "ServiceBinding"): Problem => ({
  path: "",
  message:
    `its Intent is not in the state. With --target, name both: the ${resource} and the ${resource}Intent of the same ` +
    `name (type pulumi-nodejs:dynamic/provisor:${resource}Intent)`,
});
