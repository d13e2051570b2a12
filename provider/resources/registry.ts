import { childInstance } from "./child-instance";
import { childInstanceIntent } from "./child-instance/intent";
import type { Resource } from "../host/contract";
import { sparingCopies } from "./copies-pending-delete";
import { serviceBinding } from "./service-binding";
import { serviceBindingIntent } from "./service-binding/intent";
import { serviceInstance } from "./service-instance";
import { serviceInstanceIntent } from "./service-instance/intent";

/** Every resource there is. An engine adapter serves whatever is in it. */
export const registry = {
  childInstance: sparingCopies(childInstance as unknown as Resource),
  childInstanceIntent: childInstanceIntent as unknown as Resource,
  serviceInstance: sparingCopies(serviceInstance as unknown as Resource),
  serviceInstanceIntent: serviceInstanceIntent as unknown as Resource,
  serviceBinding: sparingCopies(serviceBinding as unknown as Resource),
  serviceBindingIntent: serviceBindingIntent as unknown as Resource,
};
