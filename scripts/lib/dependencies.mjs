import { statSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "./checkout.mjs";
import { npm } from "./npm.mjs";
import { withProgress } from "./progress.mjs";

const modified = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs;

/** Whether node_modules is what package-lock.json asks for. npm writes its own lock there as its last step. */
export function dependenciesAreCurrent(folder = checkout) {
  const installed = modified(join(folder, "node_modules", ".package-lock.json"));
  return installed !== undefined && installed >= modified(join(folder, "package-lock.json"));
}

/** Installs the dependencies where they are missing or older than package-lock.json. */
export async function installDependencies() {
  if (dependenciesAreCurrent()) return;
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  const code = await withProgress("Installing the dependencies (npm ci)", () => npm(args, { cwd: checkout }));
  if (code !== 0) throw new Error("The dependencies could not be installed: npm ci failed, see above.");
}
