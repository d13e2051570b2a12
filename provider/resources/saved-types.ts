import type { SavedType } from "../host/contract";
import { outputs as serviceIntentOutputs } from "./broker/intent-schema";
import { outputs as intentOutputs } from "./child-instance/intent-schema";
import { savedChildInstance } from "./child-instance/schema";
import { savedServiceBinding } from "./service-binding/schema";
import { savedServiceInstance } from "./service-instance/schema";

/** What is saved of every resource there is. A program can load it: it has the schemas, and no client of an API. */
export const savedTypes: readonly SavedType[] = [
  savedChildInstance,
  { name: "Intent", outputs: intentOutputs },
  savedServiceInstance,
  { name: "ServiceInstanceIntent", outputs: serviceIntentOutputs },
  savedServiceBinding,
  { name: "ServiceBindingIntent", outputs: serviceIntentOutputs },
];
