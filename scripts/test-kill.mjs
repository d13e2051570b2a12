// `npm run test:kill`: ups on the real engine, of five ChildInstances and of instances and bindings of a broker, each
// killed at another event of the API's ledger, and the up after that. Writes its figures into docs/reliability.md.
//   --seed 7   which events, and in which order; also as SEED=7. Default 1.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { installDependencies } from "./lib/dependencies.mjs";
import { ensureDist } from "./lib/dist.mjs";
import { findEngine } from "./lib/engine.mjs";
import { cleanEnvironment } from "./lib/environment.mjs";
import { writeFigures } from "./lib/figures.mjs";
import { runJest } from "./lib/jest.mjs";
import { describeCase, summarise, wantedCases } from "./lib/kill-report.mjs";
import { main } from "./lib/main.mjs";
import { markedEnvironment } from "./lib/marked-processes.mjs";
import { onSupportedNode } from "./lib/node.mjs";
import { temporaryFolder } from "./lib/temporary.mjs";

function readSeed() {
  const { values } = parseArgs({ options: { seed: { type: "string" } } });
  const seed = Number(values.seed ?? process.env.SEED ?? 1);
  if (!Number.isInteger(seed)) throw new Error("--seed takes a whole number.");
  return seed;
}

/** What the tests told of their cases, in the cases' order. */
function readCases(file) {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))
    .sort((a, b) => a.n - b.n);
}

await main(async () => {
  const seed = readSeed();
  await onSupportedNode();
  await installDependencies();
  await ensureDist();
  const file = join(temporaryFolder("kill").path, "results.jsonl");
  const env = {
    ...markedEnvironment(cleanEnvironment()),
    PROVISOR_TEST_ENGINE: await findEngine(),
    KILL_RESULTS: file,
    SEED: String(seed),
  };
  const started = Date.now();
  const { code } = await runJest(["kill"], ["--verbose"], env);
  const cases = readCases(file);
  const seconds = Math.round((Date.now() - started) / 1000);
  const sums = Object.keys(wantedCases).map((resources) => summarise(resources, cases, seconds, seed));
  for (const one of cases) console.log(describeCase(one));
  const lines = sums.map(({ line }) => line);
  console.log(lines.join("\n"));
  if (sums.every(({ isWhole }) => isWhole)) {
    const day = new Date().toISOString().slice(0, 10);
    await writeFigures("kill", lines.map((line) => `${day}: \`${line}\``).join("\n\n"));
  }
  return sums.every(({ isGood }) => isGood) ? code : 1;
});
