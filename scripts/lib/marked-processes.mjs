import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** The environment of each process that we may look into: [pid, text]. Windows shows none. */
function environments() {
  if (process.platform === "win32") return [];
  if (process.platform !== "linux") {
    const { stdout } = spawnSync("ps", ["-AEww", "-o", "pid=,command="], { encoding: "utf8" });
    return stdout.split("\n").map((line) => [Number.parseInt(line, 10), line]);
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [[Number(pid), readFileSync(`/proc/${pid}/environ`, "latin1")]];
      } catch {
        return [];
      }
    });
}

/**
 * Kills every process that has this text in its environment. The parent would not do as a sign: the engine gives
 * its plugins process groups of their own, and those outlive an engine that is killed.
 */
export function killMarked(mark) {
  const marked = () => environments().filter(([pid, text]) => pid !== process.pid && text.includes(mark));
  // Again, since a process may start another between the look and the kill.
  for (let found = marked(), round = 0; found.length > 0 && round < 10; found = marked(), round += 1) {
    for (const [pid] of found) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended by itself in the meantime.
      }
    }
  }
}
