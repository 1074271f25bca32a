import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { startEmbeddedSqs, type EmbeddedSqs } from 'throughline/testing';
import { fillQueue } from './fill-limits.fixture.js';
import { watchAwsLimits } from './watch-aws-limits.js';

const MIB = 1_048_576;

let embedded: EmbeddedSqs;
beforeAll(async () => {
  embedded = await startEmbeddedSqs();
});
afterAll(() => embedded.stop());

const server = () => Promise.resolve(embedded.client);

/** A queue and its dead-letter queue on this server, and a client whose requests are checked. */
async function openQueues(isFifo: boolean) {
  const name = `full-${randomUUID()}`;
  const ending = isFifo ? '.fifo' : '';
  const outside = new SQSClient(await server());
  for (const QueueName of [`${name}${ending}`, `${name}-dlq${ending}`]) {
    const Attributes = isFifo ? { FifoQueue: 'true' } : {};
    await outside.send(new CreateQueueCommand({ QueueName, Attributes }));
  }
  outside.destroy();
  const limits = watchAwsLimits();
  const requestHandler = limits.around(new SQSClient({}).config.requestHandler);
  const client = { ...(await server()), requestHandler };
  return { limits, client, name: `${name}${ending}`, deadLetters: `${name}-dlq${ending}` };
}

describe('what AWS takes since August 2025', () => {
  it.each([
    ['1 MiB, standard', false, MIB],
    ['1 MiB, FIFO', true, MIB],
    ['a third of it, whose tens would be too much for a batch', false, Math.floor(MIB / 3)],
  ])(
    'is published, handled, retried and dead-lettered, and nothing is refused: %s',
    async (_, isFifo, bytes) => {
      const { limits, ...queues } = await openQueues(isFifo);

      const { runs, deadLetters } = await fillQueue({ ...queues, bytes, messages: 11 });

      expect(runs.size).toBe(11);
      expect([...deadLetters].toSorted()).toEqual(['0', '10', '5']);
      expect(limits.violations).toEqual([]);
      expect(limits.refusals).toEqual([]);
    },
    60_000,
  );

  it('is no more than that: one byte more is refused before anybody is asked', async () => {
    const { limits, ...queues } = await openQueues(false);

    const filled = fillQueue({ ...queues, bytes: MIB + 1, messages: 1 });

    await expect(filled).rejects.toMatchObject({ code: 'TL_SQS_MESSAGE_TOO_LARGE' });
    expect(limits.requests.has('SendMessageBatch')).toBe(false);
    expect(limits.violations).toEqual([]);
  });
});
