import { afterAll, describe, expect, it } from '@jest/globals';
import { startFauxqs } from 'fauxqs';
import type { StoredDeadLetter, RedriveProgress } from 'throughline/transport';
import { startFailingHandler } from './fixtures/failing-handler.fixture.js';
import { bodiesOf, planFor, TwoQueues, type Sent } from './fixtures/two-queues.fixture.js';

const PATIENCE = 30_000;

const deadLetters = (count: number): readonly Sent[] =>
  Array.from({ length: count }, (_, n) => ({ MessageBody: `{"n":${n}}` }));
const bodies = (count: number): readonly string[] =>
  deadLetters(count)
    .map(({ MessageBody = '' }) => MessageBody)
    .sort();
const numberOf = ({ raw }: StoredDeadLetter): number =>
  (JSON.parse(Buffer.from(raw ?? '').toString()) as { n: number }).n;

// Concurrent tests, because each redrive polls for three more seconds at its end. Jest starts them before `beforeAll`, so fauxqs
// starts here.
const fauxqs = startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
const opened: TwoQueues[] = [];
const open = async (suffix: '' | '.fifo'): Promise<TwoQueues> => {
  const { port } = await fauxqs;
  const queues = await TwoQueues.open(`http://127.0.0.1:${port}`, suffix);
  opened.push(queues);
  return queues;
};
afterAll(async () => {
  for (const queues of opened) await queues.close();
  await (await fauxqs).stop();
});

describe.each(['', '.fifo'] as const)('a redrive on a queue "orders%s"', (suffix) => {
  it.concurrent(
    'moves all dead letters to their handler, and reports its progress',
    async () => {
      const queues = await open(suffix);
      await queues.addDeadLetters(deadLetters(25));
      const reported: RedriveProgress[] = [];

      const result = await queues.connection.redrive(
        planFor(queues.name, { onProgress: (progress) => reported.push(progress) }),
      );

      expect(result).toEqual({ seen: 25, moved: 25, left: 0 });
      expect(reported.at(-1)).toEqual(result);
      expect(bodiesOf(await queues.take('queue'))).toEqual(bodies(25));
      expect(await queues.take('deadLetters')).toEqual([]);
    },
    PATIENCE,
  );

  it.concurrent(
    'leaves dead letters that are not wanted, asks once for each, and makes them visible afterwards',
    async () => {
      const queues = await open(suffix);
      await queues.addDeadLetters(deadLetters(25));
      const asked: number[] = [];

      const result = await queues.connection.redrive(
        planFor(queues.name, {
          wants: (deadLetter) => {
            asked.push(numberOf(deadLetter));
            return numberOf(deadLetter) % 5 === 0;
          },
        }),
      );

      expect(result).toEqual({ seen: 25, moved: 5, left: 20 });
      expect([...asked].sort((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, n) => n));
      expect(await queues.take('queue')).toHaveLength(5);
      expect(await queues.take('deadLetters')).toHaveLength(20);
    },
    PATIENCE,
  );

  it.concurrent(
    'moves nothing and asks for no turn if it is dry',
    async () => {
      const queues = await open(suffix);
      await queues.addDeadLetters(deadLetters(12));

      const result = await queues.connection.redrive(
        planFor(queues.name, {
          isDry: true,
          wants: (deadLetter) => numberOf(deadLetter) < 3,
          turn: () => Promise.reject(new Error('nothing is moved')),
        }),
      );

      expect(result).toEqual({ seen: 12, moved: 3, left: 9 });
      expect(await queues.take('queue')).toEqual([]);
      expect(bodiesOf(await queues.take('deadLetters'))).toEqual(bodies(12));
    },
    PATIENCE,
  );

  it.concurrent(
    'ends on its signal, with each dead letter in exactly one queue',
    async () => {
      const queues = await open(suffix);
      await queues.addDeadLetters(deadLetters(25));
      const stop = new AbortController();
      let turns = 0;

      const result = await queues.connection.redrive(
        planFor(queues.name, {
          signal: stop.signal,
          turn: async () => {
            await new Promise(setImmediate);
            turns += 1;
            if (turns === 14) stop.abort();
            stop.signal.throwIfAborted();
          },
        }),
      );

      const moved = bodiesOf(await queues.take('queue'));
      const left = bodiesOf(await queues.take('deadLetters'));
      expect(result.moved).toBe(moved.length);
      expect(moved.length).toBeGreaterThanOrEqual(10);
      expect(moved.length).toBeLessThanOrEqual(13);
      expect([...moved, ...left].sort()).toEqual(bodies(25));
    },
    PATIENCE,
  );

  it.concurrent(
    'ignores dead letters that are stored while it runs, so that none is moved for ever',
    async () => {
      const queues = await open(suffix);
      await queues.addDeadLetters(deadLetters(3));
      const added: Promise<void>[] = [];

      const result = await queues.connection.redrive(
        planFor(queues.name, {
          onProgress: () => added.push(queues.addDeadLetters([{ MessageBody: '"again"' }])),
        }),
      );
      await Promise.all(added);

      expect(result).toEqual({ seen: 3, moved: 3, left: 0 });
      expect(bodiesOf(await queues.take('deadLetters'))).toEqual(added.map(() => '"again"'));
    },
    PATIENCE,
  );

  it.concurrent(
    'changes neither body nor attributes nor their types, the cause of the dead letter included',
    async () => {
      const queues = await open(suffix);
      const MessageAttributes = {
        price: { DataType: 'Number.cents', StringValue: '1250' },
        picture: { DataType: 'Binary.png', BinaryValue: new Uint8Array([1, 2, 255]) },
        'dead-letter': { DataType: 'String', StringValue: '{"handler":"OrderProcessor.process"}' },
      };
      await queues.addDeadLetters([{ MessageBody: ' {"n" : 1}\n', MessageAttributes }]);

      await queues.connection.redrive(planFor(queues.name));

      const [message] = await queues.take('queue');
      expect(message?.Body).toBe(' {"n" : 1}\n');
      expect(message?.MessageAttributes).toEqual(MessageAttributes);
    },
    PATIENCE,
  );
});

