import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout, inCache, inCheckout } from "./checkout.mjs";
import { run } from "./processes.mjs";
import { countResults, none } from "./results.mjs";
import { temporaryFolder } from "./temporary.mjs";

/** The kinds of tests, in the order in which they are named. Each is a folder of test/ and a project of jest. */
export const projects = ["unit", "contract", "package", "e2e"];

/** Tells the projects named on the command line (all, where none is) from what is meant for jest. */
export function parseArguments(args) {
  const named = projects.filter((project) => args.includes(project));
  return {
    selected: named.length > 0 ? named : projects,
    passedOn: args.filter((arg) => !projects.includes(arg)),
  };
}

/** Two workers, unless the command line says how many: the e2e tests start an engine each. */
const workers = (args) =>
  args.some((arg) => /^(-i|-w|--runInBand|--maxWorkers)/.test(arg)) ? [] : ["--maxWorkers=2"];

/**
 * Runs jest on some projects, with a temporary folder for all that tests leave in one.
 * @param options.onLine receives each line of jest's output instead of the terminal
 * @returns its exit code and what the tests came to
 */
export async function runJest(selected, args, env, options = {}) {
  if (selected.length === 0) return { code: 0, results: none };
  const temporary = temporaryFolder("test");
  const outputFile = join(temporary.path, "results.json");
  const program = inCheckout("node_modules", "jest", "bin", "jest.js");
  const report = ["--json", `--outputFile=${outputFile}`];
  const cache = `--cacheDirectory=${inCache("jest")}`;
  const all = [program, "--selectProjects", ...selected, cache, ...report, ...workers(args), ...args];
  const homes = {
    TMPDIR: temporary.path,
    PULUMI_HOME: join(temporary.path, "pulumi"),
    XDG_CACHE_HOME: inCache("home"), // swc keeps a cache in the user's home otherwise
  };
  const code = await run(process.execPath, all, { cwd: checkout, env: { ...env, ...homes }, ...options });
  const results = readResults(outputFile) ?? { ...none, failed: 1 };
  temporary.remove();
  return { code, results };
}

function readResults(file) {
  try {
    return countResults(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}
