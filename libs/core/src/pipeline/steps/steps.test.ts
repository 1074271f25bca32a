import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { queue } from 'throughline/sqs';
import { ThroughlineError } from '#base';
import { ACK, type DeadLetter, type Outcome } from 'throughline/transport';
import { RetryPolicy } from '../retry-policy.js';
import { compose } from '../step.js';
import { storeDeadLetter } from './dead-letter.js';
import { checkSchema } from './validate.js';
import { decode } from './decode.js';
import type { Handling } from '../handling.js';
import { aHandling } from '../handling.fixture.js';
import { classify } from './classify.js';
import { limitTime } from './time-limit.js';
import { stopCrashLoops } from './crash-loop.js';

const retryPolicy = new RetryPolicy({ attempts: 2, crashAttempts: 3 });
const neverRun = (): Outcome => {
  throw new Error('It should not have come so far.');
};

describe('compose', () => {
  it('puts the first outermost', async () => {
    const order: string[] = [];
    const road = compose(
      [
        (handling, next) => (order.push('outer'), next(handling)),
        (handling, next) => (order.push('inner'), next(handling)),
      ],
      () => (order.push('handler'), ACK),
    );

    await road(aHandling());

    expect(order).toEqual(['outer', 'inner', 'handler']);
  });
});

describe('decode', () => {
  it('reads JSON in UTF-8', async () => {
    let payload: unknown;
    await decode(aHandling({ body: '{"item":"Gerät"}' }), (handling) => {
      payload = handling.payload;
      return ACK;
    });

    expect(payload).toEqual({ item: 'Gerät' });
  });

  it('hands a tombstone through', async () => {
    let handling: Handling | undefined;
    await decode(aHandling({ body: null }), (seen) => ((handling = seen), ACK));

    expect(handling?.payload).toBeNull();
  });

  it.each(['', 'not json', '{"a":', '\u0000'])(
    'makes a dead letter of %p, without its text',
    async (body) => {
      const outcome = await decode(aHandling({ body }), neverRun);

      expect(outcome).toMatchObject({
        kind: 'deadLetter',
        reason: 'invalid',
        cause: { code: 'TL_BODY_NOT_JSON' },
      });
    },
  );

  it('refuses what is no UTF-8', async () => {
    const handling = aHandling();
    const raw = Uint8Array.of(0x22, 0xff, 0x22);

    const outcome = await decode({ ...handling, inbound: { ...handling.inbound, raw } }, neverRun);

    expect(outcome).toMatchObject({ kind: 'deadLetter', reason: 'invalid' });
  });
});

describe('checkSchema', () => {
  const orders = queue('orders', { schema: z.object({ quantity: z.coerce.number().int() }) });

  it('hands on what the schema makes of the payload', async () => {
    let payload: unknown;
    await checkSchema(orders)({ ...aHandling(), payload: { quantity: '3' } }, (handling) => {
      payload = handling.payload;
      return ACK;
    });

    expect(payload).toEqual({ quantity: 3 });
  });

  it('makes a dead letter of what does not fit, with the issues', async () => {
    const outcome = await checkSchema(orders)(
      { ...aHandling(), payload: { quantity: 'x' } },
      neverRun,
    );

    expect(outcome).toMatchObject({ kind: 'deadLetter', reason: 'invalid' });
    expect(String((outcome as DeadLetter).cause)).toContain('quantity: ');
  });

  it('takes a schema that itself fails for a failure that may pass', async () => {
    const validate = (): Promise<never> => Promise.reject(new Error('registry'));
    const schema = { '~standard': { version: 1 as const, vendor: 'test', validate } };
    const broken = queue('orders', { schema });

    await expect(checkSchema(broken)(aHandling(), neverRun)).rejects.toThrow('registry');
  });
});

describe('stopCrashLoops', () => {
  it('runs what was received as often as it may fail, and some more', async () => {
    expect(await stopCrashLoops(retryPolicy)(aHandling({ failures: 4 }), () => ACK)).toEqual(ACK);
  });

  it('does not run what was received far more often than that', async () => {
    const outcome = await stopCrashLoops(retryPolicy)(aHandling({ failures: 5 }), neverRun);

    expect(outcome).toMatchObject({ kind: 'deadLetter', reason: 'crashing' });
  });
});

