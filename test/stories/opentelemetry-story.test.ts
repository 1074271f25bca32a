import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { OrderService } from '../support/programs/order-service.js';
import { chainIn, orderTrace, OtlpReceiver } from '../support/traces/otlp-receiver.js';
import { killPrograms } from '../support/programs/program.js';

const TIMEOUT_MS = 60_000;
const ORDERS = 3;
const WHOLE = orderTrace('my-order-queue', 'order_events');

let receiver: OtlpReceiver;

jest.setTimeout(120_000);
beforeAll(async () => {
  receiver = await OtlpReceiver.open();
});
afterEach(killPrograms);
afterAll(() => receiver.close());

describe('The order story with OpenTelemetry, on embedded brokers', () => {
  it('is one trace for each order, from the request through SQS and Kafka to the audit', async () => {
    const service = await OrderService.start(receiver.env);

    const traceIds: string[] = [];
    for (let number = 1; number <= ORDERS; number += 1) {
      const { status, body } = await service.place({ item: 'Widget', quantity: number });
      expect(status).toBe(202);
      traceIds.push(String(body.trace_id));
    }
    const isWhole = (id: string): boolean => receiver.trace(id).length >= WHOLE.length;
    await receiver.waitFor(() => traceIds.every(isWhole), AbortSignal.timeout(TIMEOUT_MS));
    const ending = await service.stop();

    expect(ending).toEqual({ code: 0, signal: null });
    expect(new Set(traceIds).size).toBe(ORDERS);
    for (const traceId of traceIds) {
      expect(chainIn(receiver.trace(traceId))).toEqual(WHOLE);
      expect(new Set(receiver.trace(traceId).map(({ service }) => service))).toEqual(
        new Set(['order-service']),
      );
    }
  });

  it('continues where no collector listens: ids are created, and nothing is logged', async () => {
    const service = await OrderService.start({ TRACER: 'opentelemetry' });

    const { body } = await service.place({ order_id: 'ORD-1', item: 'Widget', quantity: 1 });
    await service.processed('ORD-1');
    const ending = await service.stop();

    expect(body.trace_id).toMatch(/^[0-9a-f]{32}$/);
    expect(ending).toEqual({ code: 0, signal: null });
    expect(service.log).not.toMatch(/OpenTelemetry|ECONNREFUSED|tracer lost/);
  });

  it('uses an SDK that was started before, whose own instrumentation of the AWS SDK writes nothing beside ours', async () => {
    const service = await OrderService.start({
      ...receiver.env,
      NODE_OPTIONS: '--import @elastic/opentelemetry-node',
      OTEL_SERVICE_NAME: 'order-edot',
      // The spans between the request and its publish.
      OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'express,nestjs-core,router,net,dns',
    });

    const { body } = await service.place({ order_id: 'ORD-2', item: 'Widget', quantity: 1 });
    const traceId = String(body.trace_id);
    await receiver.waitFor(
      () => receiver.trace(traceId).length >= WHOLE.length,
      AbortSignal.timeout(TIMEOUT_MS),
    );
    await service.stop();

    expect(chainIn(receiver.trace(traceId))).toEqual(WHOLE);
    const ofService = receiver.spans.filter(({ service }) => service === 'order-edot');
    expect(new Set(ofService.map(({ scope }) => scope))).toEqual(
      new Set(['@opentelemetry/instrumentation-http', 'throughline']),
    );
  });
});
