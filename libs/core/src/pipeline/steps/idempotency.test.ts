import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Claim } from '../../idempotency/idempotency-store.js';
import { ScriptedStore } from '../../idempotency/scripted-store.fixture.js';
import { ACK, DUPLICATE, type Outcome } from 'throughline/transport';
import { abortDelivery, Delivery, inboundOf, setProgress } from '../../delivery.js';
import { compose } from '../compose.js';
import { aDelivery } from '../delivery.fixture.js';
import type { Next } from '../step.js';
import { idempotency, type IdempotencyParts } from './idempotency.js';

const neverRun = (): Outcome => {
  throw new Error('It should not have come so far.');
};

describe('idempotency', () => {
  let store: ScriptedStore;
  beforeEach(() => {
    store = new ScriptedStore();
    Logger.overrideLogger(false);
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  const step = (
    wish: Partial<IdempotencyParts> = {},
  ): ((delivery: Delivery, next: Next) => ReturnType<Next>) => {
    const one = idempotency({
      store,
      entryOf: () => 'mark',
      ttl: () => Promise.resolve(1_000),
      lease: 30_000,
      onUnavailable: 'retry',
      ...wish,
    });
    return (delivery, next) => compose([one], next)(delivery);
  };

  it('runs what nobody has done, and marks it before it is acked', async () => {
    const outcome = await step()(aDelivery(), () => {
      store.asked.push('handler');
      return ACK;
    });

    expect(outcome).toBe(ACK);
    expect(store.asked).toEqual(['claim', 'handler', 'complete']);
  });

  it('acks what was done as a duplicate', async () => {
    store.answer = { kind: 'done' };

    expect(await step()(aDelivery(), neverRun)).toBe(DUPLICATE);
  });

  it.each([
    [60_000, 1_000],
    [400, 400],
    [1, 100],
  ])(
    'has what another run is at (for %i ms more) wait in its lane, uncounted, for %i ms',
    async (endsIn, after) => {
      store.answer = { kind: 'leased', endsIn };

      expect(await step()(aDelivery(), neverRun)).toMatchObject({
        kind: 'retry',
        counts: false,
        where: 'lane',
        after,
        cause: { code: 'TL_LEASED' },
      });
    },
  );

  it('gives the lease back when the run fails', async () => {
    const run = async (): Promise<Outcome> =>
      step()(aDelivery(), () => {
        throw new Error('no stock');
      });

    await expect(run()).rejects.toThrow('no stock');
    expect(store.asked).toEqual(['claim', 'release']);
  });

  it('leaves the lease to a later run of the message, where the claim of an abandoned one is answered after it', async () => {
    const late = Promise.withResolvers<Claim>();
    const abandoned = aDelivery();
    const later = new Delivery(inboundOf(abandoned), 2);
    const work = Promise.withResolvers<Outcome>();
    const doOnce = step();
    const { claim } = store;
    store.claim = () => late.promise;
    const first = Promise.resolve(doOnce(abandoned, neverRun));
    setProgress(abandoned, 'abandoned');
    store.claim = claim;
    const second = Promise.resolve(doOnce(later, () => work.promise));

    late.resolve({ kind: 'granted' });
    await expect(first).rejects.toThrow('will be retried');
    expect(store.asked).not.toContain('release');

    work.resolve(ACK);
    expect(await second).toBe(ACK);
    expect(store.asked).toEqual(['claim', 'complete']);
  });

  it('gives the lease back when the message is not done', async () => {
    const givenBack: Outcome = { kind: 'retry', after: 0, cause: undefined, counts: false };

    expect(await step()(aDelivery(), () => givenBack)).toBe(givenBack);
    expect(store.asked).toEqual(['claim', 'release']);
  });

  it('does not run without its store', async () => {
    store.isAway = true;

    await expect(Promise.resolve(step()(aDelivery(), neverRun))).rejects.toMatchObject({
      code: 'TL_SCRIPT_UNAVAILABLE',
    });
  });

  it('takes a store that refuses for one that is away, so that nothing counts against the message', async () => {
    store.claim = () => Promise.reject(new Error('WRONGPASS invalid password'));

    await expect(Promise.resolve(step()(aDelivery(), neverRun))).rejects.toMatchObject({
      code: 'TL_STORE_UNAVAILABLE',
    });
  });

  it('claims as one and the same for a message, however often it runs', async () => {
    const claims: string[] = [];
    store.claim = (_mark, holder) => {
      claims.push(holder);
      return Promise.resolve({ kind: 'leased', endsIn: 1 });
    };
    const first = aDelivery();
    for (const delivery of [first, first, aDelivery()]) await step()(delivery, neverRun);

    expect(claims[0]).toBe(claims[1]);
    expect(claims[2]).not.toBe(claims[0]);
  });

  it('runs without its store where it may', async () => {
    store.isAway = true;

    expect(await step({ onUnavailable: 'process' })(aDelivery(), () => ACK)).toBe(ACK);
  });

  it('does not ack before the entry is written, however long its store is away', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] });
    let outcome: Outcome | undefined;
    const running = Promise.resolve(
      step()(aDelivery(), () => {
        store.isAway = true;
        return ACK;
      }),
    ).then((answer) => (outcome = answer));
    await jest.advanceTimersByTimeAsync(5_000);
    expect(outcome).toBeUndefined();
    store.isAway = false;
    await jest.advanceTimersByTimeAsync(1_000);
    await running;

    expect(outcome).toBe(ACK);
    expect(store.asked).toEqual(['claim', 'complete']);
  });

  it('logs only once that a message waits for its entry, however often the store fails', async () => {
    const warnings: unknown[] = [];
    const ignore = (): undefined => undefined;
    Logger.overrideLogger({
      log: ignore,
      error: ignore,
      warn: (line: unknown) => warnings.push(line),
    });
    const complete = store.complete.bind(store);
    let tries = 0;
    store.complete = () => {
      tries += 1;
      if (tries === 3) return complete();
      return Promise.reject(new Error('The disk is full.'));
    };

    expect(await step()(aDelivery({ id: 'm1' }), () => ACK)).toBe(ACK);
    expect(store.asked).toEqual(['claim', 'complete']);
    expect(warnings).toEqual([
      'Message m1 from "orders" was processed, but the idempotency store "scripted" could not record this: The disk is full. Throughline will keep retrying. It will acknowledge the message when the store has recorded it as processed.',
    ]);
  });

  it('leaves a message uncounted whose entry could not be written in time', async () => {
    const delivery = aDelivery();
    const run = async (): Promise<Outcome> =>
      step()(delivery, () => {
        store.isAway = true;
        abortDelivery(delivery, new Error('the application stops'));
        return ACK;
      });

    await expect(run()).rejects.toMatchObject({ code: 'TL_SCRIPT_UNAVAILABLE' });
  });

  it('acks without an entry where it may', async () => {
    const outcome = await step({ onUnavailable: 'process' })(aDelivery(), () => {
      store.isAway = true;
      return ACK;
    });

    expect(outcome).toBe(ACK);
  });

  it('renews the lease while the handler runs, and no longer', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] });
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const running = step()(aDelivery(), () => promise);
    await jest.advanceTimersByTimeAsync(25_000);
    resolve(ACK);
    await running;
    await jest.advanceTimersByTimeAsync(60_000);

    expect(store.asked).toEqual(['claim', 'renew', 'renew', 'complete']);
  });

  it('tells a run that has lost its lease, and does not count it as failed', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] });
    store.isStillOurs = false;
    const delivery = aDelivery();
    const running = step()(
      delivery,
      () =>
        new Promise((_, reject) => {
          delivery.signal.addEventListener('abort', () => reject(delivery.signal.reason as Error));
        }),
    );
    await jest.advanceTimersByTimeAsync(10_000);

    expect(await running).toMatchObject({
      kind: 'retry',
      counts: false,
      cause: { code: 'TL_LEASE_LOST' },
    });
  });
});
