import { writeFileSync } from "node:fs";

/** A reporter for jest that writes down what became of each test: PROVISOR_CHAOS_REPORT names the file. */
export default class ChaosReporter {
  onRunComplete(_contexts, { testResults, numRuntimeErrorTestSuites }) {
    const tests = testResults.flatMap((suite) =>
      suite.testResults.map(({ ancestorTitles, title, status }) => ({ ancestorTitles, title, status })),
    );
    const report = { tests, brokenFiles: numRuntimeErrorTestSuites };
    writeFileSync(process.env.PROVISOR_CHAOS_REPORT, JSON.stringify(report));
  }
}
