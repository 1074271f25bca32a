import { beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { setImmediate as turn } from 'node:timers/promises';
import { ACK } from 'throughline/transport';
import type { MiddlewareFunction } from '../middleware.js';
import { plainJavaScript } from '../plain-javascript.fixture.js';
import { settledTexts, testSource } from '../transport.fixture.js';
import { anInbound } from './inbound-message.fixture.js';
import { boundHandler, testPipeline } from './pipeline.fixture.js';

describe('A pipeline with a middleware', () => {
  const settled: string[] = [];
  const source = testSource({
    features: { retry: 'source' },
    settle: (entries) => void settled.push(...settledTexts(entries)),
  });
  beforeEach(() => {
    Logger.overrideLogger(false);
    settled.length = 0;
  });

  const causeOf = async (use: MiddlewareFunction): Promise<unknown> => {
    const runner = testPipeline([boundHandler('One')], { source, use: [use] });
    runner.take([anInbound({ id: 'm' })]);
    await turn();
    return runner.countsOf('One')?.lastError?.error;
  };

  it('that returns ACK without its handler is done', async () => {
    expect(await causeOf(() => ACK)).toBeUndefined();
    expect(settled).toEqual(['m ack']);
  });

  it.each([
    ['nothing', () => undefined],
    [
      'nothing, after the handler',
      (_: unknown, next: () => unknown) => Promise.resolve(next()).then(() => undefined),
    ],
    ['a kind of its own', () => ({ kind: 'done' })],
    ['a retry without a delay', () => ({ kind: 'retry', counts: true })],
    ['a dead letter without a reason', () => ({ kind: 'deadLetter', cause: undefined })],
  ])('that returns %s loses no message', async (_, use) => {
    expect(await causeOf(plainJavaScript(use))).toMatchObject({
      code: 'TL_MIDDLEWARE_NO_OUTCOME',
    });
    expect(settled).toEqual(['m retry']);
  });

  it('that says a dead letter is stored is not believed', async () => {
    const stored = { kind: 'deadLetter', reason: 'rejected', cause: 'no', isStored: true };
    await causeOf(() => plainJavaScript(stored));

    expect(settled).toEqual(['m retry']);
  });

  it('that calls next twice has failed', async () => {
    const twice: MiddlewareFunction = async (_, next) => {
      await next();
      return next();
    };

    expect(await causeOf(twice)).toMatchObject({ code: 'TL_MIDDLEWARE_NEXT_TWICE' });
  });

  it('that throws has failed as its handler would', async () => {
    const error = new Error('no tenant');
    const throwing: MiddlewareFunction = () => {
      throw error;
    };

    expect(await causeOf(throwing)).toBe(error);
    expect(settled).toEqual(['m retry']);
  });
});
