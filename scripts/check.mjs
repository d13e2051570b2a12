// `npm run check`: all static checks. Each is run, whatever became of those before it.
import { checkContents, checkLockfile, pack, script, tool } from "./lib/checks.mjs";
import { installDependencies } from "./lib/dependencies.mjs";
import { buildDist } from "./lib/dist.mjs";
import { main } from "./lib/main.mjs";
import { onSupportedNode } from "./lib/node.mjs";
import { temporaryFolder } from "./lib/temporary.mjs";

let packed;

/** Each gives nothing where all is well, else the reason, or throws it. */
const checks = [
  ["format (prettier)", () => tool("prettier", ["--check", "."])],
  ["lint and import boundaries (eslint)", () => tool("eslint", ["--max-warnings=0", "."])],
  [
    "no circles of imports (dependency-cruiser)",
    () => tool("dependency-cruiser", ["--config", ".dependency-cruiser.cjs", "sdk", "provider", "test"]),
  ],
  ["types (tsc)", () => tool("typescript", ["-p", "tsconfig.json", "--noEmit"])],
  ["package-lock.json names no registry", () => checkLockfile()],
  ["build", () => buildDist()],
  ["reference in docs, and types of programs", () => script("docs.mjs", "--check")],
  [
    "contents of the package (npm pack)",
    async () => {
      packed = await pack(temporaryFolder("pack").path);
      return checkContents(packed.files);
    },
  ],
  ["manifest (publint)", () => tool("publint", ["run", packed.tarball, "--strict"])],
  ["types for those who install it (attw)", () => tool("@arethetypeswrong/cli", [packed.tarball])],
];

async function passes(name, check) {
  let reason;
  try {
    reason = await check();
  } catch (error) {
    reason = error.message;
  }
  if (reason) console.log(reason);
  console.log(`${reason ? "failed" : "ok    "}  ${name}`);
  return !reason;
}

await main(async () => {
  await onSupportedNode();
  await installDependencies();
  let failed = 0;
  for (const [name, check] of checks) if (!(await passes(name, check))) failed += 1;
  console.log(
    failed === 0 ? `all ${checks.length} checks passed` : `${failed} of ${checks.length} checks failed`,
  );
  return failed === 0 ? 0 : 1;
});
