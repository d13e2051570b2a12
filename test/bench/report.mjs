import { kilobytes, megabytes, seconds } from "./figures.mjs";
import { judge } from "./targets.mjs";

/** A table in Markdown whose columns line up. */
function table(head, rows) {
  const all = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(3, ...all.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  const [first, ...others] = all;
  return [line(first), line(widths.map((width) => "-".repeat(width))), ...others.map(line)].join("\n");
}

const titles = { plain: "plain", provisor: "Provisor" };

/** A row for each contestant. */
const rowsOf = (result, cells) =>
  Object.keys(titles).map((name) => [result.name, titles[name], ...cells(result[name])]);

const upHead = [
  "up",
  "who",
  "wall",
  "tokens",
  "lists",
  "POSTs",
  "lag, median",
  "lag, longest",
  "state file",
  "state of one",
  "memory",
];

const upCells = ({ wallMs, requests, lagMs, longestLagMs, stateFile, stateOfOne, memory }) => [
  seconds(wallMs),
  requests.token,
  requests.list,
  requests.post,
  seconds(lagMs),
  seconds(longestLagMs),
  kilobytes(stateFile),
  kilobytes(stateOfOne),
  megabytes(memory),
];

const otherHead = ["operation", "who", "wall", "tokens", "lists", "memory"];

const otherCells = ({ wallMs, requests, memory }) => [
  seconds(wallMs),
  requests.token,
  requests.list,
  megabytes(memory),
];

/** The figures and the targets, as Markdown. */
export function describeResults(results) {
  const others = [results.again, results.refresh].filter(Boolean);
  const targets = judge(results).map(([name, figure, target, measured, met]) => [
    name,
    figure,
    target,
    measured,
    met ? "met" : "**missed**",
  ]);
  return [
    "## Figures",
    table(
      upHead,
      results.ups.flatMap((result) => rowsOf(result, upCells)),
    ),
    ...(others.length > 0
      ? [
          table(
            otherHead,
            others.flatMap((result) => rowsOf(result, otherCells)),
          ),
        ]
      : []),
    "## Targets",
    table(["case", "figure", "to reach", "measured", ""], targets),
  ].join("\n\n");
}

/** The whole of docs/benchmarks.md. */
export function describeBenchmark(results, { date, machine, versions, timing, repeats }) {
  return `# Benchmarks

Written by \`npm run bench\` on ${date}. Provisor, and a dynamic provider as tutorials show it (\`test/bench/plain\`: a
provider object that the engine serialises, and for each instance a token of its own and a poll of its own, every
second), each do the same on the simulator: one tenant an instance, Prisma Access from one license.

- Machine: ${machine}.
- Versions: ${versions}.
- Simulator: a job takes ${timing.provisionMs / 1000} s, the list shows it after ${timing.appearAfterMs} ms, every answer comes after ${timing.delayMs} ms.

${describeResults(results)}

## What is measured

- **wall**: \`pulumi up --yes --skip-preview --non-interactive\` on a file backend, from the start of the CLI to its end;
  \`again\` is the same with nothing to do, \`refresh\` is \`pulumi refresh --yes --skip-preview --non-interactive\`. ${repeats}
  The contestants take turns, each with a stack and a simulator of its own, and every other round begins with the
  other one.
- **tokens, lists, POSTs**: requests for a token, lists of instances, and POSTs that the simulator saw.
- **lag**: from a job's end to the line in which the CLI says that the instance was created. The time that the engine
  takes to save and to print is in it, for both.
- **state file**: the stack's file in the backend. **state of one**: the records of one instance in \`pulumi stack
  export\` without white space, Provisor's with the record of its intent.
- **memory**: the most that the provider process ever had resident (VmHWM), read every 100 ms.

The engine runs 4 operations at once for each core unless \`--parallel\` says otherwise, so that more instances are
allocated in waves of as many, one after the other; the target for list requests is for each wave.
`;
}
