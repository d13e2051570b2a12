// `npm run bench`: Provisor and a plain dynamic provider side by side, on the real engine and the simulator. Without
// arguments everything is measured, and docs/benchmarks.md is written.
//   --only 1,20        only these numbers of instances
//   --parallel 200     only with this flag (or only without it: --parallel default)
//   --repeat 1         each `up` so often (default 3; those of many waves once)
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { contestOfUp, contestOn, usualParallelism } from "../test/bench/contest.mjs";
import { describeBenchmark, describeResults } from "../test/bench/report.mjs";
import { timing } from "../test/bench/stack.mjs";
import { inCheckout } from "./lib/checkout.mjs";
import { installDependencies } from "./lib/dependencies.mjs";
import { ensureDist } from "./lib/dist.mjs";
import { findEngine } from "./lib/engine.mjs";
import { main } from "./lib/main.mjs";
import { onSupportedNode } from "./lib/node.mjs";
import { capture } from "./lib/processes.mjs";
import { programIn } from "./lib/programs.mjs";
import { elapsed } from "./lib/progress.mjs";

const sizes = [1, 20, 100];
const parallelisms = ["default", "200"];
const manyWaves = 4;
const roundsOfOthers = 5;
const largest = Math.max(...sizes);

function readArguments() {
  const { values } = parseArgs({
    options: { only: { type: "string" }, parallel: { type: "string" }, repeat: { type: "string" } },
  });
  const counts = values.only?.split(",").map(Number) ?? sizes;
  const repeat = Number(values.repeat ?? 3);
  if (!counts.every((count) => Number.isInteger(count) && count >= 1 && count <= largest))
    throw new Error(`--only takes numbers of instances from 1 to ${largest}, such as 1,20.`);
  if (!Number.isInteger(repeat) || repeat < 1) throw new Error("--repeat takes a whole number from 1.");
  if (values.parallel && !parallelisms.includes(values.parallel))
    throw new Error(`--parallel takes ${parallelisms.join(" or ")}.`);
  const isFull = values.only === undefined && values.parallel === undefined;
  return { counts, repeat, flagged: values.parallel ? [values.parallel] : parallelisms, isFull };
}

async function measure({ counts, flagged, repeat }, cores, engine) {
  const started = Date.now();
  const say = (what) => console.log(`${elapsed(Date.now() - started)}  ${what} ...`);
  const results = { ups: [] };
  for (const parallel of flagged) {
    for (const count of counts) {
      const name = `${count}${parallel === "default" ? "" : ` --parallel ${parallel}`}`;
      const flags = parallel === "default" ? [] : ["--parallel", parallel];
      const atOnce = parallel === "default" ? usualParallelism(cores) : Number(parallel);
      const waves = Math.ceil(count / atOnce);
      const rounds = waves > manyWaves ? 1 : repeat;
      const others = async (stacks) => {
        if (count !== largest || results.again) return;
        say(`up again and refresh of ${count}, ${roundsOfOthers} times`);
        const operation = async (title, what) => ({
          name: `${title} of ${count}`,
          ...(await contestOn(stacks, what, roundsOfOthers)),
        });
        results.again = await operation("again", "again");
        results.refresh = await operation("refresh", "refresh");
      };
      say(`up of ${name}, ${rounds === 1 ? "once" : `${rounds} times`}`);
      const figures = await contestOfUp({ count, flags, repeat: rounds, engine, onStacks: others });
      results.ups.push({ name, waves, ...figures });
    }
  }
  return results;
}

const versionOf = (...path) => JSON.parse(readFileSync(inCheckout(...path, "package.json"), "utf8")).version;

await main(async () => {
  const selection = readArguments();
  await onSupportedNode();
  await installDependencies();
  await ensureDist();
  const engine = await findEngine();
  const cores = availableParallelism();
  const results = await measure(selection, cores, engine);
  console.log(`\n${describeResults(results)}\n`);
  if (!selection.isFull) return;

  const { output: cli } = await capture(programIn([engine], "pulumi"), ["version"]);
  const text = describeBenchmark(results, {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cores} cores, ${Math.round(totalmem() / 2 ** 30)} GiB of memory, ${process.platform} ${process.arch}`,
    versions: `Node ${process.versions.node}, Pulumi CLI ${cli.trim()}, @pulumi/pulumi ${versionOf("node_modules", "@pulumi", "pulumi")}, Provisor ${versionOf()}`,
    timing,
    repeats: `The median of ${selection.repeat} runs (one of those in more than ${manyWaves} waves, ${roundsOfOthers} of \`again\` and \`refresh\`).`,
  });
  // Loaded here, since it is there only once the dependencies are.
  const { format, resolveConfig } = await import("prettier");
  const file = inCheckout("docs", "benchmarks.md");
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
  console.log("Written to docs/benchmarks.md.");
});
