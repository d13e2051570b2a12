import { say } from "../../words";
import type { Problem } from "../../host/contract";
import type { Broker } from "./account";

/** Inputs that say which platform a request comes from. */
const PLATFORM_INPUTS = ["context", "organizationGuid", "spaceGuid"] as const;

/** What the program says of its platform to a broker that is told nothing of it. */
export const platformProblems = (
  { client }: Broker,
  inputs: { readonly [K in (typeof PLATFORM_INPUTS)[number]]?: unknown },
): Problem[] =>
  client.sendsPlatform
    ? []
    : PLATFORM_INPUTS.filter((path) => inputs[path] !== undefined).map((path) => ({
        path,
        message:
          `is not sent to this broker, since ${say.setting("brokerSendsPlatform")} (OSB_SENDS_PLATFORM) is false. Nothing was sent. Leave it ` +
          `out, or set ${say.setting("brokerSendsPlatform")} to true`,
      }));
