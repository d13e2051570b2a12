import * as settings from "../../provider/settings";
import { spokenError, spokenIn } from "../../provider/host/speaking";
import { testSpeech } from "./speech";

/** A function of the settings, in the words that users of Pulumi read. */
const said =
  <Arguments extends unknown[], Result>(ask: (...of: Arguments) => Result) =>
  (...of: Arguments): Result => {
    try {
      return spokenIn(ask(...of), testSpeech);
    } catch (error) {
      throw spokenError(error, testSpeech);
    }
  };

export const resolveSettings = said(settings.resolveSettings);
export const resolveSettingValues = said(settings.resolveSettingValues);
export const resolveBrokerSettings = said(settings.resolveBrokerSettings);
export const resolveSharedValues = said(settings.resolveSharedValues);
