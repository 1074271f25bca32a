import { beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { ACK } from 'throughline/transport';
import type { Batch } from '../../batch.js';
import { middleware } from '../steps/middleware.js';
import { outcomesOf, tasksOf, workOf } from './batch-runner.fixture.js';

describe('a batch', () => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  const three = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];

  it('is not done before each is, although it does not wait for it', async () => {
    const gate = Promise.withResolvers<undefined>();
    let isOver = false;
    const outcomes = outcomesOf(three, (batch) => {
      void batch.each(async (_, { message }) => {
        await gate.promise;
        if (message.id === 'b') throw new Error('no stock');
      });
    }).finally(() => (isOver = true));

    await new Promise(setImmediate);
    const wasOver = isOver;
    gate.resolve(undefined);

    expect(await outcomes).toEqual({ a: 'ack', b: 'retry', c: 'ack' });
    expect(wasOver).toBe(false);
  });

  it('fails where each could not begin, although it does not wait for it', async () => {
    const outcomes = await outcomesOf(three, (batch) => {
      void batch.each(() => undefined, { concurrency: NaN });
    });

    expect(outcomes).toEqual({ a: 'retry', b: 'retry', c: 'retry' });
  });

  it('does not see again what has become a dead letter that is still to be stored', async () => {
    const seen: string[][] = [];
    const tasks = tasksOf(three);
    const [deadLetter] = tasks;
    if (deadLetter === undefined) throw new TypeError('There are three.');
    deadLetter.storeAgain = () =>
      Promise.resolve({ kind: 'deadLetter', reason: 'rejected', cause: 'no', isStored: true });

    await workOf((batch) => seen.push([...batch].map(({ message }) => message.id)))(tasks);

    expect(seen).toEqual([['b', 'c']]);
    expect(tasks.map(({ outcome }) => outcome?.kind)).toEqual(['deadLetter', 'ack', 'ack']);
  });

  describe('with a middleware that calls next() without awaiting it', () => {
    const notWaiting = middleware('m', (_, next) => {
      void next();
      return ACK;
    });

    it('is not done before its handler has ended', async () => {
      const gate = Promise.withResolvers<undefined>();
      let isOver = false;
      const outcomes = outcomesOf(three, () => gate.promise, [notWaiting]).finally(
        () => (isOver = true),
      );

      await new Promise(setImmediate);
      const wasOver = isOver;
      gate.resolve(undefined);

      expect(await outcomes).toEqual({ a: 'ack', b: 'ack', c: 'ack' });
      expect(wasOver).toBe(false);
    });

    it('acknowledges no message that the handler reports as failed', async () => {
      const failing = (batch: Batch<unknown>): void => {
        const [, b] = batch;
        if (b !== undefined) batch.fail(b, new Error('b is bad'));
      };

      const outcomes = await outcomesOf(three, failing, [notWaiting]);

      expect(outcomes).toEqual({ a: 'ack', b: 'retry', c: 'ack' });
    });

    it('fails where its handler fails, and leaves no error unhandled', async () => {
      const unhandled: unknown[] = [];
      const listener = (reason: unknown): number => unhandled.push(reason);
      process.on('unhandledRejection', listener);

      const outcomes = await outcomesOf(
        three,
        () => Promise.reject(new Error('the ledger is locked')),
        [notWaiting],
      );
      await new Promise(setImmediate);

      process.off('unhandledRejection', listener);
      expect(outcomes).toEqual({ a: 'retry', b: 'retry', c: 'retry' });
      expect(unhandled).toEqual([]);
    });
  });
});
