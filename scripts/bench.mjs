// `npm run bench`: Provisor and a plain dynamic provider side by side, on the real engine and the simulators. Without
// arguments everything is measured, and docs/benchmarks.md is written.
//   --api broker       only this API (subscription, broker); its section in docs/benchmarks.md is written anew
//   --only 1,20        only these numbers of instances; nothing is written
//   --parallel 200     only with this flag (or only without it: --parallel default); nothing is written
//   --repeat 1         each `up` so often (default 3; those of many waves once)
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { contestOfUp, contestOn, usualParallelism } from "../test/bench/contest.mjs";
import { describeBenchmark, describeResults, describeSubject } from "../test/bench/report.mjs";
import { subjects } from "../test/bench/subjects.mjs";
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
    options: {
      api: { type: "string" },
      only: { type: "string" },
      parallel: { type: "string" },
      repeat: { type: "string" },
    },
  });
  const chosen = subjects.filter(({ name }) => values.api === undefined || values.api === name);
  const counts = values.only?.split(",").map(Number) ?? sizes;
  const repeat = Number(values.repeat ?? 3);
  if (chosen.length === 0) throw new Error(`--api takes ${subjects.map(({ name }) => name).join(" or ")}.`);
  if (!counts.every((count) => Number.isInteger(count) && count >= 1 && count <= largest))
    throw new Error(`--only takes numbers of instances from 1 to ${largest}, such as 1,20.`);
  if (!Number.isInteger(repeat) || repeat < 1) throw new Error("--repeat takes a whole number from 1.");
  if (values.parallel && !parallelisms.includes(values.parallel))
    throw new Error(`--parallel takes ${parallelisms.join(" or ")}.`);
  const isFull = values.only === undefined && values.parallel === undefined;
  return { chosen, counts, repeat, flagged: values.parallel ? [values.parallel] : parallelisms, isFull };
}

/** Every case of an API: how its simulator is set up, the engine's flag, and the number of instances. */
const casesOf = ({ settings }, { flagged, counts }) =>
  settings.flatMap((setting) =>
    flagged.flatMap((parallel) => counts.map((count) => ({ setting, parallel, count }))),
  );

async function measure(subject, selection, { cores, engine, say }) {
  const results = { ups: [], others: {} };
  for (const { setting, parallel, count } of casesOf(subject, selection)) {
    const isDefault = parallel === "default";
    const flags = isDefault ? [] : ["--parallel", parallel];
    const name = [[count, ...flags].join(" "), setting.name].filter(Boolean).join(", ");
    const waves = Math.ceil(count / (isDefault ? usualParallelism(cores) : Number(parallel)));
    const repeat = waves > manyWaves ? 1 : selection.repeat;
    const onStacks = async (stacks) => {
      if (count !== largest) return;
      for (const operation of subject.operations.filter((one) => !results.others[one])) {
        say(`${operation} of ${count}, ${roundsOfOthers} times`);
        const figures = await contestOn(stacks, operation, roundsOfOthers);
        results.others[operation] = { name: `${operation} of ${count}`, ...figures };
      }
    };
    say(`${subject.name}: up of ${name}, ${repeat === 1 ? "once" : `${repeat} times`}`);
    const { options } = setting;
    const figures = await contestOfUp({ subject, options, count, flags, repeat, engine, onStacks });
    results.ups.push({ name, waves, ...figures });
  }
  return results;
}

const versionOf = (...path) => JSON.parse(readFileSync(inCheckout(...path, "package.json"), "utf8")).version;

async function circumstances(cores, engine) {
  const { output: cli } = await capture(programIn([engine], "pulumi"), ["version"]);
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cores} cores, ${Math.round(totalmem() / 2 ** 30)} GiB of memory, ${process.platform} ${process.arch}`,
    versions: `Node ${process.versions.node}, Pulumi CLI ${cli.trim()}, @pulumi/pulumi ${versionOf("node_modules", "@pulumi", "pulumi")}, Provisor ${versionOf()}`,
  };
}

async function write(results, selection, about) {
  const file = inCheckout("docs", "benchmarks.md");
  const of = selection.repeat === 1 ? "one run" : `the median of ${selection.repeat} runs`;
  const ofOthers = `, the median of ${roundsOfOthers} of \`again\` and \`refresh\``;
  const runsOf = ({ operations }) =>
    `${of} (one of those in more than ${manyWaves} waves${operations.length > 0 ? ofOthers : ""})`;
  const sections = subjects.map((subject) => ({
    title: subject.title,
    text:
      results.has(subject) &&
      describeSubject(subject, results.get(subject), { ...about, runs: runsOf(subject) }),
  }));
  const text = describeBenchmark(sections, readFileSync(file, "utf8"));
  // Loaded here, since it is there only once the dependencies are.
  const { format, resolveConfig } = await import("prettier");
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
  console.log("Written to docs/benchmarks.md.");
}

await main(async () => {
  const selection = readArguments();
  await onSupportedNode();
  await installDependencies();
  await ensureDist();
  const engine = await findEngine();
  const cores = availableParallelism();
  const started = Date.now();
  const say = (what) => console.log(`${elapsed(Date.now() - started)}  ${what} ...`);
  const results = new Map();
  for (const subject of selection.chosen)
    results.set(subject, await measure(subject, selection, { cores, engine, say }));
  for (const [subject, measured] of results)
    console.log(`\n## ${subject.title}\n\n${describeResults(subject, measured)}\n`);
  if (selection.isFull) await write(results, selection, await circumstances(cores, engine));
});
