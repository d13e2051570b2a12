import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { inCheckout } from "./checkout.mjs";
import { engineVersion } from "./engine-search.mjs";
import { isRunning } from "./lock.mjs";
import { atEnd, capture, run } from "./processes.mjs";
import { withProgress } from "./progress.mjs";
import { programIn, searchPath } from "./programs.mjs";
import { temporaryFolder } from "./temporary.mjs";

const recipes = inCheckout("scripts", "engine");
const suffix = process.platform === "win32" ? ".exe" : "";

/** What is built: a folder with go.mod and go.sum, the command in it and the version that it shall report. */
const programs = [
  {
    what: "the language host",
    recipe: "host",
    module: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    version: "3.68.0",
  },
  {
    what: "the Pulumi CLI",
    recipe: "cli",
    module: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    version: engineVersion,
  },
];

/** The oldest Go that can build it: what the go.mod says. */
export function oldestGo() {
  return /^go (\d+\.\d+)/m.exec(readFileSync(join(recipes, "cli", "go.mod"), "utf8"))[1];
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

/** Go's settings for this build. A cache of Go's that does not exist yet is not begun in the user's home. */
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

async function build({ what, recipe, module, version }, go, bin, env) {
  const recent = [];
  let downloaded = 0;
  let compiled = 0;
  const onLine = (line) => {
    if (line.startsWith("go: downloading ")) downloaded += 1;
    else if (/^[\w.-]+(\/[\w.~+-]+)*$/.test(line)) compiled += 1;
    else recent.push(line);
  };
  const flags = ["-mod=readonly", "-modcacherw", "-trimpath", "-v"];
  const linker = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`;
  const output = join(bin, basename(module) + suffix);
  const code = await withProgress(
    `Building ${what} ${version}`,
    () =>
      run(go, ["build", ...flags, "-ldflags", linker, "-o", output, module], {
        cwd: join(recipes, recipe),
        env,
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

/** Puts the launcher of dynamic providers, which @pulumi/pulumi brings, beside the CLI. */
function addLauncher(bin) {
  const name = `pulumi-resource-pulumi-nodejs${process.platform === "win32" ? ".cmd" : ""}`;
  copyFileSync(inCheckout("node_modules", "@pulumi", "pulumi", name), join(bin, name));
  chmodSync(join(bin, name), 0o755);
}

/** Builds the engine beside its target folder and renames it at the end, so that there is never half an engine. */
export async function buildEngine({ go, target, env }) {
  removeLeftovers(target);
  const work = `${target}.building-${process.pid}`;
  const remove = atEnd(() => rmSync(work, { recursive: true, force: true, maxRetries: 5 }));
  try {
    const bin = join(work, "engine", "bin");
    mkdirSync(bin, { recursive: true });
    const settings = await goEnvironment(go, env, work);
    for (const program of programs) await build(program, go, bin, settings);
    addLauncher(bin);
    if (existsSync(target)) renameSync(target, join(work, "unusable"));
    renameSync(join(work, "engine"), target);
  } finally {
    remove();
  }
}
