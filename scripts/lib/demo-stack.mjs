import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { checkout, inCheckout } from "./checkout.mjs";
import { cleanEnvironment } from "./environment.mjs";
import { markedEnvironment } from "./marked-processes.mjs";
import { atEnd, run } from "./processes.mjs";
import { programIn } from "./programs.mjs";
import { temporaryFolder } from "./temporary.mjs";

/** Makes the program's dependencies available without an installation: links to those of the checkout. */
function linkDependencies(program) {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(
    readFileSync(join(program, "package.json"), "utf8"),
  );
  for (const name of new Set(["typescript", ...Object.keys(dependencies), ...Object.keys(devDependencies)])) {
    const link = join(program, "node_modules", ...name.split("/"));
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(
      name === "provisor" ? checkout : inCheckout("node_modules", ...name.split("/")),
      link,
      "junction",
    );
  }
}

/** A terminal that a killed CLI left without cursor and without echo is made usable again. */
function restoreTerminal() {
  if (!process.stdin.isTTY) return;
  spawnSync("stty", ["sane"], { stdio: "inherit" });
  process.stdout.write("\u001b[?25h");
}

/**
 * A copy of an example in a temporary folder, with a file backend there, and the CLI to run on it. At the end of
 * this process, however it ends, the folder is removed and whatever the CLI started is ended.
 * @param engine   the folder of the CLI
 * @param settings environment variables for the program
 */
export function createStack(example, engine, settings) {
  const { path: folder, remove } = temporaryFolder("stack");
  const [program, backend, home, temporary] = ["program", "backend", "home", "tmp"].map((name) =>
    join(folder, name),
  );
  for (const path of [backend, home, temporary]) mkdirSync(path);
  cpSync(example, program, { recursive: true, filter: (path) => basename(path) !== "node_modules" });
  linkDependencies(program);

  let running = false;
  atEnd(() => running && restoreTerminal());
  const env = {
    ...markedEnvironment(cleanEnvironment(process.env, engine)),
    ...settings,
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: "demo",
    PULUMI_SKIP_UPDATE_CHECK: "1",
    TMPDIR: temporary,
  };

  /** Runs the CLI on the program to its end. */
  const cli = (args, options) => run(programIn([engine], "pulumi"), args, { cwd: program, env, ...options });

  return {
    /** Holds all that the CLI and what it starts write; its path is in the environment of each of them. */
    folder,
    backend,
    remove,
    /** Runs the CLI, and gives each line of its output to `onLine`. */
    async watch(args, onLine) {
      const code = await cli(args, { onLine });
      if (code !== 0) throw new Error(`"pulumi ${args.join(" ")}" ended with ${code}.`);
    },
    /** Runs the CLI in the user's terminal. */
    async pulumi(...args) {
      running = true;
      const code = await cli(args);
      running = false;
      if (code !== 0) throw new Error(`The demo failed: "pulumi ${args.join(" ")}" ended with ${code}.`);
    },
  };
}
