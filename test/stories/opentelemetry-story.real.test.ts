import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { OrderService } from '../support/programs/order-service.js';
import { chainIn, orderTrace, OtlpReceiver } from '../support/traces/otlp-receiver.js';
import { killPrograms } from '../support/programs/program.js';
import { localSqsEnv } from '../support/brokers/sqs-queue.js';
import { testKafka, testSqs, unique } from '../support/brokers/test-brokers.js';

const TIMEOUT_MS = 60_000;

let receiver: OtlpReceiver;

jest.setTimeout(120_000);
beforeAll(async () => {
  receiver = await OtlpReceiver.open();
});
afterEach(killPrograms);
afterAll(() => receiver.close());

describe('The order story with OpenTelemetry, on real brokers', () => {
  it.each([
    ['the SDK that the service starts', {}, ['throughline']],
    [
      'Elastic’s distribution, with its instrumentation of kafkajs and the AWS SDK',
      {
        NODE_OPTIONS: '--import @elastic/opentelemetry-node',
        // The spans between the request and its publish.
        OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'express,nestjs-core,router,net,dns',
      },
      ['@opentelemetry/instrumentation-http', 'throughline'],
    ],
  ])('is one trace, with a span a send and a span a message, by %s', async (_, sdk, scopes) => {
    const queue = unique('orders');
    const topic = unique('events');
    const name = unique('order-service');
    const service = await OrderService.start({
      ...localSqsEnv(testSqs()),
      ...receiver.env,
      ...sdk,
      KAFKA_BROKERS: testKafka(),
      ORDER_QUEUE: queue,
      ORDER_TOPIC: topic,
      CREATE_MISSING: 'true',
      OTEL_SERVICE_NAME: name,
    });

    const { body } = await service.place({ order_id: 'ORD-1', item: 'Widget', quantity: 1 });
    const traceId = String(body.trace_id);
    const whole = orderTrace(queue, topic);
    await receiver.waitFor(
      () => receiver.trace(traceId).length >= whole.length,
      AbortSignal.timeout(TIMEOUT_MS),
    );
    await service.stop();

    expect(chainIn(receiver.trace(traceId))).toEqual(whole);
    const ofService = receiver.spans.filter((span) => span.service === name);
    expect([...new Set(ofService.map(({ scope }) => scope))].sort()).toEqual(scopes);
  });
});
