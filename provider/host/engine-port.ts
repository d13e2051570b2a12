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
