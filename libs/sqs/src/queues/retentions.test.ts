import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { fakeClient, suppress } from '../client/fake-client.fixture.js';
import type { QueueAddress } from './queue-reference.js';
import { Retentions } from './retentions.js';

const DAY = 24 * 60 * 60;
const queueOf = (name: string): QueueAddress => ({ channel: name, name, url: name, isFifo: false });

/** An SQS whose queues keep messages for so many days; `undefined` says nothing. */
function keeping(days: Readonly<Record<string, number | undefined>>) {
  const { client, asked } = fakeClient(({ input }) => {
    const kept = days[String(input.QueueUrl)];
    return kept === undefined ? {} : { Attributes: { MessageRetentionPeriod: String(kept * DAY) } };
  });
  return { retentions: new Retentions(client, suppress), asked };
}

describe('Retentions', () => {
  const warnings: string[] = [];
  beforeEach(() => {
    warnings.length = 0;
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((said: unknown) => {
      warnings.push(String(said));
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('says how long a queue keeps its messages, in milliseconds, and asks once', async () => {
    const { retentions, asked } = keeping({ orders: 4 });

    const said = [await retentions.of(queueOf('orders')), await retentions.of(queueOf('orders'))];

    expect(said).toEqual([4 * DAY * 1_000, 4 * DAY * 1_000]);
    expect(asked).toHaveLength(1);
  });

  it('says nothing where SQS says nothing', async () => {
    const { retentions } = keeping({});

    expect(await retentions.of(queueOf('orders'))).toBeUndefined();
  });

  it('says nothing where we may not ask, and tells why', async () => {
    const { client } = fakeClient(() => {
      throw Object.assign(new Error('not allowed'), { name: 'AccessDenied' });
    });

    expect(await new Retentions(client, suppress).of(queueOf('orders'))).toBeUndefined();
    expect(warnings[0]).toContain('AccessDenied');
  });

  it('tells that SQS is away, and asks again the next time', async () => {
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
  ])('warns of dead letters that are kept for a time that is %s', async (_, days, count) => {
    const { retentions } = keeping(days);

    await retentions.warnIfShorter(queueOf('orders-dlq'), queueOf('orders'));

    expect(warnings).toHaveLength(count);
    if (count > 0) expect(warnings[0]).toContain('"orders-dlq" keeps dead letters for 4 days');
  });
});
