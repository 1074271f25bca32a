import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { suppress } from '../../client/fake-client.fixture.js';
import { DeadLetterQueue, type Received } from './dead-letter-queue.js';
import { HiddenDeadLetters } from './hidden-dead-letters.js';
import { deadLetterOf } from './sqs-dead-letter.js';
import { aMessage, anSqsWith, deadLettersOn } from './sqs-dead-letter.fixture.js';
import { askPatiently } from './ask-patiently.js';

const SECOND = 1_000;

interface Entry {
  readonly Id: string;
  readonly ReceiptHandle: string;
  readonly VisibilityTimeout: number;
}

function aQueue(answered: () => Promise<void> = () => Promise.resolve()) {
  const { client, asked } = anSqsWith([], async ({ input }) => {
    await answered();
    return { Successful: input.Entries };
  });
  const ask = askPatiently({ suppress, signal: new AbortController().signal });
  const hidden = new HiddenDeadLetters(
    new DeadLetterQueue({ address: deadLettersOn(client), visibility: 30 * SECOND, ask }),
  );
  return { hidden, hidings: () => asked.map(({ input }) => input.Entries as readonly Entry[]) };
}

const received = (...messages: readonly ReturnType<typeof aMessage>[]): Received => ({
  deadLetters: messages.map(deadLetterOf),
  at: Date.now(),
  isWhole: true,
});
const times = (count: number): Received =>
  received(...Array.from({ length: count }, (_, n) => aMessage(String(n))));

describe('HiddenDeadLetters', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('hides a dead letter for twice as long as it has been hidden, before it becomes visible', async () => {
    const { hidden, hidings } = aQueue();
    hidden.add(received(aMessage('a')));

    await jest.advanceTimersByTimeAsync(90 * SECOND);

    expect(hidings().map(([entry]) => entry?.VisibilityTimeout)).toEqual([30, 60, 120]);
    hidden.abandon();
  });

  it('never hides one for more than ten minutes at a time', async () => {
    const { hidden, hidings } = aQueue();
    hidden.add(received(aMessage('a')));

    await jest.advanceTimersByTimeAsync(3_600 * SECOND);

    expect(Math.max(...hidings().map(([entry]) => entry?.VisibilityTimeout ?? 0))).toBe(600);
    hidden.abandon();
  });

  it('makes all of them visible again, ten in a request', async () => {
    const { hidden, hidings } = aQueue();
    hidden.add(times(23));
    hidden.forget(deadLetterOf(aMessage('7')));

    await hidden.release();

    expect(hidings().map((entries) => entries.length)).toEqual([10, 10, 2]);
    expect(
      hidings()
        .flat()
        .every(({ VisibilityTimeout }) => VisibilityTimeout === 0),
    ).toBe(true);
  });

  it('waits for an extension that is under way before it makes them visible again', async () => {
    const answer = Promise.withResolvers<undefined>();
    const { hidden, hidings } = aQueue(() => answer.promise);
    hidden.add(received(aMessage('a')));
    await jest.advanceTimersByTimeAsync(16 * SECOND);

    const released = hidden.release();
    await jest.advanceTimersByTimeAsync(1);
    const before = hidings().map(([entry]) => entry?.VisibilityTimeout);
    answer.resolve(undefined);
    await released;

    expect(before).toEqual([30]);
    expect(hidings().map(([entry]) => entry?.VisibilityTimeout)).toEqual([30, 0]);
  });

  it('uses the latest receipt of a dead letter that was received again', async () => {
    const { hidden, hidings } = aQueue();
    hidden.add(received(aMessage('a')));

    const added = hidden.add(received(aMessage('a', { ReceiptHandle: 'new' })));
    await hidden.release();

    expect(added).toEqual([]);
    expect(hidings()[0]?.map(({ ReceiptHandle }) => ReceiptHandle)).toEqual(['new']);
  });

  it('knows that a dead letter is visible again if nothing has extended its visibility in time', () => {
    const { hidden } = aQueue();
    hidden.add(received(aMessage('a')));

    jest.setSystemTime(Date.now() + 31 * SECOND);

    expect(hidden.has(deadLetterOf(aMessage('a')))).toBe(false);
    hidden.abandon();
  });

  it('sends no more requests after it has made them visible', async () => {
    const { hidden, hidings } = aQueue();
    hidden.add(received(aMessage('a')));
    await hidden.release();

    await jest.advanceTimersByTimeAsync(120 * SECOND);

    expect(hidings()).toHaveLength(1);
  });
});