describe('a redrive on a FIFO queue', () => {
  it.concurrent(
    'does not count messages behind a dead letter that is not wanted',
    async () => {
      const queues = await open('.fifo');
      await queues.addDeadLetters([
        { MessageBody: '{"n":0}', MessageGroupId: 'a' },
        { MessageBody: '{"n":1}', MessageGroupId: 'a' },
        { MessageBody: '{"n":2}', MessageGroupId: 'b' },
      ]);

      const result = await queues.connection.redrive(
        planFor(queues.name, { wants: (deadLetter) => numberOf(deadLetter) !== 0 }),
      );

      expect(result).toEqual({ seen: 2, moved: 1, left: 1 });
      expect(bodiesOf(await queues.take('deadLetters'))).toEqual(['{"n":0}', '{"n":1}']);
    },
    PATIENCE,
  );

  it.concurrent(
    'moves messages each time that fail again within five minutes',
    async () => {
      const queues = await open('.fifo');
      await queues.addDeadLetters(deadLetters(12));
      const handler = await startFailingHandler(queues.name, queues.connection);

      for (let time = 1; time <= 2; time += 1) {
        await queues.connection.redrive(planFor(queues.name));
        await handler.hasStored(12 * time);
      }
      await handler.stop();

      expect([...handler.stored].sort()).toEqual([...bodies(12), ...bodies(12)].sort());
      expect(bodiesOf(await queues.take('deadLetters'))).toEqual(bodies(12));
    },
    PATIENCE,
  );

  it.concurrent(
    'preserves the groups',
    async () => {
      const queues = await open('.fifo');
      await queues.addDeadLetters([{ MessageBody: '{"n":0}', MessageGroupId: 'order-7' }]);

      await queues.connection.redrive(planFor(queues.name));

      const [message] = await queues.take('queue');
      expect(message?.Attributes?.MessageGroupId).toBe('order-7');
    },
    PATIENCE,
  );
});

describe('a redrive that cannot work', () => {
  it('is refused if the dead letters are in the handler’s own queue', async () => {
    const queues = await open('');

    const refused = queues.connection.redrive(planFor(queues.name, { from: queues.name }));

    await expect(refused).rejects.toMatchObject({ code: 'TL_SQS_REDRIVE_CIRCULAR' });
  });

  it('is refused if a FIFO queue’s dead letters are in a standard queue', async () => {
    const queues = await open('.fifo');
    const standard = await open('');

    const refused = queues.connection.redrive(planFor(queues.name, { from: standard.name }));

    await expect(refused).rejects.toMatchObject({ code: 'TL_SQS_GROUP_MISSING' });
  });

  it('is refused if the dead-letter queue is missing', async () => {
    const queues = await open('');

    const refused = queues.connection.redrive(planFor(queues.name, { from: 'nowhere' }));

    await expect(refused).rejects.toMatchObject({ code: 'TL_SQS_QUEUE_MISSING' });
  });
});
