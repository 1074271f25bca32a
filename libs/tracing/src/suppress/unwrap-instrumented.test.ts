import { describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import { unwrapInstrumented } from './unwrap-instrumented.js';

const require = createRequire(import.meta.url);

type Run = () => Promise<void>;

/** The agent's own way to wrap a method, which an upgrade may change. */
const shimmer = require('elastic-apm-node/lib/instrumentation/shimmer.js') as {
  wrap: (target: object, name: string, wrapper: () => Run) => void;
};

const aConsumer = (run: Run): { run: Run } => ({ run });
const original: Run = () => Promise.resolve();

describe('unwrapInstrumented', () => {
  it('leaves a method alone that nobody has wrapped', () => {
    const consumer = aConsumer(original);

    unwrapInstrumented(consumer, 'run');

    expect(consumer.run).toBe(original);
  });

  it('removes the wrapper of Elastic’s agent', () => {
    const consumer = aConsumer(original);
    shimmer.wrap(consumer, 'run', () => () => Promise.reject(new Error('wrapped')));
    expect(consumer.run).not.toBe(original);

    unwrapInstrumented(consumer, 'run');

    expect(consumer.run).toBe(original);
  });

  it('removes all wrappers of OpenTelemetry', () => {
    const inner = Object.assign(() => Promise.resolve(), { __original: original });
    const consumer = aConsumer(Object.assign(() => Promise.resolve(), { __original: inner }));

    unwrapInstrumented(consumer, 'run');

    expect(consumer.run).toBe(original);
  });
});
