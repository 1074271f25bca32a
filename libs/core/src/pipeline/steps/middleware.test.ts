import { describe, expect, it } from '@jest/globals';
import { ACK, type Outcome } from 'throughline/transport';
import { Delivery } from '../../delivery.js';
import type { MiddlewareFunction } from '../../middleware.js';
import { anInbound } from '../inbound-message.fixture.js';
import { middleware } from './middleware.js';

/** A handler that runs until the test ends it, behind a middleware. */
function running(use: MiddlewareFunction) {
  const handler = Promise.withResolvers<Outcome>();
  let runs = 0;
  const rest = (): Promise<Outcome> => {
    runs += 1;
    return handler.promise;
  };
  const outcome = (async () => middleware('m', use).around?.(new Delivery(anInbound(), 1), rest))();
  let isSettled = false;
  const settled = outcome.then(
    (value) => ((isSettled = true), value),
    (thrown: unknown) => {
      isSettled = true;
      throw thrown;
    },
  );
  settled.catch(() => undefined);
  return { handler, settled, isSettled: () => isSettled, runs: () => runs };
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
};

describe('a middleware that does not wait for the handler', () => {
  it.each<[string, MiddlewareFunction]>([
    [
      'and answers at once',
      (_, next) => {
        void next();
        return ACK;
      },
    ],
    [
      'and answers later',
      (_, next) => {
        void next();
        return Promise.resolve(ACK);
      },
    ],
  ])('has its message settled only once the handler has ended: %s', async (_, use) => {
    const { handler, settled, isSettled } = running(use);
    await turns();
    expect(isSettled()).toBe(false);

    handler.resolve(ACK);

    expect(await settled).toBe(ACK);
  });

  it('has failed where the handler fails, and no error is left unheard', async () => {
    const unheard: unknown[] = [];
    const listener = (reason: unknown): number => unheard.push(reason);
    process.on('unhandledRejection', listener);
    const { handler, settled } = running((_, next) => {
      void next();
      return ACK;
    });

    handler.reject(new Error('nobody awaits this'));
    await expect(settled).rejects.toThrow('nobody awaits this');
    await turns();

    process.off('unhandledRejection', listener);
    expect(unheard).toEqual([]);
  });

  it('has failed only once the handler has ended, where it throws', async () => {
    const { handler, settled, isSettled } = running((_, next) => {
      void next();
      throw new Error('after next');
    });
    await turns();
    expect(isSettled()).toBe(false);

    handler.resolve(ACK);

    await expect(settled).rejects.toThrow('after next');
  });

  it('runs nothing with a next that comes after its answer', async () => {
    let late: () => unknown = () => undefined;
    const { settled, runs } = running((_, next) => {
      late = next;
      return ACK;
    });
    await settled;

    late();

    expect(runs()).toBe(0);
  });
});
