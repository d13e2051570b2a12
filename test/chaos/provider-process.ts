import { shownError } from "../../provider/host/errors";
import { type Timeouts, timeoutOf } from "../../provider/resources/timeouts";
import { type Host, type SavedState, StopError } from "../../provider/host/contract";
import { RunState } from "../../provider/host/run-state";
import { ProvisorError } from "../../sdk/subscription";
import { settingsFrom, testHost } from "../support/host";
import type { World } from "./world";

/** What the user sees of one command. */
export interface Run {
  /** Errors as they are printed, the reasons of unfinished creates among them. */
  readonly errors: string[];
  /** Those of them that are neither the API's doing nor the user's. */
  readonly unexpected: string[];
  /** What was created, updated or deleted, or would be. */
  readonly changed: string[];
  readonly warnings: string[];
  readonly took: Took[];
}

/** How long an operation took, in milliseconds of the fast clock. */
export interface Took {
  operation: string;
  ms: number;
  /** Its time-out; undefined where it has none. */
  timeoutMs: number | undefined;
}

/** A provider process, as a habit of an engine sees it. */
export interface Process {
  readonly hasEngine: boolean;
  /** Ends it: what it was doing stops there. */
  end(): void;
  /** Passes so many milliseconds of the fast clock. */
  sleep(ms: number): Promise<void>;
}

/** The process of a provider stops when it finds that its engine is gone. */
const exitWithoutEngine = (process: Process): Promise<void> => {
  if (process.hasEngine) return Promise.resolve();
  process.end();
  return Promise.reject(new Error("The process has ended."));
};

/** The provider process of one command (a preview and its update have one each), as the engine adapter sets it up. */
export class ProviderProcess implements Process {
  readonly run: Run;
  /** Comes when the engine was killed. */
  readonly engineLost: Promise<void>;
  hasEngine = true;
  private readonly session: RunState;
  private readonly anew = new Set<string>();
  private readonly ended = new AbortController();
  private readonly others: ProviderProcess[] = [];
  private tellLost: () => void = () => undefined;

  constructor(
    private readonly world: World,
    readonly isPreview: boolean,
    /** What the program declares secret. */
    private readonly secrets: readonly string[],
    private readonly assertAlive: (process: Process) => Promise<void> = exitWithoutEngine,
    run: Run = { errors: [], unexpected: [], changed: [], warnings: [], took: [] },
  ) {
    this.run = run;
    const debug = (text: string): void => void this.write(`debug: ${text}`);
    this.session = new RunState(world.clock, () => assertAlive(this), debug);
    this.session.secretInputs.add(secrets);
    this.engineLost = new Promise((resolve) => (this.tellLost = resolve));
  }

  /** Another process of the same command, which remembers nothing of this one. */
  another(): ProviderProcess {
    const other = new ProviderProcess(this.world, this.isPreview, this.secrets, this.assertAlive, this.run);
    this.others.push(other);
    return other;
  }

  /** The engine was killed; this process goes on until it notices. */
  loseEngine(): void {
    this.hasEngine = false;
    for (const other of this.others) other.loseEngine();
    this.tellLost();
  }

  end(): void {
    for (const other of this.others) other.end();
    this.ended.abort(new Error("The process has ended."));
  }

  sleep(ms: number): Promise<void> {
    return this.world.clock.sleep(ms);
  }

  assertRunning(): void {
    this.ended.signal.throwIfAborted();
  }

  /** What it gives a resource; `saved` is what the program tells of the saved state. */
  host(name: string, saved: Partial<SavedState> = {}): Host {
    const write = (text: string): void => void this.write(text);
    return {
      ...testHost({
        name,
        preview: this.isPreview,
        session: this.session,
        settings: settingsFrom(this.world.env),
        signal: this.ended.signal,
        saved,
      }),
      log: { info: write, warn: (text) => this.warn(text), progress: write },
    };
  }

  /** Runs an operation and notes how long it took. */
  async timed<T>(
    operation: "create" | "update" | "read" | "delete",
    timeouts: Timeouts | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    const { clock } = this.world;
    const started = clock.now();
    const isTimed = operation === "delete" ? timeouts?.delete !== undefined : operation !== "read";
    const timeoutMs = isTimed ? timeoutOf(timeouts, operation as keyof Timeouts) : undefined;
    try {
      return await work();
    } finally {
      this.run.took.push({ operation, ms: clock.now() - started, timeoutMs });
    }
  }

  change(what: string): void {
    this.run.changed.push(what);
  }

  /** From now on nothing is known of what this resource is to become. */
  makesAnew(name: string): void {
    this.anew.add(name);
  }

  isMadeAnew(name: string): boolean {
    return this.anew.has(name);
  }

  /** Shows why something is not finished. */
  say(reasons: readonly string[]): void {
    for (const reason of reasons) this.run.errors.push(this.write(reason));
  }

  /** Shows an error as the adapter does; what happens after the engine is gone is shown to nobody. */
  fail(error: unknown): void {
    const text = this.write(shownError(error, (words) => this.session.redact(words)).message);
    if (!this.hasEngine) return;
    this.run.errors.push(text);
    if (!(error instanceof StopError) && !(error instanceof ProvisorError)) this.run.unexpected.push(text);
  }

  /** What happens after the engine is gone is shown to nobody. */
  private warn(text: string): void {
    const shown = this.write(text);
    if (this.hasEngine) this.run.warnings.push(shown);
  }

  private write(text: string): string {
    const shown = this.session.redact(text);
    this.world.written.push(shown);
    return shown;
  }
}
