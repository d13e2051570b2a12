import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { text } from "node:stream/consumers";

/** A program that runs, what it wrote in the end, and its exit code or the signal that ended it. */
export interface RunningModule {
  child: ChildProcess;
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

const lib = resolve(__dirname, "../../../scripts/lib");

/** Starts a program of ES modules; it imports the scripts' modules as `./name.mjs`. */
export function startModule(program: string, env: Record<string, string | undefined> = {}): RunningModule {
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { cwd: lib, env });
  const code = new Promise<number | null>((ended) => child.once("exit", ended));
  const ended = Promise.all([code, text(child.stdout), text(child.stderr)]);
  return { child, ended: ended.then(([code, stdout, stderr]) => ({ code, stdout, stderr })) };
}

/** Runs a program of ES modules and gives what it prints last, as JSON. */
export async function runModule(
  program: string,
  env: Record<string, string | undefined> = {},
): Promise<unknown> {
  const { stdout, stderr } = await startModule(program, env).ended;
  const last = stdout.trim().split("\n").at(-1);
  if (!last) throw new Error(`The program printed nothing: ${stderr}`);
  return JSON.parse(last) as unknown;
}

/** Resolves when the program has written this text. */
export function written({ child }: RunningModule, wanted: string): Promise<void> {
  let seen = "";
  return new Promise((found) => {
    child.stdout?.on("data", (data: Buffer) => {
      seen += data.toString();
      if (seen.includes(wanted)) found();
    });
  });
}

const folders: string[] = [];

/** A temporary folder for one test; see `removeFolders`. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "provisor-scripts-"));
  folders.push(folder);
  return folder;
}

/** Removes all temporary folders. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Writes a shell script that can be run, with its folders. */
export function writeProgram(file: string, ...lines: string[]): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, ["#!/bin/sh", ...lines, ""].join("\n"), { mode: 0o755 });
}

/** Makes a folder look like an engine of some version. */
export function writeEngine(folder: string, version: string): string {
  writeProgram(join(folder, "pulumi"), `echo ${version}`);
  writeProgram(join(folder, "pulumi-language-nodejs"));
  writeProgram(join(folder, "pulumi-resource-pulumi-nodejs"));
  return folder;
}

/** A stand-in for Go, which notes each build, and writes a program where one was asked for; it says `built`. */
export function writeGo(options: { version?: string; build?: string; built?: string } = {}): {
  path: string;
  /** The package of each build, and the folder that it was run in. */
  builds: () => string[];
  folders: () => string[];
} {
  const path = temporaryFolder();
  const log = join(path, "builds");
  const places = join(path, "folders");
  const linesOf = (file: string): string[] =>
    existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  writeProgram(
    join(path, "go"),
    'case "$1" in',
    `version) echo "go version go${options.version ?? "1.26.0"} linux/amd64"; exit;;`,
    'env) echo "$HOME/go/pkg/mod"; echo "$HOME/.cache/go-build"; exit;;',
    "esac",
    'while [ "$1" != -o ]; do shift; done',
    `echo "$3" >> ${log}`,
    `pwd >> ${places}`,
    options.build ?? "",
    String.raw`printf '#!/bin/sh\necho ${options.built ?? "v3.274.1"}\n' > "$2"`,
    '/bin/chmod +x "$2"',
  );
  return { path, builds: () => linesOf(log), folders: () => linesOf(places) };
}
