import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { inCheckout } from "./checkout.mjs";
import { engineVersion, versionToInstall } from "./engine-search.mjs";
import { buildProgram, fillFolder } from "./go.mjs";

const suffix = process.platform === "win32" ? ".exe" : "";

/** The folder with go.mod and go.sum of each version of the CLI that can be built. */
const recipes = { [engineVersion]: "cli", "3.259.0": "cli-3.259.0" };

/** What is built: the folder of its recipe, the command in it and the version that it shall report. */
function programsFor(version) {
  const recipe = recipes[version];
  if (recipe === undefined)
    throw new Error(`there is no recipe for ${version}, only for ${Object.keys(recipes).join(" and ")}.`);
  return [
    {
      what: "the language host",
      recipe: "host",
      module: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
      version: "3.68.0",
    },
    { what: "the Pulumi CLI", recipe, module: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", version },
  ];
}

const build = ({ what, recipe, module, version }, go, bin, place) =>
  buildProgram({
    what: `${what} ${version}`,
    folder: inCheckout("scripts", "engine", recipe),
    module,
    output: join(bin, basename(module) + suffix),
    go,
    place,
    linker: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`,
  });

/** Puts the launcher of dynamic providers, which @pulumi/pulumi brings, beside the CLI. */
function addLauncher(bin) {
  const name = `pulumi-resource-pulumi-nodejs${process.platform === "win32" ? ".cmd" : ""}`;
  copyFileSync(inCheckout("node_modules", "@pulumi", "pulumi", name), join(bin, name));
  chmodSync(join(bin, name), 0o755);
}

/** Builds the engine into its folder. */
export async function buildEngine({ go, target, env }) {
  const programs = programsFor(versionToInstall(env));
  await fillFolder({ go, target, env }, async (folder, place) => {
    const bin = join(folder, "bin");
    mkdirSync(bin);
    for (const program of programs) await build(program, go, bin, place);
    addLauncher(bin);
  });
}
