import type { EngineLink } from "../../provider/host/engine-port";
import { ProgressBoard } from "../../provider/host/progress";

/** A board in a log, or live, whose time is set by hand. */
export function boardWith(isLive: boolean): {
  board: ProgressBoard;
  /** What was printed, with its row and a star for what is live. */
  lines: string[];
  /** What was printed. */
  messages: string[];
  pass(ms: number): void;
} {
  const lines: string[] = [];
  const messages: string[] = [];
  let now = 0;
  const engine: EngineLink = {
    log: (_severity, message, urn, ephemeral) => {
      messages.push(message);
      lines.push(`${urn}${ephemeral ? "*" : ""}: ${message}`);
    },
    isAlive: () => Promise.resolve(true),
  };
  const board = new ProgressBoard(
    engine,
    () => isLive,
    () => now,
  );
  return {
    board,
    lines,
    messages,
    pass: (ms) => {
      now += ms;
    },
  };
}
