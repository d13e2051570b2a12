import { chmodSync, existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { checkout, inCache, inCheckout } from "./checkout.mjs";
import { atEnd, run } from "./processes.mjs";
import { withProgress } from "./progress.mjs";
import { bundleTerraformProvider } from "./terraform-bundle.mjs";

const sources = ["sdk", "provider", "tsconfig.json", "tsconfig.build.json", "package.json"];
const program = join("provider", "command-line", "index.js");

/** When anything in a folder last changed. A folder changes when something is added to it or taken away. */
function lastChange(path) {
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  const within = readdirSync(path).map((name) => lastChange(join(path, name)));
  return Math.max(status.mtimeMs, ...within);
}

/** Whether dist was built from the sources as they are. */
export function distIsCurrent(root = checkout) {
  const built = statSync(join(root, "dist"), { throwIfNoEntry: false });
  return built !== undefined && sources.every((source) => lastChange(join(root, source)) < built.mtimeMs);
}

/** Compiles the package into a new dist. A failed compilation leaves the old one as it was. */
export async function buildDist() {
  const fresh = inCache(`dist.${process.pid}`);
  const remove = atEnd(() => rmSync(fresh, { recursive: true, force: true }));
  const compiler = inCheckout("node_modules", "typescript", "bin", "tsc");
  const args = [compiler, "-p", inCheckout("tsconfig.build.json"), "--outDir", fresh];
  const code = await withProgress("Building the package (tsc)", () =>
    run(process.execPath, args, { cwd: checkout }),
  );
  if (code !== 0) throw new Error("The package could not be built: tsc failed, see above.");
  await withProgress("Bundling the provider for Terraform (esbuild)", () =>
    bundleTerraformProvider(join(fresh, "terraform", "provider.js")),
  );
  if (existsSync(join(fresh, program))) chmodSync(join(fresh, program), 0o755);
  rmSync(inCheckout("dist"), { recursive: true, force: true });
  renameSync(fresh, inCheckout("dist"));
  remove();
}

/** Builds the package where dist is missing or older than the sources. */
export async function ensureDist() {
  if (!distIsCurrent()) await buildDist();
}
