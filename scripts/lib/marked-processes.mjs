import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { atEnd } from "./processes.mjs";

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

function killMarked(mark) {
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

/**
 * The environment with a mark in it. At the end of this process, however it ends, every process that has the mark is
 * killed. Its parent would not do as a sign: the engine gives its plugins process groups of their own, and those
 * outlive an engine that is killed.
 */
export function markedEnvironment(env) {
  const mark = randomUUID();
  atEnd(() => killMarked(`RUN_OF_PROVISOR=${mark}`));
  return { ...env, RUN_OF_PROVISOR: mark };
}
