import { describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import { bareRun, type Runner } from './bare-run.js';

const require = createRequire(import.meta.url);

/** The agent's own way of wrapping, which an upgrade may change. */
const shimmer = require('elastic-apm-node/lib/instrumentation/shimmer.js') as {
  wrap: (target: object, name: string, wrapper: () => Runner['run']) => void;
};

const aConsumer = (run: Runner['run']): Runner => ({ run });
const original: Runner['run'] = () => Promise.resolve();

describe('bareRun', () => {
  it('leaves alone what nobody has wrapped', () => {
    const consumer = aConsumer(original);

    bareRun(consumer);

    expect(consumer.run).toBe(original);
  });

  it('takes off what Elastic’s agent has put around it', () => {
    const consumer = aConsumer(original);
    shimmer.wrap(consumer, 'run', () => () => Promise.reject(new Error('wrapped')));
    expect(consumer.run).not.toBe(original);

    bareRun(consumer);

    expect(consumer.run).toBe(original);
  });

  it('takes off what OpenTelemetry has put around it, however often', () => {
    const once = Object.assign(() => Promise.resolve(), { __original: original });
    const consumer = aConsumer(Object.assign(() => Promise.resolve(), { __original: once }));

    bareRun(consumer);

    expect(consumer.run).toBe(original);
  });
});
