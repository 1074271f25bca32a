/**
 * Ends a run with one line that a person and a build server both read: `N passed, N failed`. `npm test`, which runs more than
 * Jest, is told the numbers instead, and how many files are still to come.
 */
export default class ClosingLine {
  onTestFileResult(_test, _result, results) {
    const done =
      results.numPassedTestSuites + results.numFailedTestSuites + results.numPendingTestSuites;
    process.send?.({ filesLeft: results.numTotalTestSuites - done });
  }

  onRunComplete(_contexts, results) {
    const passed = results.numPassedTests;
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    if (process.send === undefined) console.log(closingLine({ passed, failed }));
    else process.send({ passed, failed });
  }
}

export const closingLine = ({ passed, failed }) => `${passed} passed, ${failed} failed`;
