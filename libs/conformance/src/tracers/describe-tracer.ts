import assert from 'node:assert/strict';
import { globalFramework, type TestFramework } from '../framework.js';
import type { OpenTracer, TracerSubject } from './contract.js';
import type { TracerTrial } from './trial.js';
import { batchTrials } from './cases/batches.js';
import { endTrials } from './cases/ends.js';
import { flushTrials } from './cases/flushing.js';
import { isolationTrials } from './cases/isolation.js';
import { parentTrials } from './cases/parents.js';
import { sendTrials } from './cases/sends.js';
import { troubleTrials } from './cases/trouble.js';

const LIMIT = 60_000;

const GROUPS: readonly (readonly [string, readonly TracerTrial[]])[] = [
  ['parents and links', parentTrials],
  ['sends', sendTrials],
  ['batches', batchTrials],
  ['what is current', isolationTrials],
  ['ends', endTrials],
  ['trouble', troubleTrials],
  ['flush', flushTrials],
];

/** A broken vendor reports nothing. */
async function openFor(
  { needs }: TracerTrial,
  { open, broken }: TracerSubject,
): Promise<OpenTracer> {
  if (needs !== 'broken' || broken === undefined) return open();
  const opened = await broken();
  return { tracer: opened.tracer, close: () => opened.close(), spans: () => Promise.resolve([]) };
}

/**
 * The tests that every tracer passes, by the port alone and by what it reports. They are of one process and of no broker; each
 * opens the tracer anew.
 *
 * @param subject `records`: whether it reports anything. `open`: the tracer, and its spans. `broken`: the same over a vendor that throws.
 * @param framework The test runner's words; default: its globals.
 * @example
 * describeTracer('zipkin', { records: true, open: () => openZipkin() });
 */
export function describeTracer(
  name: string,
  subject: TracerSubject,
  framework: TestFramework = globalFramework(),
): void {
  const { records, broken } = subject;
  const isFor = ({ needs }: TracerTrial): boolean =>
    needs === undefined || (needs === 'records' ? records : broken !== undefined);
  framework.describe(`the tracer ${name}`, () => {
    for (const [title, all] of GROUPS) {
      const trials = all.filter(isFor);
      if (trials.length === 0) continue;
      framework.describe(title, () => {
        for (const trial of trials) {
          framework.it(
            trial.title,
            async () => {
              const opened = await openFor(trial, subject);
              try {
                await trial.act(opened, subject);
                if (trial.isLossy !== true) assert.deepEqual(opened.problems?.() ?? [], []);
              } finally {
                await opened.close();
              }
            },
            LIMIT,
          );
        }
      });
    }
  });
}
