import { AsyncLocalStorage } from "node:async_hooks";
import type { EnginePort, Severity } from "../../host/engine-port";
import { speechOf } from "../../words";
import { isUnknown } from "./unknown";
import { terraformWords } from "./words";

/** What one call of the protocol collects. */
interface Call {
  readonly warnings: string[];
}

/**
 * Terraform as the host meets it. Warnings go to the user with the answer to the call in which they were said, and all else to
 * the log: Terraform shows nothing of a provider while it works.
 */
export class TerraformPort implements EnginePort {
  readonly speech = speechOf(terraformWords);
  readonly isUnknown = isUnknown;
  readonly marksWritten = false;
  private readonly calls = new AsyncLocalStorage<Call>();

  /**
   * @param isConnected False once Terraform is gone.
   * @param write Where lines of the log go.
   */
  constructor(
    private readonly isConnected: () => boolean,
    private readonly write: (severity: Severity, line: string) => void,
  ) {}

  isLive(): boolean {
    return false;
  }

  log(severity: Severity, message: string): void {
    const call = this.calls.getStore();
    if (severity === "warning" && call) call.warnings.push(message);
    this.write(severity, message);
  }

  isAlive(): Promise<boolean> {
    return Promise.resolve(this.isConnected());
  }

  /** Runs the work of one call; what it warned of comes with what came of it. */
  async during<T>(
    work: () => Promise<T>,
  ): Promise<{ result: T; warnings: readonly string[] } | { error: unknown; warnings: readonly string[] }> {
    const call: Call = { warnings: [] };
    return this.calls.run(call, async () => {
      try {
        return { result: await work(), warnings: call.warnings };
      } catch (error) {
        return { error, warnings: call.warnings };
      }
    });
  }
}
