import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { addressOf, fakeClient, suppress } from '../client/fake-client.fixture.js';
import { Retentions } from './retentions.js';

const DAY = 24 * 60 * 60;

/** An SQS whose queues retain messages for so many days. It does not say for how long if that is `undefined`. */
function retaining(days: Readonly<Record<string, number | undefined>>) {
  const { client, asked } = fakeClient(({ input }) => {
    const retention = days[String(input.QueueUrl)];
    return retention === undefined
      ? {}
      : { Attributes: { MessageRetentionPeriod: String(retention * DAY) } };
  });
  const queueOf = (name: string) => addressOf(client, name, name);
  return { retentions: new Retentions(suppress), queueOf, asked };
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
    const { retentions, queueOf, asked } = retaining({ orders: 4 });
    const orders = queueOf('orders');

    const answers = [await retentions.of(orders), await retentions.of(orders)];

    expect(answers).toEqual([4 * DAY * 1_000, 4 * DAY * 1_000]);
    expect(asked).toHaveLength(1);
  });

  it('returns undefined if SQS does not say', async () => {
    const { retentions, queueOf } = retaining({});

    expect(await retentions.of(queueOf('orders'))).toBeUndefined();
  });

  it('returns undefined if the request is denied, and logs why', async () => {
    const { client } = fakeClient(() => {
      throw Object.assign(new Error('not allowed'), { name: 'AccessDenied' });
    });

    expect(await new Retentions(suppress).of(addressOf(client, 'orders'))).toBeUndefined();
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
    const retentions = new Retentions(suppress);
    const orders = addressOf(client, 'orders');

    await expect(retentions.of(orders)).rejects.toMatchObject({
      code: 'TL_SQS_UNAVAILABLE',
    });
    expect(await retentions.of(orders)).toBe(DAY * 1_000);
  });

  it.each([
    ['shorter', { orders: 14, 'orders-dlq': 4 }, 1],
    ['as long', { orders: 4, 'orders-dlq': 4 }, 0],
    ['longer', { orders: 4, 'orders-dlq': 14 }, 0],
    ['unknown', { orders: 4 }, 0],
  ])('warns of dead letters only if their retention is shorter: %s', async (_, days, count) => {
    const { retentions, queueOf } = retaining(days);

    await retentions.warnIfShorter(queueOf('orders-dlq'), queueOf('orders'));

    expect(warnings).toHaveLength(count);
    if (count > 0)
      expect(warnings[0]).toContain('"orders-dlq" retains dead letters for only 4 days');
  });
});
