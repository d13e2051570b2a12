import type { Clock } from "../../sdk/wait";

/**
 * What one run remembers: one object for the life of a provider process, shared by all resources. Nothing in it
 * survives the process, and nothing may depend on that it does.
 */
export class Session {
  private readonly memory = new Map<string, unknown>();

  constructor(
    readonly clock: Clock,
    /** Rejects when the engine is gone. */
    readonly assertEngineAlive: () => Promise<void>,
  ) {}

  /** The one object of this name in this run; made at its first use. */
  one<T>(name: string, make: () => T): T {
    if (!this.memory.has(name)) this.memory.set(name, make());
    return this.memory.get(name) as T;
  }

  /** True the first time that it is asked of this name. */
  first(name: string): boolean {
    const isFirst = !this.memory.has(`first:${name}`);
    this.memory.set(`first:${name}`, true);
    return isFirst;
  }
}
