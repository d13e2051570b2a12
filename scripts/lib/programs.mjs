import { accessSync, constants, statSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";

const suffixes = process.platform === "win32" ? [".exe", ".cmd"] : [""];

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile() && statSync(file).size > 0;
  } catch {
    return false;
  }
}

/** The program of this name in the first of the folders that has it. */
export function programIn(folders, name) {
  return folders
    .flatMap((folder) => suffixes.map((suffix) => join(folder, name + suffix)))
    .find((file) => isProgram(file));
}

/** The folders of PATH, without those that npm puts there for the time of a script. */
export function searchPath(env) {
  return (env.PATH ?? "")
    .split(delimiter)
    .filter(
      (folder) => folder && !(basename(folder) === ".bin" && basename(dirname(folder)) === "node_modules"),
    );
}
