import { describe, expect, it } from '@jest/globals';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { none, type Tracer } from 'throughline/tracing';
import { kafka, memory, topic, type Topic } from 'throughline/kafka';
import { queue } from 'throughline/sqs';
import { Transports } from '../transports.js';
import { currentRun } from '../pipeline/run/current-run.js';
import { hasPendingPublishes } from '../delivery.js';
import { aDelivery } from '../pipeline/delivery.fixture.js';
import type { Connection, Outbound, Receipt } from 'throughline/transport';
import { ChannelPublisher } from './channel-publisher.js';

type Check = StandardSchemaV1<unknown, unknown>['~standard']['validate'];

const topicWith = (validate: Check): Topic =>
  topic('t', { schema: { '~standard': { version: 1, vendor: 'test', validate } } });

const anything = topicWith((value) => ({ value }));

interface Sent extends PromiseWithResolvers<Receipt> {
  readonly message: Outbound;
}

function publisher(tracer: Tracer = none()): {
  readonly sent: Sent[];
  readonly publisher: ChannelPublisher;
} {
  const sent: Sent[] = [];
  const connection: Pick<Connection, 'destination' | 'send'> = {
    destination: ({ name }) => ({ system: 'kafka', destination: name }),
    send: (message) => {
      const answer = Promise.withResolvers<Receipt>();
      sent.push({ message, ...answer });
      return answer.promise;
    },
  };
  // Nothing else of a connection is of interest to a publisher.
  const transports = new Transports([
    { transport: kafka({ driver: memory() }), connection: connection as Connection },
  ]);
  return { sent, publisher: new ChannelPublisher(transports, tracer) };
}

const receipt: Receipt = { id: 't/0/0', context: 'whole' };

describe('ChannelPublisher', () => {
  it('sends in the call itself where the schema is synchronous', () => {
    const { sent, publisher: to } = publisher();

    void to.publish(anything, { a: 1 }, { key: 'k', publishTimeout: '2s' });

    expect(sent.map(({ message }) => message)).toEqual([
      {
        channel: anything,
        body: '{"a":1}',
        key: 'k',
        headers: {},
        timeout: 2_000,
        terms: undefined,
        traceparent: undefined,
        tracestate: undefined,
      },
    ]);
  });

  it('rejects, and never throws, whatever is wrong', async () => {
    const { publisher: to } = publisher();
    const invalid = topicWith(() => ({ issues: [{ message: 'no' }] }));

    const calls = [
      to.publish(invalid, 1),
      to.publish(anything, undefined),
      to.publish(anything, 1, { publishTimeout: '1 day' as '1s' }),
      to.publish(queue('q', { schema: anything.schema }), 1),
    ];

    await expect(Promise.allSettled(calls)).resolves.toMatchObject(
      ['TL_MESSAGE_INVALID', 'TL_MESSAGE_INVALID', 'TL_OPTION_INVALID', 'TL_TRANSPORT_MISSING'].map(
        (code) => ({ status: 'rejected', reason: { code } }),
      ),
    );
  });

  it('sends none of many where one is invalid, also if the schema tells of others later', async () => {
    const { sent, publisher: to } = publisher();
    const partlyLater = topicWith((value) =>
      value === 'now' ? { issues: [{ message: 'no' }] } : Promise.reject(new Error('later')),
    );

    await expect(to.publishAll(partlyLater, ['later', 'now'])).rejects.toThrow();

    await new Promise(setImmediate);
    expect(sent).toEqual([]);
  });

  it('counts a publish as pending for the run that called it, also behind an asynchronous schema', async () => {
    const { sent, publisher: to } = publisher();
    const slow = topicWith((value) => Promise.resolve({ value }));
    const run = aDelivery();

    const [now, later] = currentRun.enter(run, () => [
      to.publish(anything, 1),
      to.publish(slow, 2),
    ]);
    await new Promise(setImmediate);

    expect(hasPendingPublishes(run)).toBe(true);
    sent[0]?.resolve(receipt);
    sent[1]?.reject(new Error('refused'));
    await expect(Promise.allSettled([now, later])).resolves.toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected' },
    ]);
    expect(hasPendingPublishes(run)).toBe(false);
    expect(to.counts).toMatchObject([{ channel: 't', published: 1, failed: 1 }]);
  });

  it('ends each send’s span with how it ended', async () => {
    const ends: unknown[][] = [];
    const { sent, publisher: to } = publisher({
      ...none(),
      send: () => ({ traceparent: '00-a-b-01', end: (...end) => ends.push(end) }),
    });
    const refusal = new Error('refused');

    const all = to.publishAll(anything, [1, 2]).catch((error: unknown) => error);
    sent[0]?.resolve(receipt);
    sent[1]?.reject(refusal);

    await expect(all).resolves.toMatchObject({ code: 'TL_PUBLISH_INCOMPLETE' });
    expect(sent.map(({ message }) => message.traceparent)).toEqual(['00-a-b-01', '00-a-b-01']);
    expect(ends).toEqual([[undefined, { message_id: 't/0/0', trace_context: 'whole' }], [refusal]]);
  });
});
