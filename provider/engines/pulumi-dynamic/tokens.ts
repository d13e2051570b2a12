/** Names by which the engine knows the resources. They are in every saved state: they never change. */
export const childInstanceType = "pulumi-nodejs:dynamic/provisor:ChildInstance";
export const intentType = "pulumi-nodejs:dynamic/provisor:Intent";

/**
 * The provider of a dynamic resource as the engine stores it: a constant string, so that nothing of a program is ever
 * serialised and an update of this package changes no resource (docs/decisions/0003-constant-provider.md).
 */
export const providerOf = (handler: "childInstance" | "childInstanceIntent"): string =>
  `exports.handler=()=>require("provisor/dynamic").${handler}`;
