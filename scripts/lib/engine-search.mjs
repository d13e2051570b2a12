import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { capture } from "./processes.mjs";
import { programIn, searchPath } from "./programs.mjs";
import { temporaryFolder } from "./temporary.mjs";

/** The version that is installed where the machine has none, and the oldest that is used where it has one. */
export const engineVersion = "3.274.1";
export const oldestEngine = "3.200.0";

/** The one version that may be used; undefined where each will do that is not too old. */
const onlyVersion = (env) => env.PROVISOR_ENGINE_VERSION || undefined;

/** The version that is installed where the machine has no usable one. */
export const versionToInstall = (env) => onlyVersion(env) ?? engineVersion;

/** Where npm's launcher, Pulumi's automation API and this checkout keep that version. */
export function cachedEngine(env) {
  return join(env.PULUMI_HOME || join(homedir(), ".pulumi"), "versions", versionToInstall(env));
}

const companions = ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];

function isSupported(version) {
  const [major, minor] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = oldestEngine.split(".").map(Number);
  return major === oldestMajor && minor >= oldestMinor;
}

/** Asks a CLI for its version, in a home of its own: even that question may write there. */
async function versionOf(program, env) {
  const home = temporaryFolder("version");
  try {
    const asked = { ...env, PULUMI_HOME: home.path, PULUMI_SKIP_UPDATE_CHECK: "1" };
    const { code, output } = await capture(program, ["version"], { env: asked, timeout: 30_000 });
    return code === 0 ? /^v?(\d+\.\d+\.\d+)/m.exec(output)?.[1] : undefined;
  } catch {
    return undefined;
  } finally {
    home.remove();
  }
}

/** Whether a folder holds a CLI of this version, or of any good one, with what it needs for Node.js beside it or on PATH. */
async function isUsable(folder, env, only) {
  const program = programIn([folder], "pulumi");
  if (!program) return false;
  const near = [folder, dirname(realpathSync(program)), ...searchPath(env)];
  if (!companions.every((name) => programIn(near, name))) return false;
  const version = await versionOf(program, env);
  return version !== undefined && (only === undefined ? isSupported(version) : version === only);
}

/** Whether the cache holds the engine that its folder is named after: a name says nothing of what was put there. */
export const isCached = (env) => isUsable(join(cachedEngine(env), "bin"), env, versionToInstall(env));

/** The first folder with a usable engine: those of PATH in their order, then the cache. */
export async function searchEngine(env) {
  for (const folder of searchPath(env)) {
    if (await isUsable(folder, env, onlyVersion(env))) return folder;
  }
  return (await isCached(env)) ? join(cachedEngine(env), "bin") : undefined;
}
