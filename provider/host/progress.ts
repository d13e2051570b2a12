import { formatDuration } from "../settings";
import type { EngineLink } from "./engine-port";

const HEARTBEAT_MS = 60_000;

interface Row {
  address: string;
  text: string;
  state: string;
  since: number;
  printedState: string | undefined;
  printedAt: number;
}

/**
 * What the waiting resources are doing. In a terminal, live on each resource's own row, with the time that has passed;
 * in a log, one line when something changes and else at most one a minute.
 */
export class ProgressBoard {
  private readonly rows = new Map<string, Row>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly engine: EngineLink,
    private readonly isLive: () => boolean,
    private readonly now: () => number,
  ) {}

  /**
   * Only a change of `state` is printed at once in a log. Where the engine tells no address, `name` says on the row of
   * the run which resource it is.
   */
  show(address: string, words: string, since: number, state = words, name = ""): void {
    const key = address || name;
    const text = address === "" ? `${name}: ${words}` : words;
    const row = this.rows.get(key) ?? { address, text, state, since, printedState: undefined, printedAt: 0 };
    this.rows.set(key, Object.assign(row, { text, state, since }));
    if (this.isLive()) {
      this.print(row, true);
      this.timer ??= setInterval(() => {
        this.tick();
      }, 1_000).unref();
    } else if (state !== row.printedState || this.now() - row.printedAt >= HEARTBEAT_MS)
      this.print(row, false);
  }

  /** Whether the resource with this address, or name where it has none, says what it is doing. */
  has(key: string): boolean {
    return this.rows.has(key);
  }

  /** The resource with this address, or name where it has none, does nothing any more. */
  end(key: string): void {
    this.rows.delete(key);
    if (this.rows.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Lets the time pass on the live rows; each of very many rows less often, so that the engine has time for itself. */
  private tick(): void {
    const pause = Math.ceil(this.rows.size / 20) * 1_000;
    for (const row of this.rows.values()) if (this.now() - row.printedAt >= pause) this.print(row, true);
  }

  private print(row: Row, ephemeral: boolean): void {
    row.printedState = row.state;
    row.printedAt = this.now();
    // A clock that was set back is before `since`.
    const passed = Math.max(0, this.now() - row.since);
    this.engine.log("info", `${row.text} (${formatDuration(passed)})`, row.address, ephemeral);
  }
}
