import { execFile } from "node:child_process";
import { join } from "node:path";

const HOOK = `
const { transformFileSync } = require("@swc/core");
const options = { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } };
require.extensions[".ts"] = (module, file) =>
  module._compile(transformFileSync(file, { ...options, swcrc: false }).code, file);
`;

/**
 * What a program prints that runs in a process of its own, since Node reads some variables only when it starts. The
 * program is JavaScript; it may require the sources by their path from the repository's root.
 */
export function runTypeScript(program: string, env: Record<string, string>): Promise<string> {
  const root = join(__dirname, "../..");
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ["-e", `${HOOK}\n{${program}}`],
      { cwd: root, env: { ...process.env, ...env } },
      (error, output, errors) => {
        if (error) reject(new Error(`${error.message}\n${errors}`));
        else resolve(output.trim());
      },
    );
  });
}
