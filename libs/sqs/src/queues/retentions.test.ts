import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { fakeClient, suppress } from '../client/fake-client.fixture.js';
import type { QueueAddress } from './queue-reference.js';
import { Retentions } from './retentions.js';

const DAY = 24 * 60 * 60;
const queueOf = (name: string): QueueAddress => ({ channel: name, name, url: name, isFifo: false });

/** An SQS whose queues retain messages for so many days. It does not say for how long if that is `undefined`. */
function retaining(days: Readonly<Record<string, number | undefined>>) {
  const { client, asked } = fakeClient(({ input }) => {
    const retention = days[String(input.QueueUrl)];
    return retention === undefined
      ? {}
      : { Attributes: { MessageRetentionPeriod: String(retention * DAY) } };
  });
  return { retentions: new Retentions(client, suppress), asked };
}

describe('Retentions', () => {
  const warnings: string[] = [];
  beforeEach(() => {
    warnings.length = 0;
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => {
      warnings.push(String(line));
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('returns how long a queue retains its messages, in milliseconds, and asks once', async () => {
    const { retentions, asked } = retaining({ orders: 4 });

    const answers = [
      await retentions.of(queueOf('orders')),
      await retentions.of(queueOf('orders')),
    ];

    expect(answers).toEqual([4 * DAY * 1_000, 4 * DAY * 1_000]);
    expect(asked).toHaveLength(1);
  });

  it('returns undefined if SQS does not say', async () => {
    const { retentions } = retaining({});

    expect(await retentions.of(queueOf('orders'))).toBeUndefined();
  });

  it('returns undefined if the request is denied, and logs why', async () => {
    const { client } = fakeClient(() => {
      throw Object.assign(new Error('not allowed'), { name: 'AccessDenied' });
    });

    expect(await new Retentions(client, suppress).of(queueOf('orders'))).toBeUndefined();
    expect(warnings[0]).toContain('AccessDenied');
  });

  it('rejects while SQS is unavailable, and asks again the next time', async () => {
    const answers = [
      () => {
        throw Object.assign(new Error('no way'), { code: 'ECONNREFUSED' });
      },
      () => ({ Attributes: { MessageRetentionPeriod: String(DAY) } }),
    ];
    const { client } = fakeClient(() => answers.shift()?.());
    const retentions = new Retentions(client, suppress);

    await expect(retentions.of(queueOf('orders'))).rejects.toMatchObject({
      code: 'TL_SQS_UNAVAILABLE',
    });
    expect(await retentions.of(queueOf('orders'))).toBe(DAY * 1_000);
  });

  it.each([
    ['shorter', { orders: 14, 'orders-dlq': 4 }, 1],
    ['as long', { orders: 4, 'orders-dlq': 4 }, 0],
    ['longer', { orders: 4, 'orders-dlq': 14 }, 0],
    ['unknown', { orders: 4 }, 0],
  ])('warns of dead letters only if their retention is shorter: %s', async (_, days, count) => {
    const { retentions } = retaining(days);

    await retentions.warnIfShorter(queueOf('orders-dlq'), queueOf('orders'));

    expect(warnings).toHaveLength(count);
    if (count > 0) expect(warnings[0]).toContain('"orders-dlq" retains dead letters for 4 days');
  });
});
