import { afterEach, describe, expect, it } from '@jest/globals';
import { startFailingHandler } from './fixtures/failing-handler.fixture.js';
import { redriveInProcess, type Halt } from './fixtures/redriver-process.fixture.js';
import { bodiesOf, planFor, TwoQueues } from './fixtures/two-queues.fixture.js';

const PATIENCE = 180_000;
const IN_FLIGHT = 10;
const BODIES = Array.from({ length: 1_000 }, (_, n) => `{"n":${n}}`);

const endpoint = (): string => {
  const { TEST_SQS } = process.env;
  if (TEST_SQS === undefined || TEST_SQS === '')
    throw new Error('TEST_SQS is not set. Give it the URL of an ElasticMQ.');
  return TEST_SQS;
};

let queues: TwoQueues;
afterEach(() => queues.close());

describe('a redrive of 1,000 dead letters that is killed three times', () => {
  const kills: readonly Halt[] = [
    { after: 'ReceiveMessageCommand', at: 26 },
    { after: 'SendMessageBatchCommand', at: 25 },
    { after: 'DeleteMessageBatchCommand', at: 25 },
  ];

  it.each([
    ['standard', '', IN_FLIGHT],
    // SQS drops the second copy of a dead letter: it has the deduplication id of the first.
    ['FIFO', '.fifo', 0],
  ] as const)(
    'loses none on a %s queue, and duplicates at most what was in flight',
    async (_, suffix, allowed) => {
      queues = await TwoQueues.open(endpoint(), suffix);
      await queues.addDeadLetters(
        BODIES.map((MessageBody, n) => ({
          MessageBody,
          ...(suffix === '.fifo' && { MessageGroupId: `group-${n % 100}` }),
        })),
      );

      for (const kill of kills)
        expect(await redriveInProcess(endpoint(), queues.name, kill)).toMatchObject({
          signal: 'SIGKILL',
        });
      const last = await redriveInProcess(endpoint(), queues.name);

      const received = bodiesOf(await queues.take('queue'));
      const duplicates = received.length - new Set(received).size;
      expect(JSON.parse(last.output)).toMatchObject({ left: 0 });
      expect([...new Set(received)]).toEqual([...BODIES].sort());
      expect(duplicates).toBeLessThanOrEqual(allowed);
      expect(await queues.take('deadLetters')).toEqual([]);
    },
    PATIENCE,
  );
});

describe('dead letters that are redriven on FIFO and fail again within five minutes', () => {
  it(
    'are all delivered each time',
    async () => {
      queues = await TwoQueues.open(endpoint(), '.fifo');
      const bodies = BODIES.slice(0, 50);
      await queues.addDeadLetters(
        bodies.map((MessageBody) => ({ MessageBody: `${MessageBody} ` })),
      );
      const handler = await startFailingHandler(queues.name, queues.connection);

      for (let time = 1; time <= 3; time += 1) {
        await queues.connection.redrive(planFor(queues.name));
        await handler.hasStored(bodies.length * time);
      }
      await handler.stop();

      const dead = await queues.take('deadLetters');
      const counts = Map.groupBy(handler.stored, (body) => body);
      expect(counts.size).toBe(bodies.length);
      expect([...counts.values()].every(({ length }) => length === 3)).toBe(true);
      expect(new Set(bodiesOf(dead)).size).toBe(bodies.length);
      expect(dead).toHaveLength(bodies.length);
    },
    PATIENCE,
  );
});
