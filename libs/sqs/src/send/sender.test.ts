import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { type Outbound } from 'throughline/transport';
import { queue, type QueueTerms } from '../channel.js';
import { ThroughlineError } from '#base';
import { z } from 'zod';
import {
  addressOf,
  allDone,
  fakeClient,
  suppress,
  sqsError,
  type Asked,
} from '../client/fake-client.fixture.js';
import { Sender } from './sender.js';

const TIMEOUT = 10_000;
const message = (body: string, more: object = {}): Outbound<QueueTerms> => ({
  channel: queue('orders', { schema: z.unknown() }),
  body,
  key: null,
  headers: {},
  timeout: TIMEOUT,
  ...more,
});

interface Sent {
  readonly Id: string;
  readonly MessageBody: string;
}
const bodiesOf = ({ input }: Asked): readonly string[] =>
  (input.Entries as readonly Sent[]).map(({ MessageBody }) => MessageBody);

/** A sender to a fake SQS that answers as the test says. */
function aSender(answer: (asked: Asked) => unknown = allDone, isFifo = false) {
  const { client, asked } = fakeClient(answer);
  const name = isFifo ? 'orders.fifo' : 'orders';
  const sender = new Sender(addressOf(client, name), suppress);
  const send = (...bodies: readonly string[]): Promise<readonly string[]> =>
    Promise.all(
      bodies.map((body) =>
        sender.send(message(body)).then(
          () => 'sent',
          (error: unknown) => (error instanceof ThroughlineError ? error.code : String(error)),
        ),
      ),
    );
  return { sender, asked, send };
}

/** An answer in which the entries fail for which `fails` returns a failure. */
const failing =
  (fails: (body: string) => object | undefined) =>
  ({ input }: Asked): object => {
    const entries = (input.Entries as readonly Sent[]).map(({ Id, MessageBody }) => ({
      Id,
      failure: fails(MessageBody),
    }));
    return {
      Successful: entries
        .filter(({ failure }) => failure === undefined)
        .map(({ Id }) => ({ Id, MessageId: `message-${Id}` })),
      Failed: entries.flatMap(({ Id, failure }) =>
        failure === undefined ? [] : [{ Id, ...failure }],
      ),
    };
  };

/** Advances the clock in steps, because requests begin in turns of the event loop, which fake timers do not advance. */
async function pass(milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 100) {
    await jest.advanceTimersByTimeAsync(100);
    await new Promise(setImmediate);
  }
}

