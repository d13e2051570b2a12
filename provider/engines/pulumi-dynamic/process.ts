import { readFileSync } from "node:fs";
import { systemClock } from "../../../sdk/wait";
import { Session } from "../../resources/session";
import { resolveSettingValues, type SettingsInput } from "../../settings";
import { type EngineLink, connectEngine } from "./engine-link";
import { ProgressBoard } from "./progress";
import { isLiveDisplay } from "./terminal";

/** How often the engine is asked whether it is still there while an operation runs. */
const WATCH_MS = 2_000;

/**
 * The provider process: one for all resources of a run. It is started by the engine, which leaves it alive when it is
 * killed itself; then nobody would save what is done here, so that it ends.
 */
export class ProviderProcess {
  readonly engine: EngineLink;
  readonly session: Session;
  readonly progress: ProgressBoard;
  private config: (key: string) => string | undefined = () => undefined;
  private running = 0;
  private watch: NodeJS.Timeout | undefined;

  constructor(engineAddress: string) {
    this.engine = connectEngine(engineAddress);
    this.session = new Session(systemClock, () => this.assertEngineAlive());
    this.progress = new ProgressBoard(this.engine, () =>
      this.session.one("live-display", () => {
        const mode = resolveSettingValues(this.settings).progress ?? "auto";
        return mode === "auto" ? isLiveDisplay(process.env, process.ppid) : mode === "live";
      }),
    );
  }

  /** Takes the stack's configuration. Called before anything else, and not awaited by the host: it is synchronous. */
  configure(get: (key: string) => string | undefined): void {
    this.config = get;
  }

  readonly settings: SettingsInput = {
    config: (name) => this.config(`provisor:${name}`),
    env: process.env,
    // Asked for each resource, and the same for all of a run.
    readFile: (path) => this.session.one(`file:${path}`, () => readFileSync(path, "utf8")),
  };

  /** Runs an operation while making sure that the engine is there to take its result. */
  async run<T>(operation: () => Promise<T>): Promise<T> {
    this.running++;
    this.watch ??= setInterval(() => void this.assertEngineAlive().catch(() => undefined), WATCH_MS).unref();
    try {
      return await operation();
    } finally {
      this.running--;
      if (this.running === 0) {
        clearInterval(this.watch);
        this.watch = undefined;
      }
    }
  }

  private async assertEngineAlive(): Promise<void> {
    if (await this.engine.isAlive()) return;
    // Once more: a single call may fail for a reason of its own, and ending here cannot be taken back.
    if (await this.engine.isAlive()) return;
    process.exit(1);
  }
}
