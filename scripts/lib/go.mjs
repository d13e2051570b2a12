import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { inCheckout } from "./checkout.mjs";
import { isRunning } from "./lock.mjs";
import { atEnd, capture, run } from "./processes.mjs";
import { withProgress } from "./progress.mjs";
import { programIn, searchPath } from "./programs.mjs";
import { temporaryFolder } from "./temporary.mjs";

/** The oldest Go that can build all that is built here: what the engine's go.mod says. */
export function oldestGo() {
  const manifest = readFileSync(inCheckout("scripts", "engine", "cli", "go.mod"), "utf8");
  return /^go (\d+\.\d+)/m.exec(manifest)[1];
}

/** Settings with which the go command counts nothing. Otherwise each call of it writes to the user's home. */
function withoutTelemetry(folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "mode"), "off");
  return { TEST_TELEMETRY_DIR: folder };
}

/** The machine's Go, where it has one that is new enough. */
export async function findGo(env) {
  const program = programIn(searchPath(env), "go");
  if (!program) return undefined;
  const telemetry = temporaryFolder("go");
  const settings = { ...env, ...withoutTelemetry(telemetry.path), GOTOOLCHAIN: "local" };
  const { output } = await capture(program, ["version"], { env: settings });
  telemetry.remove();
  const [, major, minor] = /go(\d+)\.(\d+)/.exec(output)?.map(Number) ?? [];
  const [oldestMajor, oldestMinor] = oldestGo().split(".").map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor) ? program : undefined;
}

/** Go's settings for a build. A cache of Go's that does not exist yet is not begun in the user's home. */
async function goEnvironment(go, env, work) {
  const settings = {
    ...env,
    GOOS: "",
    GOARCH: "",
    GOWORK: "off",
    CGO_ENABLED: "0",
    ...withoutTelemetry(join(work, "telemetry")),
  };
  const { output } = await capture(go, ["env", "GOMODCACHE", "GOCACHE"], { env: settings });
  const [modules, objects] = output.split("\n");
  if (!existsSync(modules))
    Object.assign(settings, { GOPATH: join(work, "go"), GOMODCACHE: join(work, "modules") });
  if (!existsSync(objects)) settings.GOCACHE = join(work, "objects");
  mkdirSync(join(work, "tmp"));
  return { ...settings, GOTMPDIR: join(work, "tmp") };
}

/**
 * Builds one program, of the modules that a folder's go.mod and go.sum name.
 * @param options.what     for those who wait
 * @param options.folder   with go.mod and go.sum
 * @param options.module   the program's package
 * @param options.output   the file to write
 * @param options.settings see {@link fillFolder}
 */
export async function buildProgram({ what, folder, module, output, go, settings, linker = "-s -w" }) {
  const recent = [];
  let downloaded = 0;
  let compiled = 0;
  const onLine = (line) => {
    if (line.startsWith("go: downloading ")) downloaded += 1;
    else if (/^[\w.-]+(\/[\w.~+-]+)*$/.test(line)) compiled += 1;
    else recent.push(line);
  };
  const flags = ["-mod=readonly", "-modcacherw", "-trimpath", "-buildvcs=false", "-v"];
  const code = await withProgress(
    `Building ${what}`,
    () =>
      run(go, ["build", ...flags, "-ldflags", linker, "-o", output, module], {
        cwd: folder,
        env: settings,
        group: true,
        onLine,
      }),
    () => `: ${downloaded} modules downloaded, ${compiled} packages compiled`,
  );
  if (code !== 0) throw new Error(recent.slice(-3).join(" ") || `go build ended with ${code}`);
}

/** What a build leaves that was killed before it could clean up. */
function removeLeftovers(target) {
  const prefix = `${basename(target)}.building-`;
  for (const name of readdirSync(dirname(target))) {
    if (name.startsWith(prefix) && !isRunning(Number(name.slice(prefix.length)))) {
      rmSync(join(dirname(target), name), { recursive: true, force: true });
    }
  }
}

/**
 * Builds what is to be in a folder beside it and renames it at the end, so that there is never half of it.
 * @param fill gets the folder to build into, and the environment for Go
 */
export async function fillFolder({ go, target, env }, fill) {
  removeLeftovers(target);
  const work = `${target}.building-${process.pid}`;
  const remove = atEnd(() => rmSync(work, { recursive: true, force: true, maxRetries: 5 }));
  try {
    const built = join(work, "built");
    mkdirSync(built, { recursive: true });
    await fill(built, await goEnvironment(go, env, work));
    if (existsSync(target)) renameSync(target, join(work, "replaced"));
    renameSync(built, target);
  } finally {
    remove();
  }
}
