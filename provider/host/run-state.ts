import type { Clock } from "../../sdk/wait";
import { ListedCodes } from "./listed-codes";
import { SecretValues } from "./secret-values";

/**
 * What one run remembers: one object for the life of a provider process, shared by all resources. Nothing in it
 * survives the process, and nothing may depend on that it does.
 */
export class RunState {
  /** What the programs of this run declared secret among the inputs of their resources. */
  readonly secretInputs = new SecretValues();
  private readonly memory = new Map<string, unknown>();
  private readonly cleaners: ((text: string) => string)[] = [];
  /** Auth codes and keys that a list showed. */
  private readonly codes = new ListedCodes();

  constructor(
    readonly clock: Clock,
    /** Rejects when the engine is gone. */
    readonly assertEngineAlive: () => Promise<void>,
    /** Where the setting `debug` makes Provisor's own account of its work go. */
    readonly debug: (text: string) => void = () => undefined,
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

  /** What is asked for all resources together, and not answered yet; the oldest first. */
  readonly waits = new Set<{ readonly what: string; readonly since: number }>();

  /** Notes that `what` is waited for, as long as the work takes. */
  async waitingFor<T>(what: string, work: () => Promise<T>): Promise<T> {
    const wait = { what, since: this.clock.now() };
    this.waits.add(wait);
    try {
      return await work();
    } finally {
      this.waits.delete(wait);
    }
  }

  /**
   * The same memory, for a look ahead: what it would say counts as not said yet. Objects of the names `anew` are its own.
   */
  aside(anew: readonly string[]): RunState {
    const own = new Map<string, unknown>();
    const one = <T>(name: string, make: () => T): T => {
      if (!anew.includes(name)) return this.one(name, make);
      if (!own.has(name)) own.set(name, make());
      return own.get(name) as T;
    };
    return Object.create(this, { one: { value: one }, first: { value: () => false } }) as RunState;
  }

  /** From now on `redact` asks `clean` too: that of a client, which knows its credentials and tokens. */
  addCleaner(clean: (text: string) => string): void {
    this.cleaners.push(clean);
  }

  /** From now on `redact` takes these auth codes and keys out too. */
  addCodes(codes: Iterable<string>): void {
    this.codes.add(codes);
  }

  /** The text without any secret that this process has come to know. Everything that leaves it goes through here. */
  redact(text: string): string {
    // Credentials first: a secret input that is a part of one would hide it from its client.
    const cleaned = this.cleaners.reduce((rest, clean) => clean(rest), text);
    return this.codes.redact(this.secretInputs.redact(cleaned));
  }
}
