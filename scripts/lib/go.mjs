import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
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

/** A digest of all that a program comes from, and of the kind of machine that it is for. */
export function digestOf(folder, ...more) {
  const hash = createHash("sha256").update([process.platform, process.arch, ...more].join(" "));
  for (const file of readdirSync(folder).sort()) {
    hash.update(`\0${file}\0`).update(readFileSync(join(folder, file)));
  }
  return hash.digest("hex");
}

/**
 * The folder beside `target` in which its build works. What is finished in there outlives a build that was interrupted:
 * programs, and Go's caches where the machine has none.
 */
export const workFolder = (target) => `${target}.building`;

/** Go's settings for a build. A cache of Go's that does not exist yet is not begun in the user's home. */
async function goEnvironment(go, env, work, own) {
  const settings = {
    ...env,
    GOOS: "",
    GOARCH: "",
    GOWORK: "off",
    CGO_ENABLED: "0",
    ...withoutTelemetry(join(own, "telemetry")),
  };
  const { output } = await capture(go, ["env", "GOMODCACHE", "GOCACHE"], { env: settings });
  const [modules, objects] = output.split("\n");
  if (!existsSync(modules))
    Object.assign(settings, { GOPATH: join(work, "go"), GOMODCACHE: join(work, "modules") });
  if (!existsSync(objects)) settings.GOCACHE = join(work, "objects");
  mkdirSync(join(own, "tmp"));
  return { ...settings, GOTMPDIR: join(own, "tmp") };
}

async function compile({ what, folder, module, output, go, settings, linker }) {
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

/**
 * Builds one program, of the modules that a folder's go.mod and go.sum name; or takes the one that a build has left that
 * was interrupted later.
 * @param options.what   for those who wait
 * @param options.folder with go.mod and go.sum
 * @param options.module the program's package
 * @param options.output the file to write
 * @param options.place  see {@link fillFolder}
 */
export async function buildProgram({ what, folder, module, output, go, place, linker = "-s -w" }) {
  const finished = join(place.programs, digestOf(folder, module, linker));
  if (!existsSync(finished)) {
    const fresh = join(place.own, "program");
    await compile({ what, folder, module, output: fresh, go, settings: place.settings, linker });
    mkdirSync(place.programs, { recursive: true });
    renameSync(fresh, finished);
  }
  copyFileSync(finished, output);
}

/** Of processes that were killed before they could clean up. */
function removeLeftovers(work) {
  for (const name of existsSync(work) ? readdirSync(work) : []) {
    if (/^\d+$/.test(name) && !isRunning(Number(name))) {
      rmSync(join(work, name), { recursive: true, force: true, maxRetries: 5 });
    }
  }
}

/** Removes what is of this process alone, and the folder around it where nothing else is in there. */
function removeOwn(work, own) {
  rmSync(own, { recursive: true, force: true, maxRetries: 5 });
  try {
    rmdirSync(work);
  } catch {
    // Something was finished, or another process works there.
  }
}

/**
 * Builds what is to be in a folder beside it and renames it at the end, so that there is never half of it.
 * @param fill gets the folder to build into, and the place where programs are built, for {@link buildProgram}
 */
export async function fillFolder({ go, target, env }, fill) {
  const work = workFolder(target);
  removeLeftovers(work);
  const own = join(work, String(process.pid));
  const remove = atEnd(() => removeOwn(work, own));
  try {
    const built = join(own, "built");
    mkdirSync(built, { recursive: true });
    const settings = await goEnvironment(go, env, work, own);
    await fill(built, { own, settings, programs: join(work, "programs") });
    if (existsSync(target)) renameSync(target, join(own, "replaced"));
    renameSync(built, target);
    rmSync(work, { recursive: true, force: true, maxRetries: 5 });
  } finally {
    remove();
  }
}
