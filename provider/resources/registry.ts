import { serviceBindingIntentWith, serviceInstanceIntent } from "./broker/intent";
import { childInstance } from "./child-instance";
import { childInstanceIntent } from "./child-instance/intent";
import type { Resource } from "./contract";
import { sparingCopies } from "./copies";
import { serviceBinding } from "./service-binding";
import { isRotationDue } from "./service-binding/saved-part";
import { serviceInstance } from "./service-instance";

/** Every resource there is. An engine adapter serves whatever is in it. */
export const registry = {
  childInstance: sparingCopies(childInstance as unknown as Resource),
  childInstanceIntent: childInstanceIntent as unknown as Resource,
  serviceInstance: sparingCopies(serviceInstance as unknown as Resource),
  serviceInstanceIntent: serviceInstanceIntent as unknown as Resource,
  serviceBinding: sparingCopies(serviceBinding as unknown as Resource),
  serviceBindingIntent: serviceBindingIntentWith(isRotationDue) as unknown as Resource,
};
