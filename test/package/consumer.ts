import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);
const checkout = resolve(__dirname, "../..");
const manifest = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as {
  devDependencies: Record<string, string>;
};

/** Runs a program with the node of this run first on PATH. An error holds what it wrote. */
export async function run(command: string, args: string[], cwd: string): Promise<string> {
  const PATH = [dirname(process.execPath), process.env["PATH"]].join(delimiter);
  try {
    const { stdout } = await execute(command, args, { cwd, env: { ...process.env, PATH }, maxBuffer: 1e8 });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(" ")} failed:\n${stdout ?? ""}${stderr ?? ""}`, { cause: error });
  }
}

/** A fresh folder outside the checkout, in which people would write their program. */
export interface Consumer {
  readonly folder: string;
  /** Names in its node_modules. */
  installed(): string[];
  /** Runs npx in one of its programs' folders. */
  npx(program: string, ...args: string[]): Promise<string>;
  /** Runs a program in one of its programs' folders. */
  run(program: string, command: string, ...args: string[]): Promise<string>;
  /** Runs a file of one of its programs and gives what it prints, as JSON. */
  node(program: string, file: string): Promise<unknown>;
  remove(): void;
}

/** Packs the built package into a folder; the name of the tarball. */
export async function pack(folder: string): Promise<string> {
  await run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], checkout);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm pack made no tarball");
  return tarball;
}

/**
 * Installs the packed package into a fresh folder, with other packages of the versions that the checkout has, or of those
 * that are said, and copies programs from fixtures/ there.
 */
export async function createConsumer(
  packages: string[],
  programs: string[],
  versions: Record<string, string> = {},
): Promise<Consumer> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "provisor-consumer-")));
  const dependencies: Record<string, string> = { provisor: `file:${await pack(folder)}`, ...versions };
  for (const name of packages) dependencies[name] = manifest.devDependencies[name] ?? "*";
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies }));
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], folder);
  for (const program of programs)
    cpSync(join(__dirname, "fixtures", program), join(folder, program), { recursive: true });
  return {
    folder,
    installed: () => readdirSync(join(folder, "node_modules")),
    npx: (program, ...args) => run("npx", ["--no-install", ...args], join(folder, program)),
    run: (program, command, ...args) => run(command, args, join(folder, program)),
    node: async (program, file) =>
      JSON.parse(await run(process.execPath, [file], join(folder, program))) as unknown,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
