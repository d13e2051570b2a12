/** Names by which the engine knows the resources. They are in every saved state: they never change. */
export const childInstanceType = "pulumi-nodejs:dynamic/provisor:ChildInstance";
export const intentType = "pulumi-nodejs:dynamic/provisor:Intent";
export const serviceInstanceType = "pulumi-nodejs:dynamic/provisor:ServiceInstance";
export const serviceInstanceIntentType = "pulumi-nodejs:dynamic/provisor:ServiceInstanceIntent";
export const serviceBindingType = "pulumi-nodejs:dynamic/provisor:ServiceBinding";
export const serviceBindingIntentType = "pulumi-nodejs:dynamic/provisor:ServiceBindingIntent";

/** The name by which the engine knows the resource that is called this. */
export const tokenOf = (name: string): string => `pulumi-nodejs:dynamic/provisor:${name}`;

/** A resource and the intent that is registered beside it: the same name and parent, another type. */
export interface Kind {
  readonly type: string;
  readonly intentType: string;
}

export const childInstanceKind: Kind = { type: childInstanceType, intentType };
export const serviceInstanceKind: Kind = {
  type: serviceInstanceType,
  intentType: serviceInstanceIntentType,
};
export const serviceBindingKind: Kind = { type: serviceBindingType, intentType: serviceBindingIntentType };

/** Names under which `handlers.ts` exports what serves a type. */
export type HandlerName =
  | "childInstance"
  | "childInstanceIntent"
  | "serviceInstance"
  | "serviceInstanceIntent"
  | "serviceBinding"
  | "serviceBindingIntent";

/**
 * The provider of a dynamic resource as the engine stores it: a constant string, so that nothing of a program is ever
 * serialised and an update of this package changes no resource (docs/decisions/0003-constant-provider.md).
 */
export const providerOf = (handler: HandlerName): string =>
  `exports.handler=()=>require("provisor/dynamic").${handler}`;
