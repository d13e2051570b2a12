import type { IsUnknown } from "../schema/unknown";
import type { Speech } from "../words";

/** Where the words of a provider process go. */
export interface EngineLink {
  /**
   * Says something on the row of the resource at `address`, of the whole run where that is empty. `ephemeral` lines replace
   * each other.
   */
  log(severity: Severity, message: string, address: string, ephemeral?: boolean): void;
  /** False once the engine is gone, so that nobody would save what is still done. */
  isAlive(): Promise<boolean>;
}

export type Severity = "debug" | "info" | "warning" | "error";

/**
 * What the host needs of an engine. The rest of an engine's side is translation: what it is called with into a `Call` and
 * plain properties, and what comes back into what it saves (`serve.ts`).
 */
export interface EnginePort extends EngineLink {
  /** How what the resources say becomes what the engine's users read. */
  readonly speech: Speech;
  /** Tells a value that the engine does not know yet. */
  readonly isUnknown: IsUnknown;
  /**
   * True for an engine that marks an output by itself as the program has marked the input of that name. Such outputs are
   * then left to it as long as they are what the program has written.
   */
  readonly marksWritten: boolean;
  /** Whether `ephemeral` lines are shown in place of each other. Elsewhere each would fill a log. */
  isLive(): boolean;
}
