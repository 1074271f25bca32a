import assert from 'node:assert/strict';
import { globalFramework, type TestFramework } from '../framework.js';
import type { OpenTracer, TracerSubject } from './contract.js';
import type { TracerCase } from './tracer-case.js';
import { batchCases } from './cases/batches.js';
import { endCases } from './cases/ends.js';
import { flushCases } from './cases/flushing.js';
import { isolationCases } from './cases/isolation.js';
import { parentCases } from './cases/parents.js';
import { sendCases } from './cases/sends.js';
import { faultCases } from './cases/faults.js';

const LIMIT = 60_000;

const GROUPS: readonly (readonly [string, readonly TracerCase[]])[] = [
  ['parents and links', parentCases],
  ['sends', sendCases],
  ['batches', batchCases],
  ['what is current', isolationCases],
  ['ends', endCases],
  ['faults', faultCases],
  ['flush', flushCases],
];

/** With a broken vendor, no spans are reported. */
async function openFor(
  { needs }: TracerCase,
  { open, broken }: TracerSubject,
): Promise<OpenTracer> {
  if (needs !== 'broken' || broken === undefined) return open();
  const opened = await broken();
  return { tracer: opened.tracer, close: () => opened.close(), spans: () => Promise.resolve([]) };
}

/**
 * The test cases that every tracer passes. They use only the `Tracer` port and the reported spans, in one process and without a
 * broker. Each case opens its own tracer, and can run alone.
 *
 * @param subject `records`: whether it reports anything. `open`: the tracer, and its spans. `broken`: the tracer with a vendor that throws.
 * @param framework The functions of the test runner; default: its globals.
 * @example
 * describeTracer('zipkin', { records: true, open: () => openZipkin() });
 */
export function describeTracer(
  name: string,
  subject: TracerSubject,
  framework: TestFramework = globalFramework(),
): void {
  const { records, broken } = subject;
  const isFor = ({ needs }: TracerCase): boolean =>
    needs === undefined || (needs === 'records' ? records : broken !== undefined);
  framework.describe(`the tracer ${name}`, () => {
    for (const [title, all] of GROUPS) {
      const cases = all.filter(isFor);
      if (cases.length === 0) continue;
      framework.describe(title, () => {
        for (const testCase of cases) {
          framework.it(
            testCase.title,
            async () => {
              const opened = await openFor(testCase, subject);
              try {
                await testCase.act(opened, subject);
                if (testCase.isLossy !== true) assert.deepEqual(opened.problems?.() ?? [], []);
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
