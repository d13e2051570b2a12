import { createRequire } from "node:module";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** Where the engine began the program, and begins the provider process: its package is looked for from there. */
const home = process.cwd();

/** Programs of the Automation API have another folder than the provider process that the engine begins for them. */
const isEngineProgram = (): boolean => /[\\/]cmd[\\/]run([\\/]|$)/.test(process.argv[1] ?? "");

/**
 * The engine's provider process looks for this package from the project's folder, wherever the program has it from: from a
 * component library, or from a store of packages that shows a project its own dependencies alone.
 * @throws pulumi.RunError where it would not be found
 */
export function assertProviderFound(): void {
  if (!isEngineProgram()) return;
  try {
    createRequire(join(home, "index.js")).resolve("provisor/dynamic");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new pulumi.RunError(
      `The package provisor is no dependency of this project (${home}), only of a package that it uses, and the provider of the ` +
        "engine looks for it in the project. Nothing was done. Install it there, in the version that the other package has: " +
        "`npm install provisor`, `pnpm add provisor` or `yarn add provisor`.",
    );
  }
}
