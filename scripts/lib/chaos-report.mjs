/** The group of tests that is the matrix, one group a resource in it; the others show what its safeguards are worth. */
const matrix = "matrix";

/** After a lost state nothing tells a ChildInstance from someone else's: a person adds a line to the program. */
const needsPerson = ["ChildInstance: up after the state was lost"];

const count = (list, of) => list.filter(of).length;

/**
 * What the tests of `npm run chaos` came to.
 * @param report what test/chaos/reporter.mjs wrote
 */
export function summarise({ tests, brokenFiles }, seconds) {
  const cases = tests.filter(
    ({ ancestorTitles, status }) => ancestorTitles[0] === matrix && status !== "pending",
  );
  const others = tests.filter(
    ({ ancestorTitles, status }) => ancestorTitles[0] !== matrix && status !== "pending",
  );
  const violations = count(cases, ({ status }) => status === "failed");
  const failedOthers = count(others, ({ status }) => status === "failed");
  const byOperation = new Map();
  for (const { ancestorTitles, title } of cases) {
    const operation = `${ancestorTitles[1]}: ${title.slice(0, title.indexOf(":"))}`;
    byOperation.set(operation, (byOperation.get(operation) ?? 0) + 1);
  }
  const byHand = needsPerson.reduce((sum, operation) => sum + (byOperation.get(operation) ?? 0), 0);
  return {
    byHand,
    cases: cases.length,
    violations,
    seconds,
    byOperation,
    others: others.length,
    failedOthers,
    isGood: violations + failedOthers + brokenFiles === 0 && cases.length > 0,
    line: [
      ...[...byOperation].map(([operation, number]) => `${operation}: ${number}`),
      `chaos: ${cases.length} cases, ${violations} violations, ${seconds} s`,
    ].join("\n"),
  };
}

/** The figures of test/chaos/soak.test.ts in words. */
export function describeSoak({ resources, calm, faulty, spoilt }) {
  const ratio = ((faulty - spoilt) / calm).toFixed(2);
  return (
    `${resources} ChildInstances took ${calm} requests in the calm run and ${faulty} with faulty answers, ${spoilt} of them ` +
    `spoilt: ${ratio} times those of the calm run, beside the spoilt ones.`
  );
}

/** The figures in Markdown. */
export function describeChaos(summary, date) {
  const { cases, violations, seconds, byOperation, byHand, others, failedOthers } = summary;
  const rows = [...byOperation].map(([operation, number]) => `| ${operation} | ${number} |`);
  return [
    `\`npm run chaos\` on ${date}: ${cases} cases, ${violations} violations, ${seconds} s; ` +
      `${others - failedOthers} of ${others} tests of the safeguards and of many resources passed. ` +
      `Recovered by the same command run once more, with nothing changed: ${cases - byHand} cases, all of the brokers' among ` +
      `them; after a person had added a line to the program: ${byHand} of ChildInstance.`,
    "",
    "| operation | cases |",
    "| --- | ---: |",
    ...rows,
  ].join("\n");
}
