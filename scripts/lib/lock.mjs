import { existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { atEnd } from "./processes.mjs";

const beat = 10_000;
const silence = 60_000;

/** Whether a process of this machine is running. One that we may not signal is. */
export function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function isAbandoned(file) {
  try {
    if (Date.now() - statSync(file).mtimeMs > silence) return true;
    const owner = Number(readFileSync(file, "utf8"));
    return owner > 0 && !isRunning(owner);
  } catch (error) {
    // Released in the meantime.
    if (error.code === "ENOENT") return true;
    throw error;
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    return false;
  }
}

/**
 * Does the work while holding a lock file, after whoever holds it now. The lock of a process that is gone, or that
 * has been silent for a minute, is taken over. It saves work only: nothing may break when two hold it after all.
 */
export async function withLock(file, work, onWait = () => {}) {
  let waiting = false;
  while (!take(file)) {
    if (isAbandoned(file)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!waiting) onWait();
    waiting = true;
    await sleep(500);
  }
  const release = atEnd(() => rmSync(file, { force: true }));
  const heart = setInterval(() => existsSync(file) && utimesSync(file, new Date(), new Date()), beat);
  try {
    return await work();
  } finally {
    clearInterval(heart);
    release();
  }
}
