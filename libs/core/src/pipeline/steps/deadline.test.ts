import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ACK, type Outcome } from 'throughline/transport';
import { deadline } from './deadline.js';
import { Abandoned, begin, type Handling } from '../handling.js';
import { aHandling } from '../handling.fixture.js';

const TIMEOUT = 1_000;

describe('deadline', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /** A step that waits for something, and the handler behind it. */
  const waitingFor =
    (something: Promise<unknown>, handler: () => Outcome) =>
    async (handling: Handling): Promise<Outcome> => {
      await something;
      begin(handling);
      return handler();
    };

  it('abandons a run that has not reached its handler, and never begins that handler', async () => {
    const schema = Promise.withResolvers<undefined>();
    const handler = jest.fn(() => ACK);
    const handling = aHandling();
    const road = waitingFor(schema.promise, handler);
    const abandoned = Promise.withResolvers<unknown>();

    const outcome = deadline(TIMEOUT)(handling, (one) => {
      const running = road(one);
      running.catch(abandoned.resolve);
      return running;
    });
    const ended = expect(outcome).rejects.toMatchObject({ code: 'TL_HANDLER_TIMEOUT' });
    jest.advanceTimersByTime(TIMEOUT);
    await ended;
    expect(handling.run.signal.aborted).toBe(true);
    schema.resolve(undefined);

    expect(await abandoned.promise).toBeInstanceOf(Abandoned);
    expect(handler).not.toHaveBeenCalled();
  });

  it('waits for a handler that has begun', async () => {
    const schema = Promise.withResolvers<undefined>();
    const handling = aHandling();

    const outcome = deadline(TIMEOUT)(
      handling,
      waitingFor(schema.promise, () => ACK),
    );
    schema.resolve(undefined);
    await Promise.resolve();
    jest.advanceTimersByTime(TIMEOUT);

    expect(await outcome).toBe(ACK);
    expect(handling.run.signal.aborted).toBe(false);
  });

  it('takes a store that does not answer for an outage, and no failure of the message', async () => {
    const handling = aHandling();

    const outcome = deadline(TIMEOUT)(handling, (one) => {
      one.stage = 'claiming';
      return new Promise(() => undefined);
    });
    const ended = expect(outcome).rejects.toMatchObject({
      code: 'TL_STORE_UNAVAILABLE',
      errorClass: 'unavailable',
    });
    jest.advanceTimersByTime(TIMEOUT);

    await ended;
  });

  it('makes nothing for what ends at once', () => {
    expect(deadline(TIMEOUT)(aHandling(), () => ACK)).toBe(ACK);
    expect(jest.getTimerCount()).toBe(0);
  });
});
