import type { EnginePort } from "../../host/engine-port";
import { ProviderProcess } from "../../host/process";
import { connectEngine } from "./engine-link";
import { isLiveDisplay } from "./terminal";
import { isUnknown } from "./wire";
import { pulumiSpeech } from "./words";

/** The engine as the host needs it. */
const engineAt = (address: string): EnginePort => ({
  ...connectEngine(address),
  speech: pulumiSpeech,
  isUnknown,
  // The engine encrypts outputs of the same name as a secret input, and nothing else.
  marksWritten: true,
  isLive: () => isLiveDisplay(process.env, process.ppid),
});

let shared: ProviderProcess | undefined;

/**
 * This process, connected at its first use: the module is loaded in programs too. The engine's address is its last
 * argument, after flags such as `--logflow` and `-v=9` that the engine hands down.
 */
export const providerProcess = (): ProviderProcess =>
  (shared ??= new ProviderProcess(engineAt(process.argv.at(-1) ?? "")));
