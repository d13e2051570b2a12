export { formatDuration, parseDuration } from "./duration";
export { type SettingValues, allDefinitions } from "./definitions";
export { type SettingsInput } from "./sources";
export { type Settings, resolveSettingValues, resolveSettings } from "./resolve";
