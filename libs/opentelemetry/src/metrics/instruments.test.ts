import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  done,
  record,
  run,
  sqsMessage,
  toKafka,
  UNSAMPLED,
  type Point,
  type Recording,
} from '../recording.fixture.js';

const ofQueue = {
  'messaging.system': 'aws_sqs',
  'messaging.operation.name': 'process',
  'messaging.destination.name': 'my-order-queue',
};
const ofSends = {
  'messaging.system': 'kafka',
  'messaging.operation.name': 'send',
  'messaging.destination.name': 'order_events',
};

describe('the metrics', () => {
  let recording: Recording;
  beforeEach(() => {
    recording = record({ unsampled: 'non-recording' });
  });
  afterEach(() => recording.stop());

  const pointsOf = async (metric: string): Promise<readonly Omit<Point, 'metric'>[]> =>
    (await recording.points())
      .filter((point) => point.metric === metric)
      .map(({ attributes, value }) => ({ attributes, value }));

  it('count what is consumed, and how long each run took, by what became of it', async () => {
    recording.tracer.process(sqsMessage, run).end(done);
    recording.tracer.process(sqsMessage, run).end(done);
    recording.tracer
      .process(sqsMessage, run)
      .end({ failed: true, error: new TypeError('no'), labels: { outcome: 'retry' } });

    expect(await pointsOf('messaging.client.consumed.messages')).toEqual([
      { attributes: ofQueue, value: 3 },
    ]);
    expect(await pointsOf('messaging.process.duration')).toEqual([
      { attributes: { ...ofQueue, 'throughline.outcome': 'ack' }, value: 2 },
      {
        attributes: { ...ofQueue, 'throughline.outcome': 'retry', 'error.type': 'TypeError' },
        value: 1,
      },
    ]);
  });

  it('count messages that nobody traces as well', async () => {
    recording.tracer.process({ ...sqsMessage, traceparent: UNSAMPLED }, run).end(done);
    recording.tracer.send(toKafka).end();

    expect(await pointsOf('messaging.client.consumed.messages')).toMatchObject([{ value: 1 }]);
    expect(await pointsOf('messaging.client.sent.messages')).toEqual([
      { attributes: ofSends, value: 1 },
    ]);
  });

  it('count a batch’s messages once, and not by their partitions', async () => {
    const message = {
      system: 'kafka',
      destination: 'orders',
      id: 'orders/0/1',
      facts: { partition: 0, offset: 1, group: 'audit' },
    };
    const batch = recording.tracer.processBatch([message, message], run);
    recording.tracer.process(message, { ...run, batch: batch.ids }).end(done);
    batch.end(done);

    const received = {
      'messaging.system': 'kafka',
      'messaging.operation.name': 'receive',
      'messaging.destination.name': 'orders',
      'messaging.consumer.group.name': 'audit',
    };
    expect(await pointsOf('messaging.client.consumed.messages')).toEqual([
      { attributes: received, value: 2 },
    ]);
    expect(await pointsOf('messaging.client.operation.duration')).toEqual([
      { attributes: { ...received, 'messaging.operation.type': 'receive' }, value: 1 },
    ]);
    expect(await pointsOf('messaging.process.duration')).toMatchObject([{ value: 1 }]);
  });

  it('count what is sent, what could not be, and how much of the trace context fitted', async () => {
    for (const trace_context of ['whole', 'whole', 'xray'])
      recording.tracer.send(toKafka).end(undefined, { message_id: 'm', trace_context });
    recording.tracer
      .send(toKafka)
      .end(Object.assign(new Error('no'), { code: 'TL_KAFKA_UNAVAILABLE' }));

    const failed = { ...ofSends, 'error.type': 'TL_KAFKA_UNAVAILABLE' };
    expect(await pointsOf('messaging.client.sent.messages')).toEqual([
      { attributes: ofSends, value: 3 },
      { attributes: failed, value: 1 },
    ]);
    expect(await pointsOf('messaging.client.operation.duration')).toEqual([
      { attributes: { ...ofSends, 'messaging.operation.type': 'send' }, value: 3 },
      { attributes: { ...failed, 'messaging.operation.type': 'send' }, value: 1 },
    ]);
    const { 'messaging.operation.name': _, ...place } = ofSends;
    expect(await pointsOf('throughline.sent.trace_contexts')).toEqual([
      { attributes: { ...place, 'throughline.trace_context': 'whole' }, value: 2 },
      { attributes: { ...place, 'throughline.trace_context': 'xray' }, value: 1 },
    ]);
  });
});
