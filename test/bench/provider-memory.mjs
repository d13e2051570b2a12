import { readdirSync, readFileSync } from "node:fs";

const interval = 100;

function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    // It ended in the meantime, or is not ours to look into.
    return "";
  }
}

const isProvider = (pid, folder) =>
  read(pid, "cmdline").includes("dynamic-provider") && read(pid, "environ").includes(folder);

const findProviders = (folder) =>
  readdirSync("/proc").filter((name) => /^\d+$/.test(name) && isProvider(name, folder));

/** The most memory that a process ever had, in bytes. */
const peakOf = (pid) => Number(/^VmHWM:\s+(\d+) kB$/m.exec(read(pid, "status"))?.[1] ?? 0) * 1024;

/**
 * Watches the provider process of a stack: the node process that serves its dynamic resources.
 * @param folder a path in the environment of that process and of no other stack's
 * @returns a function that ends this and gives the peak in bytes; undefined where the system does not tell (no /proc)
 */
export function watchProviderMemory(folder) {
  if (process.platform !== "linux") return () => undefined;
  let pids = [];
  let peak = 0;
  const timer = setInterval(() => {
    // The launcher of the provider carries the same name in its arguments, so that there may be two; the larger counts.
    if (pids.length === 0 || pids.every((pid) => read(pid, "status") === "")) pids = findProviders(folder);
    peak = Math.max(peak, ...pids.map(peakOf));
  }, interval);
  return () => {
    clearInterval(timer);
    return peak === 0 ? undefined : peak;
  };
}
