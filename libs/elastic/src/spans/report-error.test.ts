import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { record, run, sqsMessage, type Recording } from '../recording/recording.fixture.js';

describe('what a handler throws', () => {
  let recording: Recording;
  beforeEach(async () => {
    recording = await record();
  });
  afterEach(() => recording.stop());

  const fail = (error: unknown): void => {
    recording.tracer.process(sqsMessage, run).end({ failed: true, error });
  };

  it('is reported by its text where it is no Error', async () => {
    for (const thrown of ['out of stock', 42, null, { reason: 'none left' }, 12n]) fail(thrown);

    const { errors, transactions } = await recording.sent();
    expect(errors.map(({ log }) => log?.message).sort()).toEqual([
      '12n',
      '42',
      'null',
      'out of stock',
      "{ reason: 'none left' }",
    ]);
    expect(transactions.map(({ outcome }) => outcome)).toEqual(Array(5).fill('failure'));
  });

  it('is reported without its attributes where one of them cannot be sent', async () => {
    fail(Object.assign(new Error('too much'), { amount: 12n }));

    const { errors } = await recording.sent();
    expect(errors).toMatchObject([{ exception: { message: 'too much' } }]);
    expect(errors[0]?.exception?.attributes).toBeUndefined();
  });

  it('does no harm where the agent could not read it', async () => {
    const hostile = Object.defineProperty(new Error('hostile'), 'detail', {
      enumerable: true,
      get: () => {
        throw new Error('from a getter');
      },
    });
    const unprintable = new Proxy(hostile, {
      get: () => {
        throw new Error('from a proxy');
      },
    });

    fail(hostile);
    fail(unprintable);

    const { errors, transactions } = await recording.sent();
    expect(errors).toHaveLength(2);
    expect(errors.every(({ log }) => typeof log?.message === 'string')).toBe(true);
    expect(transactions.map(({ outcome }) => outcome)).toEqual(['failure', 'failure']);
  });

  it('is not reported where a failure brings no error', async () => {
    recording.tracer.process(sqsMessage, run).end({ failed: true });

    const { errors, transactions } = await recording.sent();
    expect(errors).toEqual([]);
    expect(transactions[0]?.outcome).toBe('failure');
  });
});
