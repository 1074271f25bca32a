/**
 * Ends a run with one line for humans and build servers: `N passed, N failed`. `npm test`, which runs more than Jest, receives the
 * numbers instead, also those of each project, and the number of remaining files.
 */
export default class ClosingLine {
  #projects = {};

  onTestFileResult(test, result, results) {
    this.#count(test.context.config.displayName?.name ?? 'tests', result);
    const done =
      results.numPassedTestSuites + results.numFailedTestSuites + results.numPendingTestSuites;
    process.send?.({ filesLeft: results.numTotalTestSuites - done });
  }

  onRunComplete(_contexts, results) {
    const passed = results.numPassedTests;
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    if (process.send === undefined) console.log(closingLine({ passed, failed }));
    else process.send({ passed, failed, skipped, projects: this.#projects });
  }

  #count(name, { numPassingTests, numFailingTests, perfStats }) {
    const project = (this.#projects[name] ??= { files: 0, tests: 0, ms: 0 });
    project.files += 1;
    project.tests += numPassingTests + numFailingTests;
    project.ms += perfStats.runtime;
  }
}

export const closingLine = ({ passed, failed }) => `${passed} passed, ${failed} failed`;
