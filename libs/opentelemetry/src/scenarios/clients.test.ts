import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openFakeSqs, type FakeSqs } from './fake-sqs.fixture.js';
import { openOtlpReceiver, type OtlpReceiver } from './otlp-receiver.fixture.js';
import { runScenario } from './run.fixture.js';

/** A process of its own, with all that Elastic's distribution loads. */
jest.setTimeout(180_000);

const OURS = [
  'send my-order-queue',
  'send my-order-queue',
  'send my-order-queue',
  'send order_events',
  'process in',
];

describe('what an SDK sends out', () => {
  let receiver: OtlpReceiver;
  let sqs: FakeSqs;
  beforeEach(async () => {
    receiver = await openOtlpReceiver();
    sqs = await openFakeSqs();
  });
  afterEach(() => Promise.all([receiver.close(), sqs.close()]));

  const run = (preloaded: 'sdk' | 'edot', CLIENT_CALLS: 'suppressed' | 'bare'): Promise<unknown> =>
    runScenario('clients', preloaded, receiver, { CLIENT_CALLS, SQS_URL: sqs.url });

  const spanNames = (): readonly string[] => receiver.spans.map(({ name }) => name);

  it('by OTLP: spans and metrics arrive, and nothing is lost', async () => {
    const result = await run('sdk', 'suppressed');

    expect(spanNames()).toEqual(OURS);
    expect(result).toEqual({ toSqs: sqs.traceparents, kafkaHeaderIsOurs: true, lost: 0 });
    expect(receiver.metricsOf('throughline')).toEqual(
      new Set([
        'messaging.client.sent.messages',
        'messaging.client.consumed.messages',
        'messaging.process.duration',
        'messaging.client.operation.duration',
      ]),
    );
  });

  it('with Elastic’s distribution: no second span around a suppressed call, and what messages carry is ours', async () => {
    const result = await run('edot', 'suppressed');

    expect(spanNames()).toEqual(OURS);
    expect(result).toEqual({ toSqs: sqs.traceparents, kafkaHeaderIsOurs: true, lost: 0 });
    expect(sqs.traceparents).toHaveLength(3);
  });

  it('with Elastic’s distribution, if calls are not suppressed: both; it is active in this test', async () => {
    const result = await run('edot', 'bare');

    const foreign = new Set(receiver.spans.map(({ scope }) => scope));
    expect(foreign).toContain('@opentelemetry/instrumentation-aws-sdk');
    expect(foreign).toContain('@opentelemetry/instrumentation-kafkajs');
    expect(result).not.toMatchObject({ toSqs: sqs.traceparents, kafkaHeaderIsOurs: true });
  });
});
