/** What one run of tests came to. */
export const none = { passed: 0, failed: 0, skipped: 0 };

/** The counts in what jest writes with --json. A file that could not be run counts as one failed test. */
export function countResults(report) {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** The sum of counts. */
export function addResults(...results) {
  const sum = (of) => results.reduce((total, result) => total + result[of], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}

/** The counts as one line. */
export function formatResults({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
