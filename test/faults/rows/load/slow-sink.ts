import { join } from 'node:path';
import { endProgram, startProgram } from '../../harness/processes/program.js';
import type { RowResult } from '../../harness/ledger/result.js';
import type { Row } from '../../row.js';
import { sinkReportSchema, type SinkReport } from '../../worker/sink-report.js';

const FAULT = 'slow sink';
const MEGABYTE = 1_048_576;
const GROWTH_ALLOWED = 5 * MEGABYTE;

/** Messages arrive faster than they are handled. The backlog in memory is bounded, and the heap does not grow with the messages handled. */
export const slowSink: Row = {
  fault: FAULT,
  targets: ['kafka'],
  // Its driver is one of the suite's own.
  drivers: 'default',
  uses: () => [],
  run: async (environment): Promise<RowResult> => {
    const messages = environment.pick(200_000, 1_000_000, 1_000_000);
    const child = startProgram('test/faults/worker/slow-sink.ts', {
      logFile: join(environment.folder, 'slow-sink.log'),
      env: { FAULTS_MESSAGES: String(messages) },
      nodeArgs: ['--expose-gc'],
    });
    try {
      const [quarter, all] = await new Promise<readonly SinkReport[]>((resolve, reject) => {
        const reports: SinkReport[] = [];
        child.on('message', (message) => {
          if (reports.push(sinkReportSchema.parse(message)) === 2) resolve(reports);
        });
        child.once('exit', (code) => {
          reject(new Error(`the sink ended with ${String(code)}`));
        });
      });
      return resultOf(messages, quarter, all);
    } finally {
      await endProgram(child);
    }
  },
};

function resultOf(
  messages: number,
  quarter: SinkReport | undefined,
  all: SinkReport | undefined,
): RowResult {
  const growth = (all?.heapBytes ?? 0) - (quarter?.heapBytes ?? 0);
  const wrongOrder = all?.repeatedOrSkipped ?? messages;
  return {
    fault: FAULT,
    broker: 'kafka',
    messages,
    lost: messages - (all?.done ?? 0),
    duplicates: 0,
    duplicatesAllowed: 0,
    outOfOrder: wrongOrder,
    recoveredMs: 0,
    remarks: [
      `a source without a broker; the heap grew by ${(growth / MEGABYTE).toFixed(1)} MB from a quarter to all`,
    ],
    failures: [
      growth >= GROWTH_ALLOWED && `the heap grew by ${Math.round(growth / MEGABYTE)} MB`,
      wrongOrder > 0 && `${wrongOrder} were not the next of their key`,
    ].filter((failure) => failure !== false),
  };
}
