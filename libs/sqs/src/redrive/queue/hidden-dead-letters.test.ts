import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { suppress } from '../../client/fake-client.fixture.js';
import { DeadLetterQueue, type Received } from './dead-letter-queue.js';
import { HeldLetters } from './hidden-dead-letters.js';
import { letterOf } from './sqs-dead-letter.js';
import { aMessage, anSqsWith, DEAD_LETTERS } from './sqs-dead-letter.fixture.js';
import { askPatiently } from './ask-patiently.js';

const SECOND = 1_000;

interface Entry {
  readonly Id: string;
  readonly ReceiptHandle: string;
  readonly VisibilityTimeout: number;
}

function aHold() {
  const { client, asked } = anSqsWith([], ({ input }) => ({ Successful: input.Entries }));
  const ask = askPatiently({ suppress, signal: new AbortController().signal });
  const held = new HeldLetters(
    new DeadLetterQueue({ client, address: DEAD_LETTERS, visibility: 30 * SECOND, ask }),
  );
  return { held, hidings: () => asked.map(({ input }) => input.Entries as readonly Entry[]) };
}

const received = (...messages: readonly ReturnType<typeof aMessage>[]): Received => ({
  letters: messages.map(letterOf),
  at: Date.now(),
  isWhole: true,
});
const times = (count: number): Received =>
  received(...Array.from({ length: count }, (_, n) => aMessage(String(n))));

describe('HeldLetters', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('hides a letter for twice as long as it has been held, before it is visible again', async () => {
    const { held, hidings } = aHold();
    held.take(received(aMessage('a')));

    await jest.advanceTimersByTimeAsync(90 * SECOND);

    expect(hidings().map(([entry]) => entry?.VisibilityTimeout)).toEqual([30, 60, 120]);
    held.abandon();
  });

  it('never hides one for more than ten minutes', async () => {
    const { held, hidings } = aHold();
    held.take(received(aMessage('a')));

    await jest.advanceTimersByTimeAsync(3_600 * SECOND);

    expect(Math.max(...hidings().map(([entry]) => entry?.VisibilityTimeout ?? 0))).toBe(600);
    held.abandon();
  });

  it('gives back all that it holds, ten in a request', async () => {
    const { held, hidings } = aHold();
    held.take(times(23));
    held.forget(letterOf(aMessage('7')));

    await held.giveBack();

    expect(hidings().map((entries) => entries.length)).toEqual([10, 10, 2]);
    expect(
      hidings()
        .flat()
        .every(({ VisibilityTimeout }) => VisibilityTimeout === 0),
    ).toBe(true);
  });

  it('gives a letter back by its latest receipt where it was received again', async () => {
    const { held, hidings } = aHold();
    held.take(received(aMessage('a')));

    const others = held.take(received(aMessage('a', { ReceiptHandle: 'new' })));
    await held.giveBack();

    expect(others).toEqual([]);
    expect(hidings()[0]?.map(({ ReceiptHandle }) => ReceiptHandle)).toEqual(['new']);
  });

  it('knows that a letter is lost once nothing has prolonged it in time', () => {
    const { held } = aHold();
    held.take(received(aMessage('a')));

    jest.setSystemTime(Date.now() + 31 * SECOND);

    expect(held.has(letterOf(aMessage('a')))).toBe(false);
    held.abandon();
  });

  it('asks for nothing any more once it has given back', async () => {
    const { held, hidings } = aHold();
    held.take(received(aMessage('a')));
    await held.giveBack();

    await jest.advanceTimersByTimeAsync(120 * SECOND);

    expect(hidings()).toHaveLength(1);
  });
});
