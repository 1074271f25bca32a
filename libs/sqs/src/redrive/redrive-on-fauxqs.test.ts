import { afterAll, describe, expect, it } from '@jest/globals';
import type { Letter, RedriveProgress } from 'throughline/transport';
import { buryAll } from './fixtures/failing-handler.fixture.js';
import { onFauxqs } from './fixtures/on-fauxqs.fixture.js';
import { bodiesOf, planFor, type Sent } from './fixtures/two-queues.fixture.js';

const PATIENCE = 30_000;

const letters = (count: number): readonly Sent[] =>
  Array.from({ length: count }, (_, n) => ({ MessageBody: `{"n":${n}}` }));
const bodies = (count: number): readonly string[] =>
  letters(count)
    .map(({ MessageBody = '' }) => MessageBody)
    .sort();
const numberOf = ({ raw }: Letter): number =>
  (JSON.parse(Buffer.from(raw ?? '').toString()) as { n: number }).n;

// Concurrent tests, since each redrive waits three seconds for what may still come.
const { open, close } = onFauxqs();
afterAll(close);

describe.each(['', '.fifo'] as const)('a redrive on a queue "orders%s"', (ending) => {
  it.concurrent(
    'moves all dead letters to their handler, and tells how far it is',
    async () => {
      const queues = await open(ending);
      await queues.die(letters(25));
      const told: RedriveProgress[] = [];

      const result = await queues.connection.redrive(
        planFor(queues.name, { onProgress: (progress) => told.push(progress) }),
      );

      expect(result).toEqual({ seen: 25, moved: 25, left: 0 });
      expect(told.at(-1)).toEqual(result);
      expect(bodiesOf(await queues.take('queue'))).toEqual(bodies(25));
      expect(await queues.take('deadLetters')).toEqual([]);
    },
    PATIENCE,
  );

  it.concurrent(
    'leaves what is not wanted, asks for each once, and shows it to everyone afterwards',
    async () => {
      const queues = await open(ending);
      await queues.die(letters(25));
      const asked: number[] = [];

      const result = await queues.connection.redrive(
        planFor(queues.name, {
          wants: (letter) => {
            asked.push(numberOf(letter));
            return numberOf(letter) % 5 === 0;
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
    'moves nothing where it is dry, and asks for no turn',
    async () => {
      const queues = await open(ending);
      await queues.die(letters(12));

      const result = await queues.connection.redrive(
        planFor(queues.name, {
          isDry: true,
          wants: (letter) => numberOf(letter) < 3,
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
    'ends on its signal, with each letter in one place',
    async () => {
      const queues = await open(ending);
      await queues.die(letters(25));
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
    'does not look at what becomes a dead letter meanwhile, so that nothing goes round and round',
    async () => {
      const queues = await open(ending);
      await queues.die(letters(3));
      const round: Promise<void>[] = [];

      const result = await queues.connection.redrive(
        planFor(queues.name, {
          onProgress: () => round.push(queues.die([{ MessageBody: '"again"' }])),
        }),
      );
      await Promise.all(round);

      expect(result).toEqual({ seen: 3, moved: 3, left: 0 });
      expect(bodiesOf(await queues.take('deadLetters'))).toEqual(round.map(() => '"again"'));
    },
    PATIENCE,
  );

  it.concurrent(
    'leaves body, attributes and their types as they were, the note of the dead letter among them',
    async () => {
      const queues = await open(ending);
      const MessageAttributes = {
        price: { DataType: 'Number.cents', StringValue: '1250' },
        picture: { DataType: 'Binary.png', BinaryValue: new Uint8Array([1, 2, 255]) },
        'dead-letter': { DataType: 'String', StringValue: '{"handler":"OrderProcessor.process"}' },
      };
      await queues.die([{ MessageBody: ' {"n" : 1}\n', MessageAttributes }]);

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
    'counts nothing that stands behind a letter which is not wanted',
    async () => {
      const queues = await open('.fifo');
      await queues.die([
        { MessageBody: '{"n":0}', MessageGroupId: 'a' },
        { MessageBody: '{"n":1}', MessageGroupId: 'a' },
        { MessageBody: '{"n":2}', MessageGroupId: 'b' },
      ]);

      const result = await queues.connection.redrive(
        planFor(queues.name, { wants: (letter) => numberOf(letter) !== 0 }),
      );

      expect(result).toEqual({ seen: 2, moved: 1, left: 1 });
      expect(bodiesOf(await queues.take('deadLetters'))).toEqual(['{"n":0}', '{"n":1}']);
    },
    PATIENCE,
  );

  it.concurrent(
    'moves what dies again within five minutes, each time',
    async () => {
      const queues = await open('.fifo');
      await queues.die(letters(12));
      const handler = await buryAll(queues.name, queues.connection);

      for (let time = 1; time <= 2; time += 1) {
        await queues.connection.redrive(planFor(queues.name));
        await handler.hasBuried(12 * time);
      }
      await handler.stop();

      expect([...handler.buried].sort()).toEqual([...bodies(12), ...bodies(12)].sort());
      expect(bodiesOf(await queues.take('deadLetters'))).toEqual(bodies(12));
    },
    PATIENCE,
  );

  it.concurrent(
    'keeps the groups',
    async () => {
      const queues = await open('.fifo');
      await queues.die([{ MessageBody: '{"n":0}', MessageGroupId: 'order-7' }]);

      await queues.connection.redrive(planFor(queues.name));

      const [message] = await queues.take('queue');
      expect(message?.Attributes?.MessageGroupId).toBe('order-7');
    },
    PATIENCE,
  );
});
