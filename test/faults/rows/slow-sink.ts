import { join } from 'node:path';
import { endProgram, startProgram } from '../harness/program.js';
import type { RowResult } from '../harness/verdict.js';
import type { Row } from '../row.js';
import { sinkReportSchema, type SinkReport } from '../worker/sink-report.js';

const FAULT = 'slow sink';
const MEGABYTE = 1_048_576;
const GROWTH_ALLOWED = 5 * MEGABYTE;

/** Messages come faster than they are handled: what waits is bounded, and the heap does not grow with what has passed. */
export const slowSink: Row = {
  fault: FAULT,
  kinds: ['kafka'],
  uses: () => [],
  run: async (stage): Promise<RowResult> => {
    const messages = stage.pick(200_000, 1_000_000, 1_000_000);
    const child = startProgram('test/faults/worker/slow-sink.ts', {
      logFile: join(stage.folder, 'slow-sink.log'),
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
      return verdict(messages, quarter, all);
    } finally {
      await endProgram(child);
    }
  },
};

function verdict(
  messages: number,
  quarter: SinkReport | undefined,
  all: SinkReport | undefined,
): RowResult {
  const growth = (all?.heapBytes ?? 0) - (quarter?.heapBytes ?? 0);
  const astray = all?.repeatedOrSkipped ?? messages;
  return {
    fault: FAULT,
    broker: 'kafka',
    messages,
    lost: messages - (all?.done ?? 0),
    duplicates: 0,
    duplicatesAllowed: 0,
    outOfOrder: astray,
    recoveredMs: 0,
    notes: [
      `a source without a broker; the heap grew by ${(growth / MEGABYTE).toFixed(1)} MB from a quarter to all`,
    ],
    failures: [
      growth >= GROWTH_ALLOWED && `the heap grew by ${Math.round(growth / MEGABYTE)} MB`,
      astray > 0 && `${astray} were not the next of their key`,
    ].filter((failure) => failure !== false),
  };
}
