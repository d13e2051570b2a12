import type { Values } from "./definition";
import { valuesIn } from "./lookup";
import { sharedDefinitions } from "./shared-definitions";
import { type SettingsInput, configSource, environmentSource } from "./sources";

/** What is set for all APIs together. Needs the settings of none of them. Throws SettingsError for a wrong value. */
export function resolveSharedValues(input: SettingsInput): Values<typeof sharedDefinitions> {
  return valuesIn(sharedDefinitions, [configSource(input), environmentSource(input, "PROVISOR_")]);
}
