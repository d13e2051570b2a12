import { AsyncLocalStorage } from "node:async_hooks";
import type { EnginePort, Severity } from "../../host/engine-port";
import { speechOf } from "../../words";
import { isUnknown } from "./unknown";
import { terraformWords } from "./words";

/** What one call of the protocol collects. */
interface Call {
  readonly warnings: string[];
  readonly infos: string[];
}

/** What came of a call, and what was said in it. */
export type Done<T> = Readonly<Call> & ({ readonly result: T } | { readonly error: unknown });

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
    if (severity === "warning") call?.warnings.push(message);
    if (severity === "info" && !message.startsWith("debug: ")) call?.infos.push(message);
    this.write(severity, message);
  }

  isAlive(): Promise<boolean> {
    if (this.isConnected()) return Promise.resolve(true);
    // Nobody would save what is sent from now on. What was sent comes to its end, and the process after it.
    return new Promise(() => undefined);
  }

  /** Runs the work of one call; what it warned of comes with what came of it. */
  async during<T>(work: () => Promise<T>): Promise<Done<T>> {
    const call: Call = { warnings: [], infos: [] };
    return this.calls.run(call, async () => {
      try {
        return { result: await work(), ...call };
      } catch (error) {
        return { error, ...call };
      }
    });
  }
}
