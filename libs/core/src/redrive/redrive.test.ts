import { describe, expect, it } from '@jest/globals';
import { setImmediate as aTurn } from 'node:timers/promises';
import { z } from 'zod';
import { type AnyChannel } from 'throughline/transport';
import { queue } from 'throughline/sqs';
import { topic } from 'throughline/kafka';
import type { HandlerRegistration } from '../control/handler-registration.js';
import { DEAD_LETTER_HEADER } from 'throughline/transport';
import type { AnyHandlerOptions } from '../handler/handler-definition.js';
import type { Connection } from 'throughline/transport';
import type { StoredDeadLetter, Redelivery, RedrivePlan } from 'throughline/transport';
import { plainJavaScript } from '../plain-javascript.fixture.js';
import { redrive } from './redrive.js';

const orders = queue('orders', { schema: z.unknown() });

/** A handler whose connection only writes down what it is asked. */
function aPost(
  options: AnyHandlerOptions,
  plans: RedrivePlan[],
  channel: AnyChannel = orders,
  others = new Map<string, Partial<Connection>>(),
): HandlerRegistration {
  const connection = {
    deadLettersOf: () => 'orders-dlq',
    redrive: (plan: RedrivePlan) => {
      plans.push(plan);
      return Promise.resolve({ seen: 2, moved: 1, left: 1 });
    },
  };
  const definition = { name: 'Orders.process', channel, options };
  return {
    definition,
    group: undefined,
    connection,
    transports: {
      find: ({ system }: AnyChannel) =>
        system === channel.system ? connection : others.get(system.name),
    },
  } as unknown as HandlerRegistration;
}

const aDeadLetter = (handler: string, reason = 'exhausted'): StoredDeadLetter => {
  const countFailure = { source: 'orders', handler, reason, time: '2026-11-23T00:00:00.000Z' };
  const headers = { [DEAD_LETTER_HEADER]: JSON.stringify(countFailure) };
  return { id: '1', key: null, headers, raw: null };
};
const unknownDeadLetter: StoredDeadLetter = { id: '2', key: null, headers: {}, raw: null };

async function planOf(
  ...[options, asked]: [AnyHandlerOptions, Parameters<typeof redrive>[1]?]
): Promise<RedrivePlan> {
  const plans: RedrivePlan[] = [];
  await redrive(aPost(options, plans), asked);
  const [plan] = plans;
  if (plan === undefined) throw new Error('nothing was asked for');
  return plan;
}

describe('redrive', () => {
  it('moves everything that lies with the channel back to the handler, if nothing else is said', async () => {
    const plan = await planOf({ deadLetter: true });

    expect(plan).toMatchObject({ from: 'orders-dlq', to: 'handler', isDry: false });
    expect(
      [aDeadLetter('Orders.process'), aDeadLetter('Other.process'), unknownDeadLetter].map(
        plan.wants,
      ),
    ).toEqual([true, true, true]);
  });

  it.each([
    ['a promise of a no', () => Promise.resolve(false)],
    ['a promise that rejects', () => Promise.reject(new Error('no'))],
  ])('moves nothing where a filter answers with %s', async (_, filter) => {
    const plan = await planOf({ deadLetter: true }, { filter: plainJavaScript(filter) });

    expect(() => plan.wants(aDeadLetter('Orders.process'))).toThrow(
      expect.objectContaining({ code: 'TL_OPTION_INVALID' }),
    );

    await aTurn(); // an unhandled rejection would fail this test
  });

  it('goes on where its progress is told to one who rejects', async () => {
    const onProgress: () => unknown = () => Promise.reject(new Error('no'));
    const plan = await planOf({ deadLetter: true }, { onProgress });

    plan.onProgress({ seen: 1, moved: 1, left: 0 });

    await aTurn(); // an unhandled rejection would fail this test
  });

  it('moves only its own out of a place that it may share', async () => {
    const plan = await planOf({ deadLetter: queue('all-dead', { schema: z.unknown() }) });

    expect(plan.from).toBe('all-dead');
    expect(
      [aDeadLetter('Orders.process'), aDeadLetter('Other.process'), unknownDeadLetter].map(
        plan.wants,
      ),
    ).toEqual([true, false, false]);
  });

  it('shows a filter what the dead letter says of itself', async () => {
    const plan = await planOf(
      { deadLetter: true },
      { filter: ({ cause }) => cause?.reason === 'exhausted' },
    );

    expect(
      [aDeadLetter('a'), aDeadLetter('a', 'invalid'), unknownDeadLetter].map(plan.wants),
    ).toEqual([true, false, false]);
  });

  it('answers with what was done, and whether that is all', async () => {
    const registration = aPost({ deadLetter: true }, []);

    expect(await redrive(registration)).toEqual({ seen: 2, moved: 1, left: 1, isComplete: true });
    expect(await redrive(registration, { signal: AbortSignal.abort() })).toMatchObject({
      isComplete: false,
    });
  });

  it.each([
    ['has deadLetter: false', { deadLetter: false }],
    [
      'keeps them with a broker that no transport carries',
      { deadLetter: topic('dead', { schema: z.unknown() }) },
    ],
  ])('refuses a handler that %s', async (_, options) => {
    await expect(planOf(options)).rejects.toMatchObject({ code: 'TL_REDRIVE_IMPOSSIBLE' });
  });

  it.each([0, -1, Number.NaN])('refuses a rate of %d', async (rate) => {
    await expect(planOf({ deadLetter: true }, { rate })).rejects.toMatchObject({
      code: 'TL_OPTION_INVALID',
    });
  });

  describe('where another broker keeps the dead letters', () => {
    const options = { deadLetter: topic('dead', { schema: z.unknown() }) };

    /** The keeper writes down what it is asked; the handler's own broker shows letters in its way, and takes them. */
    function twoBrokers(redelivery: Partial<Redelivery> | undefined) {
      const plans: RedrivePlan[] = [];
      const keeper = aPost(options, plans).connection;
      const registration = aPost(options, [], orders, new Map([['kafka', keeper]]));
      const connection = redelivery && { redelivery: () => Promise.resolve(redelivery) };
      return {
        plans,
        registration: { ...registration, connection } as unknown as HandlerRegistration,
      };
    }

    it('has that broker read them, and the handler’s own one write them', async () => {
      const delivered: unknown[] = [];
      const { plans, registration } = twoBrokers({
        show: (deadLetter) => deadLetter,
        deliver: (deadLetters) => {
          delivered.push(...deadLetters);
          return Promise.resolve([]);
        },
      });

      await redrive(registration);
      await plans[0]?.deliver?.([aDeadLetter('Orders.process')]);

      expect(plans[0]).toMatchObject({ from: 'dead', to: 'handler' });
      expect(delivered).toEqual([aDeadLetter('Orders.process')]);
    });

    it('shows a filter each letter as the handler’s broker would', async () => {
      const { plans, registration } = twoBrokers({
        show: (deadLetter) => ({ ...deadLetter, key: 'shown' }),
      });

      await redrive(registration, {
        filter: ({ key, cause }) => key === 'shown' && cause !== undefined,
      });

      expect(plans[0]?.wants(aDeadLetter('Orders.process'))).toBe(true);
    });

    it('is refused where the handler’s transport takes none from another broker', async () => {
      const { registration } = twoBrokers(undefined);

      await expect(
        redrive({ ...registration, connection: {} as Connection }),
      ).rejects.toMatchObject({
        code: 'TL_REDRIVE_IMPOSSIBLE',
      });
    });
  });
});
