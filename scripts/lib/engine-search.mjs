import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { capture } from "./processes.mjs";
import { programIn, searchPath } from "./programs.mjs";
import { temporaryFolder } from "./temporary.mjs";

/** The version that is installed where the machine has none, and the oldest that is used where it has one. */
export const engineVersion = "3.274.1";
export const oldestEngine = "3.200.0";

/** Where npm's launcher, Pulumi's automation API and this checkout keep that version. */
export function cachedEngine(env) {
  return join(env.PULUMI_HOME || join(homedir(), ".pulumi"), "versions", engineVersion);
}

const companions = ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];

function isSupported(version) {
  const [major, minor] = version;
  const [oldestMajor, oldestMinor] = oldestEngine.split(".").map(Number);
  return major === oldestMajor && minor >= oldestMinor;
}

/** Asks a CLI for its version, in a home of its own: even that question may write there. */
async function versionOf(program, env) {
  const home = temporaryFolder("version");
  try {
    const asked = { ...env, PULUMI_HOME: home.path, PULUMI_SKIP_UPDATE_CHECK: "1" };
    const { code, output } = await capture(program, ["version"], { env: asked, timeout: 30_000 });
    const version = /^v?(\d+)\.(\d+)\.\d+/m.exec(output);
    return code === 0 && version ? version.slice(1).map(Number) : undefined;
  } catch {
    return undefined;
  } finally {
    home.remove();
  }
}

/** Whether a folder holds a CLI of a good version, with what it needs for Node.js beside it or on PATH. */
export async function isUsable(folder, env = process.env) {
  const program = programIn([folder], "pulumi");
  if (!program) return false;
  const near = [folder, dirname(realpathSync(program)), ...searchPath(env)];
  if (!companions.every((name) => programIn(near, name))) return false;
  const version = await versionOf(program, env);
  return version !== undefined && isSupported(version);
}

/** The first folder with a usable engine: those of PATH in their order, then the cache. */
export async function searchEngine(env) {
  for (const folder of [...searchPath(env), join(cachedEngine(env), "bin")]) {
    if (await isUsable(folder, env)) return folder;
  }
  return undefined;
}
