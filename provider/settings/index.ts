export { formatDuration, parseDuration } from "./duration";
export { type SettingValues } from "./definitions";
export { type SettingsInput } from "./sources";
export { type Settings, allDefinitions, resolveSettingValues, resolveSettings } from "./resolve";
