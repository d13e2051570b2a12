/** The name by which the engine knows the resource that is called this. It is in every saved state: it never changes. */
export const tokenOf = (name: string): string => `pulumi-nodejs:dynamic/provisor:${name}`;

export const childInstanceType = tokenOf("ChildInstance");
export const intentType = tokenOf("Intent");
export const serviceInstanceType = tokenOf("ServiceInstance");
export const serviceInstanceIntentType = tokenOf("ServiceInstanceIntent");
export const serviceBindingType = tokenOf("ServiceBinding");
export const serviceBindingIntentType = tokenOf("ServiceBindingIntent");

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

/** All that have an intent. */
export const kinds: readonly Kind[] = [childInstanceKind, serviceInstanceKind, serviceBindingKind];

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
