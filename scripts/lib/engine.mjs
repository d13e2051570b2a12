import { mkdirSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { inCheckout } from "./checkout.mjs";
import { buildEngine } from "./engine-build.mjs";
import { cachedEngine, isCached, oldestEngine, searchEngine, versionToInstall } from "./engine-search.mjs";
import { findGo, oldestGo, workFolder } from "./go.mjs";
import { withLock } from "./lock.mjs";
import { atEnd, capture } from "./processes.mjs";
import { withProgress } from "./progress.mjs";

/** There is no engine and none can be had on this machine. The message says in two lines why, and what to install. */
export class NoEngine extends Error {
  constructor(why, remedy) {
    super(`No Pulumi engine: ${why}\n${remedy}`);
  }
}

const installPulumi = ({ PROVISOR_ENGINE_VERSION: only }) =>
  `Install Pulumi ${only || `${oldestEngine} or newer`} (https://www.pulumi.com/docs/install/)`;

/** Lets npm's official launcher download the CLI into its own cache. Gives the reason where that did not work. */
export async function downloadEngine(env) {
  const launcher = inCheckout("node_modules", "pulumi", "lib", "resolve.js");
  const script = `require(process.argv[1]).resolve({ version: process.argv[2] }).catch((error) => {
    console.error([error.message, error.cause?.message].filter(Boolean).join(": "));
    process.exitCode = 1;
  })`;
  const args = ["-e", script, launcher, versionToInstall(env)];
  const { code, output } = await capture(process.execPath, args, { env, group: true });
  return code === 0 ? undefined : (output.trim().split("\n").at(-1) ?? "").trim();
}

async function obtain(env, { download, build }) {
  const target = cachedEngine(env);
  if (await isCached(env)) return;

  const refusal = await withProgress(`Downloading the Pulumi CLI ${versionToInstall(env)}`, () =>
    download(env),
  );
  if (await isCached(env)) return;
  const why = `none is on PATH and the download failed (${refusal || "what it left does not run, or is of another version"}).`;

  const go = await findGo(env);
  if (!go)
    throw new NoEngine(
      why,
      `${installPulumi(env)}, or Go ${oldestGo()} or newer (https://go.dev/dl/) to build it here.`,
    );
  console.log(
    `The download failed (${refusal}), so the engine is built from Go modules: once, about 5 minutes on 2 cores.`,
  );
  try {
    await build({ go, target, env });
  } catch (error) {
    throw new NoEngine(
      `${why} Its build from Go modules failed, too: ${error.message}`,
      `${installPulumi(env)}.`,
    );
  }
}

/** Takes away a folder and those above it, down to the one given, as far as they are empty. */
function removeEmpty(folder, outermost) {
  for (let empty = folder; empty.startsWith(outermost); empty = dirname(empty)) {
    try {
      rmdirSync(empty);
    } catch {
      return;
    }
  }
}

/** Creates a folder for work in it; what was created and stayed empty does not outlive the work. */
async function inFolder(folder, work) {
  const created = mkdirSync(folder, { recursive: true });
  const tidy = atEnd(() => created && removeEmpty(folder, created));
  try {
    return await work();
  } finally {
    tidy();
  }
}

/**
 * The folder of a Pulumi CLI with what it needs for Node.js: of a good version on PATH, else from the cache, else
 * downloaded or built into the cache.
 * @throws NoEngine
 */
export async function findEngine(env = process.env, ways = { download: downloadEngine, build: buildEngine }) {
  const found = await searchEngine(env);
  if (found) return found;
  const target = cachedEngine(env);
  const onWait = () => console.log("Another process is installing the engine; waiting for it ...");
  await inFolder(dirname(target), () =>
    withLock(
      `${target}.lock`,
      async () => {
        await obtain(env, ways);
        // Of a build that was interrupted, where a download has made it needless.
        rmSync(workFolder(target), { recursive: true, force: true, maxRetries: 5 });
      },
      onWait,
    ),
  );
  return join(target, "bin");
}
