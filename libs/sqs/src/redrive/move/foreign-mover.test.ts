import { describe, expect, it } from '@jest/globals';
import { ThroughlineError } from '#base';
import { type StoredDeadLetter } from 'throughline/transport';
import { ForeignMover } from './foreign-mover.js';
import { aMessage } from '../queue/sqs-dead-letter.fixture.js';
import { deadLetterOf } from '../queue/sqs-dead-letter.js';

const deadLetters = ['a', 'b'].map((id) => deadLetterOf(aMessage(id)));

type Answer = PromiseSettledResult<unknown>;
const accepted: Answer = { status: 'fulfilled', value: undefined };
const rejected = (reason: unknown): Answer => ({ status: 'rejected', reason });
const unavailable = new ThroughlineError('TL_KAFKA_UNAVAILABLE', 'It does not respond.');
const tooLarge = new ThroughlineError('TL_KAFKA_MESSAGE_TOO_LARGE', 'It is too large.', {
  errorClass: 'refused',
});
const denied = new ThroughlineError('TL_KAFKA_DENIED', 'Not allowed.', { errorClass: 'blocked' });

/** A mover whose other broker gives one of these lists of answers per call. */
function aMover(answers: readonly (readonly Answer[])[], patience = 10_000) {
  const asked: string[][] = [];
  const deliver = (some: readonly StoredDeadLetter[]): Promise<readonly Answer[]> => {
    asked.push(some.map(({ id }) => id));
    return Promise.resolve(answers[asked.length - 1] ?? some.map(() => accepted));
  };
  const { signal } = new AbortController();
  return { mover: new ForeignMover({ deliver, signal, patience }), asked };
}

describe('ForeignMover', () => {
  it('retries the dead letters for which the other broker was unavailable, and only these', async () => {
    const { mover, asked } = aMover([[accepted, rejected(unavailable)]]);

    const refusals = await mover.send(deadLetters);

    expect(asked).toEqual([['a', 'b'], ['b']]);
    expect(refusals).toEqual([]);
  });

  it('returns the dead letters that the other broker refuses', async () => {
    const { mover } = aMover([[rejected(tooLarge), accepted]]);

    const refusals = await mover.send(deadLetters);

    expect(refusals).toEqual([{ deadLetter: deadLetters[0], reason: 'It is too large.' }]);
  });

  it('stops if the other broker denies the request', async () => {
    const { mover, asked } = aMover([[rejected(denied), accepted]]);

    await expect(mover.send(deadLetters)).rejects.toBe(denied);
    expect(asked).toHaveLength(1);
  });

  it('treats a missing answer as a failure, so that the dead letter is not deleted', async () => {
    const { mover } = aMover([[accepted]]);

    await expect(mover.send(deadLetters)).rejects.toThrow(
      'no result for one of the redriven dead letters',
    );
  });

  it('stops waiting when its patience ends', async () => {
    const { mover } = aMover([[rejected(unavailable), accepted]], 0);

    await expect(mover.send(deadLetters)).rejects.toBe(unavailable);
  });
});
