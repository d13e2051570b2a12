import { type SettingsInput, resolveSettingValues } from "../../settings";
import type { ChildInstanceInputs } from "./schema";

/** Fills in what the user left to the settings: each policy's default can be set for a stack or a profile. */
export function withPolicies(input: SettingsInput, inputs: ChildInstanceInputs): ChildInstanceInputs {
  const settings = resolveSettingValues(input, inputs.profile);
  return {
    ...inputs,
    deletionPolicy: inputs.deletionPolicy ?? settings.deletionPolicy ?? "prevent",
    changePolicy: inputs.changePolicy ?? settings.changePolicy ?? "forbid",
    missingPolicy: inputs.missingPolicy ?? settings.missingPolicy ?? "keep",
  };
}
