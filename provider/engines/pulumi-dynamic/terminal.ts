import { closeSync, openSync, readFileSync, readlinkSync } from "node:fs";

/**
 * Whether the engine's command shows a live display. It does in a terminal; elsewhere it prints every line that it
 * is given, so that live text would fill the log. The engine does not tell, so its process is looked at.
 */
export function isLiveDisplay(env: NodeJS.ProcessEnv, parentPid: number): boolean {
  if (env["CI"] !== undefined && env["CI"] !== "" && env["CI"] !== "false") return false;
  try {
    closeSync(openSync("/dev/tty", "r+")); // no controlling terminal in a pipeline, nor on Windows
  } catch {
    return false;
  }
  const engine = findEngine(parentPid);
  if (!engine) return true; // no /proc (macOS): a terminal is all that is known
  return !engine.arguments.includes("--non-interactive") && /^\/dev\/(pts|tty|console)/.test(engine.output);
}

/** The nearest ancestor that is the Pulumi CLI, as far as /proc shows. */
function findEngine(pid: number): { arguments: string[]; output: string } | undefined {
  try {
    for (let current = pid; current > 1;) {
      const words = readFileSync(`/proc/${current}/cmdline`, "utf8").split("\0");
      if (/(^|\/)pulumi(\.exe)?$/.test(words[0] ?? ""))
        return { arguments: words, output: readlinkSync(`/proc/${current}/fd/1`) };
      const status = readFileSync(`/proc/${current}/status`, "utf8");
      current = Number(/^PPid:\s*(\d+)/m.exec(status)?.[1] ?? 0);
    }
  } catch {
    // not readable: another system, or a process that has ended
  }
  return undefined;
}
