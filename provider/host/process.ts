import { readFileSync } from "node:fs";
import { type Clock, systemClock } from "../../sdk/wait";
import { type SettingsInput, resolveSharedValues } from "../settings";
import type { EngineLink, EnginePort } from "./engine-port";
import { guardOutput } from "./output-guard";
import { ProgressBoard } from "./progress";
import { RunState } from "./run-state";

/** How often the engine is asked whether it is still there, in milliseconds. */
const WATCH_MS = 2_000;

/**
 * The provider process: one for all resources of a run. It is started by an engine, which may leave it alive when it is
 * killed itself; then nobody would save what is done here, so that it ends, also while it has nothing to do.
 */
export class ProviderProcess {
  /** The engine's log, where nothing that is secret arrives. */
  readonly engine: EngineLink;
  readonly session: RunState;
  readonly progress: ProgressBoard;
  private config: (name: string) => string | undefined = () => undefined;
  private watch: NodeJS.Timeout | undefined;

  private readonly stopping = new AbortController();

  /** @param end Ends the process. */
  constructor(
    readonly port: EnginePort,
    private readonly end: () => void = () => process.exit(1),
    clock: Clock = systemClock,
  ) {
    this.session = new RunState(
      clock,
      () => this.assertEngineAlive(),
      (text) => {
        this.engine.log("info", `debug: ${port.speech.text(text)}`, "");
      },
    );
    this.engine = {
      isAlive: () => port.isAlive(),
      log: (severity, message, ...where) => {
        port.log(severity, this.session.redact(message), ...where);
      },
    };
    const isLive = (): boolean =>
      this.session.one("live-display", () => {
        const mode = resolveSharedValues(this.settings).progress ?? "auto";
        return mode === "auto" ? port.isLive() : mode === "live";
      });
    this.progress = new ProgressBoard(this.engine, isLive, () => clock.now());
  }

  /**
   * Takes the engine's own settings, by their names. Called before anything else, and synchronous: an engine may not wait.
   * @param streams Where this process prints. From now on nothing secret is printed there, and no `noise`.
   * @param noise What is printed there besides, and means nothing to anybody.
   */
  configure(
    get: (name: string) => string | undefined,
    streams: readonly NodeJS.WriteStream[],
    noise = "",
  ): void {
    this.config = get;
    if (this.watch) return;
    this.watch = setInterval(() => void this.assertEngineAlive().catch(() => undefined), WATCH_MS).unref();
    guardOutput(streams, (text) => this.session.redact(text), noise);
  }

  /** Whether the setting `debug` asks for an account of the operations. */
  get isDebugging(): boolean {
    return this.session.one("debugging", () => {
      try {
        return resolveSharedValues(this.settings).debug ?? false;
      } catch {
        return false; // Wrong settings are for check to report.
      }
    });
  }

  readonly settings: SettingsInput = {
    config: (name) => this.config(name),
    env: process.env,
    // Asked for each resource, and the same for all of a run.
    readFile: (path) => this.session.one(`file:${path}`, () => readFileSync(path, "utf8")),
  };

  /** Aborted once the engine wants what is under way to end, and to be saved. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  /** Ends all waiting. A request that is under way comes to its end. */
  stop(): void {
    this.stopping.abort();
  }

  private async assertEngineAlive(): Promise<void> {
    if (await this.engine.isAlive()) return;
    // Once more: a single call may fail for a reason of its own, and ending here cannot be taken back.
    if (await this.engine.isAlive()) return;
    this.end();
  }
}
