import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { fillQueue } from './fill-limits.fixture.js';
import { watchAwsLimits } from './watch-aws-limits.js';

/** ElasticMQ with `sqs-limits = strict` has the limits that AWS had until August 2025. */
const KIB_256 = 262_144;

function server() {
  const endpoint = process.env.TEST_SQS;
  if (endpoint === undefined || endpoint === '') {
    throw new Error('TEST_SQS is not set. Give it the URL of an ElasticMQ.');
  }
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return Promise.resolve({ endpoint, region: 'us-east-1', credentials });
}

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

describe('messages of 256 KiB with 10 attributes, on a strict ElasticMQ', () => {
  it.each([
    ['standard', false],
    ['FIFO', true],
  ])(
    'are published, handled, retried and dead-lettered, and nothing is refused (%s)',
    async (_, isFifo) => {
      const { limits, ...queues } = await openQueues(isFifo);

      const { runs, deadLetters } = await fillQueue({ ...queues, bytes: KIB_256, messages: 15 });

      expect(runs.size).toBe(15);
      expect([...runs.values()].reduce((sum, one) => sum + one, 0)).toBe(15 + 4);
      expect([...deadLetters].toSorted()).toEqual(['0', '10', '5']);
      expect(limits.violations).toEqual([]);
      expect(limits.refusals).toEqual([]);
      expect(limits.requests.get('SendMessageBatch')).toBe(15);
      expect(limits.requests.get('SendMessage')).toBe(3);
    },
    60_000,
  );

  it('go by the dozen where they are small', async () => {
    const { limits, ...queues } = await openQueues(false);

    const { runs } = await fillQueue({ ...queues, bytes: 20_000, messages: 60 });

    expect(runs.size).toBe(60);
    expect(limits.violations).toEqual([]);
    expect(limits.refusals).toEqual([]);
    expect(limits.requests.get('SendMessageBatch')).toBeLessThan(30);
  }, 60_000);
});
