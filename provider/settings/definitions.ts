import { brokerDefinitions } from "./broker-definitions";
import type { SettingDefinition } from "./definition";
import { subscriptionDefinitions } from "./subscription-definitions";

/** All settings of all APIs: what a profile can hold. */
export const allDefinitions: readonly SettingDefinition[] = [
  ...subscriptionDefinitions,
  ...brokerDefinitions,
];
