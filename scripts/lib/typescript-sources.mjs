import { createRequire, Module } from "node:module";

const require = createRequire(import.meta.url);

/**
 * From now on `require` loads the sources of the package as they are: without their types, which may be what is to be
 * written. It wants the dependencies.
 */
export function loadTypeScriptSources() {
  const { transformFileSync } = require("@swc/core");
  Module._extensions[".ts"] = (module, file) => {
    const jsc = { parser: { syntax: "typescript" }, target: "es2022" };
    module._compile(transformFileSync(file, { jsc, module: { type: "commonjs" } }).code, file);
  };
}
