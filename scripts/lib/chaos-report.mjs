/** The group of tests that is the matrix; the others show what its safeguards are worth. */
const matrix = "matrix";

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
  for (const { title } of cases) {
    const operation = title.slice(0, title.indexOf(":"));
    byOperation.set(operation, (byOperation.get(operation) ?? 0) + 1);
  }
  return {
    cases: cases.length,
    violations,
    seconds,
    byOperation,
    others: others.length,
    failedOthers,
    isGood: violations + failedOthers + brokenFiles === 0 && cases.length > 0,
    line: `chaos: ${cases.length} cases, ${violations} violations, ${seconds} s`,
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
export function describeChaos({ cases, violations, seconds, byOperation, others, failedOthers }, date) {
  const rows = [...byOperation].map(([operation, number]) => `| ${operation} | ${number} |`);
  return [
    `\`npm run chaos\` on ${date}: ${cases} cases, ${violations} violations, ${seconds} s; ` +
      `${others - failedOthers} of ${others} tests of the safeguards and of many resources passed.`,
    "",
    "| operation | cases |",
    "| --- | ---: |",
    ...rows,
  ].join("\n");
}
