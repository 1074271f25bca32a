import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ACK, type Outcome } from 'throughline/transport';
import { setProgress, type Delivery } from '../../delivery.js';
import { compose } from '../compose.js';
import { aDelivery } from '../delivery.fixture.js';
import type { Next } from '../step.js';
import { Abandoned, begin, deadline } from './deadline.js';

const TIMEOUT = 1_000;

const within = (delivery: Delivery, next: Next): ReturnType<Next> =>
  compose([deadline(TIMEOUT)], next)(delivery);

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
    async (delivery: Delivery): Promise<Outcome> => {
      await something;
      begin(delivery);
      return handler();
    };

  it('abandons a run that has not reached its handler, and never begins that handler', async () => {
    const schema = Promise.withResolvers<undefined>();
    const handler = jest.fn(() => ACK);
    const delivery = aDelivery();
    const next = waitingFor(schema.promise, handler);
    const abandoned = Promise.withResolvers<unknown>();

    const outcome = within(delivery, (one) => {
      const running = next(one);
      running.catch(abandoned.resolve);
      return running;
    });
    const ended = expect(outcome).rejects.toMatchObject({ code: 'TL_HANDLER_TIMEOUT' });
    jest.advanceTimersByTime(TIMEOUT);
    await ended;
    expect(delivery.signal.aborted).toBe(true);
    schema.resolve(undefined);

    expect(await abandoned.promise).toBeInstanceOf(Abandoned);
    expect(handler).not.toHaveBeenCalled();
  });

  it('waits for a handler that has begun', async () => {
    const schema = Promise.withResolvers<undefined>();
    const delivery = aDelivery();

    const outcome = within(
      delivery,
      waitingFor(schema.promise, () => ACK),
    );
    schema.resolve(undefined);
    await Promise.resolve();
    jest.advanceTimersByTime(TIMEOUT);

    expect(await outcome).toBe(ACK);
    expect(delivery.signal.aborted).toBe(false);
  });

  it('takes a store that does not respond for an outage, and no failure of the message', async () => {
    const delivery = aDelivery();

    const outcome = within(delivery, (one) => {
      setProgress(one, 'claiming');
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
    expect(within(aDelivery(), () => ACK)).toBe(ACK);
    expect(jest.getTimerCount()).toBe(0);
  });
});