describe('Sender', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([
    ['SQS blames on itself', { Code: 'InternalError', SenderFault: false }],
    ['SQS blames on itself, whatever its code', { Code: 'AccessDenied', SenderFault: false }],
    ['is throttled', { Code: 'ThrottlingException', SenderFault: true }],
  ])('retries an entry that %s, and only that', async (_, failure) => {
    let failures = 3;
    const { asked, send } = aSender(
      failing((body) => (body === 'b' && (failures -= 1) >= 0 ? failure : undefined)),
    );

    const results = send('a', 'b');
    await pass(5_000);

    expect(await results).toEqual(['sent', 'sent']);
    expect(asked.map(bodiesOf)).toEqual([['a', 'b'], ['b'], ['b'], ['b']]);
  });

  it('rejects as unavailable if SQS itself fails until the timeout', async () => {
    const { send } = aSender(failing(() => ({ Code: 'InternalError', SenderFault: false })));

    const results = send('a');
    await pass(TIMEOUT);

    expect(await results).toEqual(['TL_SQS_UNAVAILABLE']);
  });

  it('retries entries that the answer does not mention', async () => {
    const answers: object[] = [{ Successful: [{ Id: '0', MessageId: 'm' }] }, {}];
    const { asked, send } = aSender((ask) => answers.shift() ?? allDone(ask));

    const results = send('a', 'b');
    await pass(5_000);

    expect(await results).toEqual(['sent', 'sent']);
    expect(asked.map(bodiesOf)).toEqual([['a', 'b'], ['b'], ['b']]);
  });

  it.each([
    ['InvalidMessageContents', 'TL_SQS_REFUSED', 'refused'],
    ['InvalidParameterValue', 'TL_SQS_REFUSED', 'refused'],
    ['KmsAccessDenied', 'TL_SQS_DENIED', 'blocked'],
    ['KmsDisabled', 'TL_SQS_BLOCKED', 'blocked'],
  ])('rejects at once if an entry fails with %s', async (Code, code, errorClass) => {
    const { sender, asked } = aSender(failing(() => ({ Code, SenderFault: true })));

    await expect(sender.send(message('a'))).rejects.toMatchObject({ code, errorClass });
    expect(asked).toHaveLength(1);
  });

  it.each(['AccessDenied', 'QueueDoesNotExist', 'ACodeOfTomorrow'])(
    'rejects at once, as blocked, if SQS answers the request with %s',
    async (name) => {
      const { sender, asked } = aSender(() => {
        throw sqsError(name);
      });

      await expect(sender.send(message('a'))).rejects.toMatchObject({ errorClass: 'blocked' });
      expect(asked).toHaveLength(1);
    },
  );

  it.each(['InvalidParameterValue', 'BatchRequestTooLong'])(
    'sends messages one by one if SQS refuses the request with %s, and rejects the one that it refuses',
    async (name) => {
      const { asked, send } = aSender((ask) => {
        if (bodiesOf(ask).includes('bad')) throw sqsError(name);
        return allDone(ask);
      });

      expect(await send('a', 'bad', 'c')).toEqual(['sent', 'TL_SQS_REFUSED', 'sent']);
      expect(asked.map(bodiesOf)).toEqual([['a', 'bad', 'c'], ['a'], ['bad'], ['c']]);
    },
  );

  it.each([
    [
      'no provider has them',
      Object.assign(new Error('none'), { name: 'CredentialsProviderError' }),
    ],
    ['their provider does not respond', new Error('STS does not respond')],
    ['their token has expired', sqsError('ExpiredToken', 403)],
    ['the clock is wrong', sqsError('RequestTimeTooSkewed', 403)],
  ])('waits for credentials until the timeout, and rejects as unavailable: %s', async (_, e) => {
    let isUnavailable = true;
    const { send } = aSender((ask) => {
      if (isUnavailable) throw e;
      return allDone(ask);
    });

    const late = send('a');
    await pass(TIMEOUT);
    const inTime = send('b');
    await pass(5_000);
    isUnavailable = false;
    await pass(5_000);

    expect(await late).toEqual(['TL_SQS_UNAVAILABLE']);
    expect(await inTime).toEqual(['sent']);
  });

  it.each([-1, NaN])('refuses a delay of %d ms', (delay) => {
    const { sender } = aSender();

    expect(() => sender.send(message('a', { terms: { delay } }))).toThrow(
      expect.objectContaining({ code: 'TL_SQS_DELAY_INVALID' }),
    );
  });
});

describe('any message', () => {
  it.each([false, true])(
    'is sent or rejected with a code, and does not affect other messages (FIFO: %s)',
    async (isFifo) => {
      const anything = fc.oneof(fc.anything(), fc.string({ unit: 'binary' }), fc.uint8Array());
      const messages = fc.record({
        headers: fc.dictionary(fc.string({ unit: 'binary' }), anything, { noNullPrototype: false }),
        key: fc.oneof(fc.constant('a'), fc.constant(null), anything),
        terms: fc.oneof(
          fc.constant(undefined),
          fc.record({ delay: fc.constant(undefined), deduplicationId: anything }),
        ),
      });
      const { sender } = aSender(allDone, isFifo);
      const codeOf = async (send: () => Promise<unknown>): Promise<string> => {
        try {
          await send();
          return 'sent';
        } catch (error) {
          return error instanceof ThroughlineError ? error.code : String(error);
        }
      };

      await fc.assert(
        fc.asyncProperty(messages, async (odd) => {
          const [code, other] = await Promise.all([
            codeOf(() => sender.send(message('{}', odd))),
            codeOf(() => sender.send(message('{}', { key: 'a' }))),
          ]);

          expect(code).toMatch(/^(sent|TL_SQS_(HEADER_INVALID|GROUP_INVALID|GROUP_MISSING))$/);
          expect(other).toBe('sent');
        }),
        { numRuns: 1_000, seed: 14 },
      );
    },
    120_000,
  );
});
