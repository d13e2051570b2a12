import type { ManagedKind } from "../kind";
import { childInstanceKind } from "./child-instance";
import { serviceBindingKind } from "./service-binding";
import { serviceInstanceKind } from "./service-instance";

/** Every managed resource of a service. */
export const managedKinds: readonly ManagedKind[] = [
  childInstanceKind,
  serviceInstanceKind,
  serviceBindingKind,
];
