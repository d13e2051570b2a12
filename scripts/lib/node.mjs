import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { inCache } from "./checkout.mjs";
import { npm } from "./npm.mjs";
import { atEnd, continueAs } from "./processes.mjs";
import { withProgress } from "./progress.mjs";

const oldestMajor = 22;
const version = "24.21.0";

/**
 * The package that holds the program for this machine. npm's package `node` would install the same one, but by an
 * install script, which npm may be told not to run.
 */
export function nodePackage(platform = process.platform, arch = process.arch) {
  const prefix = platform === "darwin" && arch === "arm64" ? "node-bin" : "node";
  const system = platform === "win32" ? "win" : platform;
  return `${prefix}-${system}-${system === "win" && arch === "ia32" ? "x86" : arch}`;
}

async function installNode() {
  const folder = inCache(`node-${version}`);
  const program = join(
    folder,
    "node_modules",
    nodePackage(),
    "bin",
    process.platform === "win32" ? "node.exe" : "node",
  );
  if (existsSync(program)) return program;

  // Built beside and renamed, so that an interrupted installation is never taken for a whole one.
  const partial = `${folder}.${process.pid}`;
  const remove = atEnd(() => rmSync(partial, { recursive: true, force: true }));
  mkdirSync(partial, { recursive: true });
  const args = [
    "install",
    "--prefix",
    partial,
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ];
  const code = await withProgress(
    `Installing Node ${version} into .cache (this machine has ${process.versions.node}, ${oldestMajor} or newer is needed)`,
    () => npm([...args, `${nodePackage()}@${version}`], { cwd: partial }),
  );
  if (code !== 0)
    throw new Error(
      `Node ${version} could not be installed from npm's registry. Install Node ${oldestMajor} or newer.`,
    );
  if (!existsSync(program)) renameSync(partial, folder);
  remove();
  return program;
}

/** Returns on a Node that Provisor supports; on an older one, installs Node 24 and starts the script again on that. */
export async function onSupportedNode() {
  if (Number(process.versions.node.split(".")[0]) >= oldestMajor) return;
  const program = await installNode();
  const env = { ...process.env, PATH: [dirname(program), process.env.PATH].join(delimiter) };
  await continueAs(program, process.argv.slice(1), { env });
}