describe('bury', () => {
  const letter: DeadLetter = { kind: 'deadLetter', reason: 'rejected', cause: new Error('never') };

  it('stores a dead letter, and says so', async () => {
    const stored: DeadLetter[] = [];
    const step = storeDeadLetter({
      retryPolicy,
      store: (_, dead) => (stored.push(dead), Promise.resolve()),
      onNoDeadLetterChannel: neverRun,
    });

    expect(await step(aHandling(), () => letter)).toEqual({ ...letter, isStored: true });
    expect(stored).toEqual([letter]);
  });

  it('stores again what could not be stored, uncounted, and calls no handler for that', async () => {
    const away = new Error('the dead-letter queue does not answer');
    const answers = [Promise.reject(away), Promise.reject(away), Promise.resolve()];
    answers.forEach((answer) => void answer.catch(() => undefined));
    const stored: DeadLetter[] = [];
    const step = storeDeadLetter({
      retryPolicy,
      store: (_, dead) => (stored.push(dead), answers.shift() ?? Promise.resolve()),
      onNoDeadLetterChannel: neverRun,
    });

    const outcomes: Outcome[] = [await step(aHandling(), () => letter)];
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
    const step = storeDeadLetter({
      retryPolicy,
      store: () => Promise.reject(denied),
      onNoDeadLetterChannel: neverRun,
    });

    expect(await step(aHandling(), () => letter)).toMatchObject({
      after: retryPolicy.longestWait,
      counts: false,
    });
  });

  it('lets it wait at the longest backoff, and tells, where there is no place for it', async () => {
    const told: DeadLetter[] = [];
    const step = storeDeadLetter({
      retryPolicy,
      store: undefined,
      onNoDeadLetterChannel: (_, dead) => told.push(dead),
    });

    expect(await step(aHandling(), () => letter)).toMatchObject({
      kind: 'retry',
      after: retryPolicy.longestWait,
    });
    expect(told).toEqual([letter]);
  });
});

describe('judge', () => {
  it('counts nothing that is thrown for a message which is no longer ours', async () => {
    const lost = new AbortController();
    const inbound = { ...aHandling({ attempt: 2 }).inbound, signal: lost.signal };
    const handling = { ...aHandling({ attempt: 2 }), inbound };

    const outcome = await classify(retryPolicy)(handling, () => {
      lost.abort(new Error('somebody else has it'));
      throw new Error('aborted');
    });

    expect(outcome).toMatchObject({ kind: 'retry', counts: false });
  });

  it('makes an outcome of what was thrown', async () => {
    const cause = new Error('no stock');

    const outcome = await classify(retryPolicy)(aHandling({ attempt: 1 }), () => {
      throw cause;
    });

    expect(outcome).toMatchObject({ kind: 'retry', cause, counts: true });
  });
});

describe('limitTime', () => {
  const limit = (onHung: () => () => void = neverRun as never): ReturnType<typeof limitTime> =>
    limitTime({ timeout: 5, grace: 5, onHung });
  const untilAborted = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve()));

  it('leaves a run alone that ends in time', async () => {
    expect(await limit()(aHandling(), () => Promise.resolve(ACK))).toBe(ACK);
  });

  it('tells a run whose time is up, and counts it as failed however it ends', async () => {
    const handling = aHandling();

    const run = limit()(handling, async () => {
      await untilAborted(handling.run.signal);
      return ACK;
    });

    await expect(run).rejects.toMatchObject({ code: 'TL_HANDLER_TIMEOUT' });
    expect(handling.run.signal.reason).toMatchObject({ code: 'TL_HANDLER_TIMEOUT' });
  });

  it('does not count it where it waited for a publish', async () => {
    const handling = aHandling();
    handling.run.pendingPublishes = 1;

    const run = limit()(handling, async () => {
      await untilAborted(handling.run.signal);
      return ACK;
    });

    await expect(run).rejects.toMatchObject({ name: 'RetryLater', counts: false });
  });

  it('waits for a run that goes on all the same, and tells once its grace is over', async () => {
    const hung = Promise.withResolvers<undefined>();
    const end = Promise.withResolvers<undefined>();
    let hasEnded = false;
    let isTold = false;

    const run = Promise.resolve(
      limit(() => (hung.resolve(undefined), () => (isTold = true)))(aHandling(), async () => {
        await end.promise;
        return ACK;
      }),
    ).catch(() => (hasEnded = true));
    await hung.promise;
    expect(hasEnded).toBe(false);
    end.resolve(undefined);
    await run;

    expect(hasEnded).toBe(true);
    expect(isTold).toBe(true);
  });
});
