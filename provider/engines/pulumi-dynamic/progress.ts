import { formatDuration } from "../../settings";
import type { EngineLink } from "./engine-link";

const HEARTBEAT_MS = 60_000;

interface Row {
  urn: string;
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
    private readonly now: () => number = Date.now,
  ) {}

  /** Only a change of `state` is printed at once in a log. */
  show(urn: string, text: string, since: number, state = text): void {
    const row = this.rows.get(urn) ?? { urn, text, state, since, printedState: undefined, printedAt: 0 };
    this.rows.set(urn, Object.assign(row, { text, state, since }));
    if (this.isLive()) {
      this.print(row, true);
      this.timer ??= setInterval(() => {
        this.tick();
      }, 1_000).unref();
    } else if (state !== row.printedState || this.now() - row.printedAt >= HEARTBEAT_MS)
      this.print(row, false);
  }

  /** The resource does nothing any more. */
  end(urn: string): void {
    this.rows.delete(urn);
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
    this.engine.log("info", `${row.text} (${formatDuration(this.now() - row.since)})`, row.urn, ephemeral);
  }
}
