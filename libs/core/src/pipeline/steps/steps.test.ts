import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { queue } from 'throughline/sqs';
import { ThroughlineError } from '#base';
import { ACK, type DeadLetter, type Outcome } from 'throughline/transport';
import { RetryPolicy } from '../retry-policy.js';
import { Delivery, countPendingPublishes, payloadOf } from '../../delivery.js';
import { compose } from '../compose.js';
import { aDelivery } from '../delivery.fixture.js';
import { anInbound } from '../inbound-message.fixture.js';
import type { Next, Step } from '../step.js';
import { classify } from './classify.js';
import { crashLoop } from './crash-loop.js';
import { deadLetter } from './dead-letter.js';
import { timeLimit } from './time-limit.js';
import { validate } from './validate.js';

const retryPolicy = new RetryPolicy({ attempts: 2, crashAttempts: 3 });
const neverRun = (): Outcome => {
  throw new Error('It should not have come so far.');
};

/** What becomes of a message in this step, with this behind it. */
const through = (step: Step, delivery: Delivery, next: Next): ReturnType<Next> =>
  compose([step], next)(delivery);

describe('validate', () => {
  const orders = queue('orders', { schema: z.object({ quantity: z.coerce.number().int() }) });

  it('hands on what the schema makes of the payload', async () => {
    let payload: unknown;
    await through(validate(orders), aDelivery({ payload: { quantity: '3' } }), (delivery) => {
      payload = payloadOf(delivery);
      return ACK;
    });

    expect(payload).toEqual({ quantity: 3 });
  });

  it('makes a dead letter of what does not fit, with the issues', async () => {
    const outcome = await through(
      validate(orders),
      aDelivery({ payload: { quantity: 'x' } }),
      neverRun,
    );

    expect(outcome).toMatchObject({ kind: 'deadLetter', reason: 'invalid' });
    expect(String((outcome as DeadLetter).cause)).toContain('quantity: ');
  });

  it('takes a schema that itself fails for a failure that may pass', async () => {
    const failing = (): Promise<never> => Promise.reject(new Error('registry'));
    const schema = { '~standard': { version: 1 as const, vendor: 'test', validate: failing } };
    const broken = queue('orders', { schema });

    await expect(through(validate(broken), aDelivery(), neverRun)).rejects.toThrow('registry');
  });
});

describe('crashLoop', () => {
  it('runs what was received as often as it may fail, and some more', async () => {
    expect(await through(crashLoop(retryPolicy), aDelivery({ failures: 4 }), () => ACK)).toEqual(
      ACK,
    );
  });

  it('does not run what was received far more often than that', async () => {
    const outcome = await through(crashLoop(retryPolicy), aDelivery({ failures: 5 }), neverRun);

    expect(outcome).toMatchObject({ kind: 'deadLetter', reason: 'crashing' });
  });
});

