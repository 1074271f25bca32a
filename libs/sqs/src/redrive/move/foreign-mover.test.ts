import { describe, expect, it } from '@jest/globals';
import { ThroughlineError } from '#base';
import { type Letter } from 'throughline/transport';
import { ForeignMover } from './foreign-mover.js';
import { aMessage } from '../queue/sqs-dead-letter.fixture.js';
import { letterOf } from '../queue/sqs-dead-letter.js';

const letters = ['a', 'b'].map((id) => letterOf(aMessage(id)));

type Answer = PromiseSettledResult<unknown>;
const taken: Answer = { status: 'fulfilled', value: undefined };
const rejected = (reason: unknown): Answer => ({ status: 'rejected', reason });
const unavailable = new ThroughlineError('TL_KAFKA_UNAVAILABLE', 'It does not answer.');
const tooLarge = new ThroughlineError('TL_KAFKA_MESSAGE_TOO_LARGE', 'It is too large.', {
  errorClass: 'refused',
});
const denied = new ThroughlineError('TL_KAFKA_DENIED', 'Not allowed.', { errorClass: 'blocked' });

/** A mover whose other broker gives these answers, one list a call. */
function aMover(answers: readonly (readonly Answer[])[], patience = 10_000) {
  const asked: string[][] = [];
  const deliver = (some: readonly Letter[]): Promise<readonly Answer[]> => {
    asked.push(some.map(({ id }) => id));
    return Promise.resolve(answers[asked.length - 1] ?? some.map(() => taken));
  };
  const { signal } = new AbortController();
  return { mover: new ForeignMover({ deliver, signal, patience }), asked };
}

describe('ForeignMover', () => {
  it('hands over again what the other broker had no answer for, and only that', async () => {
    const { mover, asked } = aMover([[taken, rejected(unavailable)]]);

    const refusals = await mover.send(letters);

    expect(asked).toEqual([['a', 'b'], ['b']]);
    expect(refusals).toEqual([]);
  });

  it('says which letters the other broker refuses for what they are', async () => {
    const { mover } = aMover([[rejected(tooLarge), taken]]);

    const refusals = await mover.send(letters);

    expect(refusals).toEqual([{ letter: letters[0], reason: 'It is too large.' }]);
  });

  it('stops where the other broker refuses us, and not the letter', async () => {
    const { mover, asked } = aMover([[rejected(denied), taken]]);

    await expect(mover.send(letters)).rejects.toBe(denied);
    expect(asked).toHaveLength(1);
  });

  it('takes no answer for no success: the letter must not be deleted', async () => {
    const { mover } = aMover([[taken]]);

    await expect(mover.send(letters)).rejects.toThrow('nothing about this message');
  });

  it('does not wait for ever', async () => {
    const { mover } = aMover([[rejected(unavailable), taken]], 0);

    await expect(mover.send(letters)).rejects.toBe(unavailable);
  });
});
