import { readFileSync } from "node:fs";
import { systemClock } from "../../../sdk/wait";
import type { EngineLink } from "../../host/engine-port";
import { Session } from "../../host/run-state";
import { resolveSharedValues, type SettingsInput } from "../../settings";
import { connectEngine } from "./engine-link";
import { PRINTED_OF_ERROR } from "./errors";
import { guardOutput } from "../../host/output-guard";
import { ProgressBoard } from "../../host/progress";
import { isLiveDisplay } from "./terminal";

/** How often the engine is asked whether it is still there. */
const WATCH_MS = 2_000;

/**
 * The provider process: one for all resources of a run. It is started by the engine, which leaves it alive when it is
 * killed itself; then nobody would save what is done here, so that it ends, also while it has nothing to do.
 */
export class ProviderProcess {
  readonly engine: EngineLink;
  readonly session: Session;
  readonly progress: ProgressBoard;
  private config: (key: string) => string | undefined = () => undefined;
  private watch: NodeJS.Timeout | undefined;

  constructor(engineAddress: string) {
    const link = connectEngine(engineAddress);
    this.session = new Session(
      systemClock,
      () => this.assertEngineAlive(),
      (text) => {
        this.engine.log("info", `debug: ${text}`, "");
      },
    );
    this.engine = {
      isAlive: () => link.isAlive(),
      log: (severity, message, ...where) => {
        link.log(severity, this.session.redact(message), ...where);
      },
    };
    this.progress = new ProgressBoard(this.engine, () =>
      this.session.one("live-display", () => {
        const mode = resolveSharedValues(this.settings).progress ?? "auto";
        return mode === "auto" ? isLiveDisplay(process.env, process.ppid) : mode === "live";
      }),
    );
  }

  /** Takes the stack's configuration. Called before anything else, and not awaited by the host: it is synchronous. */
  configure(get: (key: string) => string | undefined): void {
    this.config = get;
    if (this.watch) return;
    this.watch = setInterval(() => void this.assertEngineAlive().catch(() => undefined), WATCH_MS).unref();
    guardOutput([process.stdout, process.stderr], (text) => this.session.redact(text), PRINTED_OF_ERROR);
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
    config: (name) => this.config(`provisor:${name}`),
    env: process.env,
    // Asked for each resource, and the same for all of a run.
    readFile: (path) => this.session.one(`file:${path}`, () => readFileSync(path, "utf8")),
  };

  private async assertEngineAlive(): Promise<void> {
    if (await this.engine.isAlive()) return;
    // Once more: a single call may fail for a reason of its own, and ending here cannot be taken back.
    if (await this.engine.isAlive()) return;
    process.exit(1);
  }
}

let shared: ProviderProcess | undefined;

/**
 * This process, connected at its first use: the module is loaded in programs too. The engine's address is its last
 * argument, after flags such as `--logflow` and `-v=9` that the engine hands down.
 */
export const providerProcess = (): ProviderProcess =>
  (shared ??= new ProviderProcess(process.argv.at(-1) ?? ""));