describe('deadLetter', () => {
  const letter: DeadLetter = { kind: 'deadLetter', reason: 'rejected', cause: new Error('never') };

  it('stores a dead letter, and says so', async () => {
    const stored: DeadLetter[] = [];
    const step = deadLetter({
      retryPolicy,
      store: (_, dead) => (stored.push(dead), Promise.resolve()),
      onNoDeadLetterChannel: neverRun,
    });

    expect(await through(step, aDelivery(), () => letter)).toEqual({ ...letter, isStored: true });
    expect(stored).toEqual([letter]);
  });

  it('stores again what could not be stored, uncounted, and calls no handler for that', async () => {
    const away = new Error('the dead-letter queue does not respond');
    const answers = [Promise.reject(away), Promise.reject(away), Promise.resolve()];
    answers.forEach((answer) => void answer.catch(() => undefined));
    const stored: DeadLetter[] = [];
    const step = deadLetter({
      retryPolicy,
      store: (_, dead) => (stored.push(dead), answers.shift() ?? Promise.resolve()),
      onNoDeadLetterChannel: neverRun,
    });

    const outcomes: Outcome[] = [await through(step, aDelivery(), () => letter)];
    for (let last = outcomes.at(-1); last?.kind === 'retry'; last = outcomes.at(-1)) {
      outcomes.push((await last.storeAgain?.()) ?? ACK);
    }

    expect(outcomes).toMatchObject([
      { kind: 'retry', counts: false, where: 'lane', after: 1_000, cause: away },
      { kind: 'retry', counts: false, where: 'lane', after: 2_000, cause: away },
      { ...letter, isStored: true },
    ]);
    expect(stored).toEqual([letter, letter, letter]);
  });

  it('waits for the longest backoff where its channel is denied', async () => {
    const denied = new ThroughlineError('TL_SQS_DENIED', 'denied', { errorClass: 'blocked' });
    const step = deadLetter({
      retryPolicy,
      store: () => Promise.reject(denied),
      onNoDeadLetterChannel: neverRun,
    });

    expect(await through(step, aDelivery(), () => letter)).toMatchObject({
      after: retryPolicy.longestWait,
      counts: false,
    });
  });

  it('lets it wait at the longest backoff, and reports it, where there is no place for it', async () => {
    const reported: DeadLetter[] = [];
    const step = deadLetter({
      retryPolicy,
      store: undefined,
      onNoDeadLetterChannel: (_, dead) => reported.push(dead),
    });

    expect(await through(step, aDelivery(), () => letter)).toMatchObject({
      kind: 'retry',
      after: retryPolicy.longestWait,
    });
    expect(reported).toEqual([letter]);
  });
});

describe('classify', () => {
  it('counts nothing that is thrown for a message which is no longer ours', async () => {
    const lost = new AbortController();
    const delivery = new Delivery({ ...anInbound(), signal: lost.signal }, 2);

    const outcome = await through(classify(retryPolicy), delivery, () => {
      lost.abort(new Error('somebody else has it'));
      throw new Error('aborted');
    });

    expect(outcome).toMatchObject({ kind: 'retry', counts: false });
  });

  it('makes an outcome of what was thrown', async () => {
    const cause = new Error('no stock');

    const outcome = await through(classify(retryPolicy), aDelivery({ attempt: 1 }), () => {
      throw cause;
    });

    expect(outcome).toMatchObject({ kind: 'retry', cause, counts: true });
  });
});

describe('timeLimit', () => {
  const limit = (onHung: () => () => void = neverRun as never): Step =>
    timeLimit({ timeout: 5, grace: 5, onHung });
  const untilAborted = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve()));

  it('leaves a run alone that ends in time', async () => {
    expect(await through(limit(), aDelivery(), () => Promise.resolve(ACK))).toBe(ACK);
  });

  it('aborts a run whose time is up, and counts it as failed however it ends', async () => {
    const delivery = aDelivery();

    const run = through(limit(), delivery, async () => {
      await untilAborted(delivery.signal);
      return ACK;
    });

    await expect(run).rejects.toMatchObject({ code: 'TL_HANDLER_TIMEOUT' });
    expect(delivery.signal.reason).toMatchObject({ code: 'TL_HANDLER_TIMEOUT' });
  });

  it('does not count it where it waited for a publish', async () => {
    const delivery = aDelivery();
    countPendingPublishes(delivery, 1);

    const run = through(limit(), delivery, async () => {
      await untilAborted(delivery.signal);
      return ACK;
    });

    await expect(run).rejects.toMatchObject({ name: 'RetryLater', counts: false });
  });

  it('waits for a run that goes on all the same, and reports it once its grace is over', async () => {
    const hung = Promise.withResolvers<undefined>();
    const end = Promise.withResolvers<undefined>();
    let hasEnded = false;
    let hasRecovered = false;

    const run = Promise.resolve(
      through(
        limit(() => (hung.resolve(undefined), () => (hasRecovered = true))),
        aDelivery(),
        async () => {
          await end.promise;
          return ACK;
        },
      ),
    ).catch(() => (hasEnded = true));
    await hung.promise;
    expect(hasEnded).toBe(false);
    end.resolve(undefined);
    await run;

    expect(hasEnded).toBe(true);
    expect(hasRecovered).toBe(true);
  });
});
