import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout, inCheckout } from "./checkout.mjs";
import { npm } from "./npm.mjs";
import { capture } from "./processes.mjs";

const manifest = () => JSON.parse(readFileSync(inCheckout("package.json"), "utf8"));

/** Runs a tool from the dependencies; its output, where it fails, is the reason. */
export function tool(packageName, args) {
  const folder = inCheckout("node_modules", ...packageName.split("/"));
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const program = typeof bin === "string" ? bin : Object.values(bin)[0];
  return run(join(folder, program), args);
}

/** Runs another of the scripts, likewise. */
export const script = (name, ...args) => run(inCheckout("scripts", name), args);

async function run(program, args) {
  const { code, output } = await capture(process.execPath, [program, ...args], { cwd: checkout });
  return code === 0 ? undefined : output || `ended with ${code}`;
}

/** Packs the built package into a folder. Gives the tarball and the files in it. */
export async function pack(folder) {
  const lines = [];
  const args = ["pack", "--json", "--ignore-scripts", "--loglevel=error", "--pack-destination", folder];
  const code = await npm(args, { cwd: checkout, onLine: (line) => lines.push(line) });
  if (code !== 0) throw new Error(lines.join("\n"));
  const [{ filename, files }] = JSON.parse(lines.join("\n"));
  return { tarball: join(folder, filename), files: files.map(({ path }) => path) };
}

const belongs =
  /^(package\.json|README\.md|LICENSE|docs\/.+\.md|examples\/[^/]+\/[^/]+\.(ts|json|yaml|tf)|dist\/terraform\/(provider\.js|licenses\.txt)|dist\/(sdk|provider)\/.+\.(js|d\.ts))$/;

/** The files that the manifest promises to those who install the package. */
function promised({ exports, bin }) {
  const targets = Object.values(exports).flatMap((target) =>
    typeof target === "string" ? target : Object.values(target),
  );
  const bundle = ["dist/terraform/provider.js", "dist/terraform/licenses.txt"];
  return ["README.md", "LICENSE", ...bundle, ...targets, ...Object.values(bin)].map((file) =>
    file.replace(/^\.\//, ""),
  );
}

/** Whether the tarball holds what the manifest promises, and nothing else but the compiled package. */
export function checkContents(files, description = manifest()) {
  const missing = promised(description).filter((file) => !files.includes(file));
  const foreign = files.filter((file) => !belongs.test(file));
  const reasons = [
    ...missing.map((file) => `missing: ${file}`),
    ...foreign.map((file) => `does not belong: ${file}`),
  ];
  return reasons.length > 0 ? reasons.join("\n") : undefined;
}

/** package-lock.json names no registry, so that everyone installs from the one that they have set. */
export function checkLockfile(text = readFileSync(inCheckout("package-lock.json"), "utf8")) {
  const named = Object.entries(JSON.parse(text).packages).filter(
    ([, { resolved }]) => resolved !== undefined,
  );
  return named.length > 0 ? `"resolved" stands at ${named.map(([path]) => path).join(", ")}` : undefined;
}
