import { registry } from "../../resources/registry";
import { handlerFor } from "./adapter";

/** What the constant provider strings of `tokens.ts` require: one handler a resource. */
export const childInstance = handlerFor(registry.childInstance);
export const childInstanceIntent = handlerFor(registry.childInstanceIntent);
export const serviceInstance = handlerFor(registry.serviceInstance);
export const serviceInstanceIntent = handlerFor(registry.serviceInstanceIntent);
export const serviceBinding = handlerFor(registry.serviceBinding);
export const serviceBindingIntent = handlerFor(registry.serviceBindingIntent);
