export { alike } from "./alike";
export { formatDuration, parseDuration } from "./duration";
export { brokerDefinitions } from "./broker-definitions";
export { allDefinitions } from "./definitions";
export { type SettingValues, subscriptionDefinitions } from "./subscription-definitions";
export { type SettingsInput } from "./sources";
export { type Settings, optionName, resolveSettingValues, resolveSettings } from "./resolve";
export { type BrokerSettings, brokerOptionName, resolveBrokerSettings } from "./broker";
export { resolveSharedValues } from "./shared";
