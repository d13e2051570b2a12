import { spawn } from "node:child_process";
import { constants } from "node:os";

const cleanUps = [];
let listening = false;

/** Ends this process in the ordinary way, so that everything given to `atEnd` happens. */
function endOn(signal) {
  process.exit(128 + constants.signals[signal]);
}

function listen() {
  if (listening) return;
  listening = true;
  process.on("exit", () => {
    while (cleanUps.length > 0) cleanUps.pop()();
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, endOn);
}

/**
 * Registers clean-up for the end of this process, whether it succeeds, fails or is told to stop.
 * The clean-up must be synchronous; the last one registered runs first.
 * @returns a function that does the clean-up now instead
 */
export function atEnd(cleanUp) {
  listen();
  cleanUps.push(cleanUp);
  return () => {
    const index = cleanUps.indexOf(cleanUp);
    if (index < 0) return;
    cleanUps.splice(index, 1);
    cleanUp();
  };
}

function kill(child, group) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  try {
    process.kill(group ? -child.pid : child.pid, "SIGKILL");
  } catch {
    // It ended by itself in the meantime.
  }
}

/**
 * Runs a program to its end. It is killed when this process ends first.
 * @param options.onLine receives each line of output; without it the program writes to our own terminal
 * @param options.group  gives it a process group of its own, so that its children are killed with it
 * @returns its exit code, 1 where a signal ended it
 */
export function run(command, args, { onLine, group = false, ...options } = {}) {
  const ownGroup = group && process.platform !== "win32";
  const stdio = onLine ? ["ignore", "pipe", "pipe"] : "inherit";
  return new Promise((resolve, reject) => {
    // Before the program is started: a signal may come as soon as it is.
    let child;
    const end = atEnd(() => child && kill(child, ownGroup));
    child = spawn(command, args, { stdio, detached: ownGroup, ...options });
    if (onLine) for (const stream of [child.stdout, child.stderr]) eachLine(stream, onLine);
    child.on("error", (error) => {
      end();
      reject(error);
    });
    child.on("close", (code) => {
      end();
      resolve(code ?? 1);
    });
  });
}

function eachLine(stream, onLine) {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text) => {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop();
    lines.forEach((line) => onLine(line));
  });
  stream.on("end", () => rest && onLine(rest));
}

/** Runs a program and gives its exit code with all it wrote. */
export async function capture(command, args, options = {}) {
  const lines = [];
  const code = await run(command, args, { ...options, onLine: (line) => lines.push(line) });
  return { code, output: lines.join("\n") };
}

/** Goes on as another program: passes signals to it, waits for its end and ends as it did. */
export function continueAs(command, args, options) {
  const child = spawn(command, args, { stdio: "inherit", ...options });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.removeListener(signal, endOn);
    process.on(signal, () => child.kill(signal));
  }
  return new Promise((_, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
  });
}
