import { basename } from "node:path";
import { run } from "./processes.mjs";

/** How npm is started: by the node that runs us where npm tells its own place, which needs no shell on Windows. */
export function npmCommand(env = process.env) {
  const script = env.npm_execpath;
  if (script && basename(script) === "npm-cli.js") return [process.execPath, script];
  return ["npm"];
}

/** Runs npm to its end and gives its exit code. */
export function npm(args, options = {}) {
  const [command, ...first] = npmCommand();
  const shell = command === "npm" && process.platform === "win32";
  return run(command, [...first, ...args], { shell, ...options });
}
