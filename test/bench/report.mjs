import { contestants } from "./contest.mjs";

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
const rowsOf = (cells) => (result) =>
  contestants.map((name) => [result.name, titles[name], ...cells(result[name])]);

/** The figures of an API and its targets, as Markdown. */
export function describeResults({ up, others }, results) {
  const measured = Object.entries(results.others);
  const figures = [table(["up", "who", ...up.head], results.ups.flatMap(rowsOf(up.cells)))];
  if (measured.length > 0) {
    const rows = measured.flatMap(([, result]) => rowsOf(others.cells)(result));
    figures.push(table(["operation", "who", ...others.head], rows));
  }
  const targets = [
    ...results.ups.flatMap(up.targets),
    ...measured.flatMap(([operation, result]) => others.targets[operation](result)),
  ];
  return [
    "### Figures",
    ...figures,
    "### Targets",
    table(["case", "figure", "to reach", "measured", ""], targets),
  ].join("\n\n");
}

/** The section of an API in docs/benchmarks.md. */
export function describeSubject(subject, results, { date, machine, versions, runs }) {
  const { title, about, timing, legend } = subject;
  return `## ${title}

${about}

- Measured on ${date}: ${machine}.
- Versions: ${versions}.
- Simulator: ${timing}.
- Each figure: ${runs}.
${legend.map((line) => `- ${line}`).join("\n")}

${describeResults(subject, results)}`;
}

/** The section with this title in docs/benchmarks.md as it was. */
const formerSection = (former, title) =>
  former.split(/^(?=## )/m).find((section) => section.startsWith(`## ${title}\n`));

/**
 * The whole of docs/benchmarks.md.
 * @param sections title and text of each API's section; without a text, where it was not measured, the former one stays
 * @param former   the file as it was
 */
export function describeBenchmark(sections, former) {
  const texts = sections.map(({ title, text }) => text || formerSection(former, title));
  return `# Benchmarks

Written by \`npm run bench\`. Provisor, and a dynamic provider as tutorials show it (a provider object that the engine
serialises, with polls of its own for each instance), each do the same on a simulator of the API.

${texts.filter(Boolean).join("\n\n")}

## What is measured

- **wall**: \`pulumi up --yes --skip-preview --non-interactive\` on a file backend, from the start of the CLI to its end;
  \`again\` is the same with nothing to do, \`refresh\` is \`pulumi refresh --yes --skip-preview --non-interactive\`.
  The contestants take turns, each with a stack and a simulator of its own, and every other round begins with the
  other one.
- **lag**: from the moment when an instance is ready to the line in which the CLI says that it was created. The time
  that the engine takes to save and to print is in it, for both.
- **state file**: the stack's file in the backend. **state of one**: the records of one instance in \`pulumi stack
  export\` without white space, Provisor's with the record of its intent.
- **memory**: the most that the provider process ever had resident (VmHWM), read every 100 ms.

The engine runs 4 operations at once for each core unless \`--parallel\` says otherwise, so that more instances are
made in waves of as many, one after the other.
`;
}
