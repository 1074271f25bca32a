import { beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { none, type Tracer } from 'throughline/tracing';
import type { Step } from '../step.js';
import type { Delivery } from '../../delivery.js';
import { DUPLICATE, GIVEN_BACK } from 'throughline/transport';
import { Reject } from '../../handler-errors.js';

import { outcomesOf } from './batch-runner.fixture.js';

const around = (work: NonNullable<Step['around']>): Step => ({ name: 'test', around: work });

describe('a batch handler', () => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  const three = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];

  it('that returns is done with all of it', async () => {
    expect(await outcomesOf(three, (batch) => expect(batch.size).toBe(3))).toEqual({
      a: 'ack',
      b: 'ack',
      c: 'ack',
    });
  });

  it('that throws is done with nothing', async () => {
    const outcomes = await outcomesOf(three, () => {
      throw new Error('the ledger is locked');
    });

    expect(outcomes).toEqual({ a: 'retry', b: 'retry', c: 'retry' });
  });

  it('that throws after `each` is done with what `each` completed', async () => {
    const outcomes = await outcomesOf(three, async (batch) => {
      await batch.each((_, { message }) => {
        if (message.id === 'b') throw new Error('b is bad');
      });
      throw new Error('afterwards');
    });

    expect(outcomes).toEqual({ a: 'ack', b: 'retry', c: 'ack' });
  });

  it('goes on in `each` when one message fails', async () => {
    const outcomes = await outcomesOf(three, (batch) =>
      batch.each((_, { message }) => {
        if (message.id === 'a') throw new Reject('never');
      }),
    );

    expect(outcomes).toEqual({ a: 'deadLetter', b: 'ack', c: 'ack' });
  });

  it('skips in `each` what comes behind a failed one of its key, and leaves it without an outcome of its own', async () => {
    const seen: string[] = [];
    const outcomes = await outcomesOf(
      [
        { id: 'a1', lane: 'a' },
        { id: 'a2', lane: 'a' },
        { id: 'b1', lane: 'b' },
      ],
      (batch) =>
        batch.each((_, { message }) => {
          seen.push(message.id);
          if (message.id === 'a1') throw new Error('a1 is bad');
        }),
    );

    expect(seen.toSorted()).toEqual(['a1', 'b1']);
    expect(outcomes).toEqual({ a1: 'retry', b1: 'ack' });
  });

  it('marks single messages as failed, and is done with the rest', async () => {
    const outcomes = await outcomesOf(three, (batch) => {
      for (const delivery of batch) {
        if (delivery.message.id === 'c') batch.fail(delivery, new Error('c is bad'));
      }
    });

    expect(outcomes).toEqual({ a: 'ack', b: 'ack', c: 'retry' });
  });

  it('never sees what cannot be decoded', async () => {
    const outcomes = await outcomesOf([{ id: 'a' }, { id: 'bad', body: '{' }], (batch) => {
      expect([...batch].map(({ message }) => message.id)).toEqual(['a']);
    });

    expect(outcomes).toEqual({ a: 'ack', bad: 'deadLetter' });
  });

  it('sees a message neither that was done, nor what stands behind one that has to wait', async () => {
    const concluded: string[] = [];
    const before = around(async (delivery, next) => {
      const { id } = delivery.message;
      if (id === 'done') return DUPLICATE;
      if (id === 'leased') return GIVEN_BACK;
      const outcome = await next(delivery);
      concluded.push(`${id} ${outcome.kind}`);
      return outcome;
    });

    const outcomes = await outcomesOf(
      [{ id: 'done' }, { id: 'leased', lane: 'a' }, { id: 'behind', lane: 'a' }, { id: 'free' }],
      (batch) => {
        expect([...batch].map(({ message }) => message.id)).toEqual(['free']);
      },
      [before],
    );

    expect(outcomes).toEqual({ done: 'ack', leased: 'retry', free: 'ack' });
    expect(concluded).toEqual(['behind retry', 'free ack']);
  });

  it('leaves the last word to what was prepared around a message', async () => {
    const before = around(async (delivery, next) => {
      await next(delivery);
      throw new Error('the mark could not be written');
    });

    expect(await outcomesOf([{ id: 'a' }], () => undefined, [before])).toEqual({ a: 'retry' });
  });

  it('takes no word for what stands behind a failed one of its key: it is redelivered, and is not remembered as done', async () => {
    const concluded: string[] = [];
    const before = around(async (delivery, next) => {
      const outcome = await next(delivery);
      concluded.push(`${delivery.message.id} ${outcome.kind}`);
      return outcome;
    });
    const two = ['a1', 'a2'].map((id) => ({ id, lane: 'a' }));

    const outcomes = await outcomesOf(
      two,
      (batch) => {
        const [first] = batch;
        if (first !== undefined) batch.fail(first, new Error('a1 is bad'));
      },
      [before],
    );

    expect(outcomes).toEqual({ a1: 'retry' });
    expect(concluded).toEqual(['a2 retry']);
  });

  it('runs nothing behind a failed one in a second `each` either', async () => {
    const seen: string[] = [];
    const work = (_: unknown, { message }: Delivery): void => {
      seen.push(message.id);
      if (message.id === 'a1') throw new Error('a1 is bad');
    };
    await outcomesOf(
      ['a1', 'a2'].map((id) => ({ id, lane: 'a' })),
      async (batch) => {
        await batch.each(work);
        await batch.each(work);
      },
    );

    expect(seen).toEqual(['a1']);
  });

  it('gives each message that it enters, or that fails, a span of its own, linked to the batch', async () => {
    const spans: string[] = [];
    const recorder: Tracer = {
      ...none(),
      process: ({ id }, { batch }) => {
        spans.push(`${id} in ${batch?.spanId ?? 'none'}`);
        return none().process({ system: '', destination: '', id }, { handler: '', attempt: 1 });
      },
      processBatch: (messages) => {
        spans.push(`batch of ${messages.length}`);
        return {
          ids: { traceId: 't', spanId: 'b' },
          run: (work) => work(),
          end: ({ labels }) => spans.push(`failed ${labels?.failed ?? '?'}`),
        };
      },
    };

    await outcomesOf(
      three,
      (batch) => {
        for (const delivery of batch) {
          if (delivery.message.id === 'c') batch.fail(delivery, new Error('c is bad'));
        }
      },
      [],
      recorder,
    );
    await outcomesOf(three, (batch) => batch.each(() => undefined), [], recorder);

    expect(spans).toEqual([
      ...['batch of 3', 'c in b', 'failed 1'],
      ...['batch of 3', 'a in b', 'b in b', 'c in b', 'failed 0'],
    ]);
  });

  it('cannot mark a delivery of another batch', async () => {
    let foreign: unknown;
    await outcomesOf([{ id: 'x' }], (batch) => ([foreign] = batch));

    const outcomes = await outcomesOf([{ id: 'a' }], (batch) => {
      expect(() => batch.fail(foreign as never, new Error())).toThrow(
        expect.objectContaining({ code: 'TL_BATCH_FOREIGN' }),
      );
    });

    expect(outcomes).toEqual({ a: 'ack' });
  });
});
