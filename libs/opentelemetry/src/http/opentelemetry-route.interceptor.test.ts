import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  Controller,
  Get,
  Logger,
  NotFoundException,
  Post,
  type CallHandler,
  type INestApplication,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { api } from '@opentelemetry/sdk-node';
import { delay, lastValueFrom, map, of, throwError, type Observable } from 'rxjs';
import type { TraceIds } from 'throughline/tracing';
import { loadApi } from '../sdk/load-api.js';
import { OpenTelemetryRouteInterceptor } from './opentelemetry-route.interceptor.js';
import { openOtlpReceiver } from '../scenarios/otlp-receiver.fixture.js';
import {
  PARENT_ID,
  record,
  toKafka,
  TRACE_ID,
  TRACEPARENT,
  type Recording,
} from '../recording.fixture.js';
import { runScenario } from '../scenarios/run.fixture.js';

/** For the one with a process of its own. */
jest.setTimeout(180_000);

let recording: Recording;
const current = (): TraceIds | undefined => recording.tracer.current();

@Controller('orders')
class Orders {
  @Post()
  async place(): Promise<TraceIds | undefined> {
    await new Promise(setImmediate);
    recording.tracer.send(toKafka).end();
    return current();
  }
  @Get('late')
  late(): Observable<TraceIds | undefined> {
    return of(0).pipe(delay(1), map(current));
  }
  @Get(':id')
  find(): never {
    throw new NotFoundException();
  }
  @Get(':id/price')
  price(): never {
    throw new TypeError('no price');
  }
}

// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- what a module is, is said where it is used
class Shop {}

describe('the route interceptor, in a Nest application', () => {
  let app: INestApplication;
  let url: string;
  beforeEach(async () => {
    recording = record();
    Logger.overrideLogger(false);
    app = await NestFactory.create({ module: Shop, controllers: [Orders] });
    app.setGlobalPrefix('api');
    app.useGlobalInterceptors(new OpenTelemetryRouteInterceptor());
    await app.listen(0, '127.0.0.1');
    url = `${await app.getUrl()}/api/orders`;
  });
  afterEach(async () => {
    await app.close();
    await recording.stop();
  });

  /** A span ends when its answer is out, which is later than the answer is here: closing waits for both. */
  const answer = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, init);
    const body: unknown = await response.json();
    await app.close();
    return body;
  };

  it('opens a server’s span, current in the handler, which continues the trace of the request', async () => {
    const headers = { traceparent: TRACEPARENT, tracestate: 'es=s:0.5' };

    const seen = await answer('?coupon=secret', { method: 'POST', headers });

    const span = recording.named('POST /api/orders');
    expect(span.kind).toBe(api.SpanKind.SERVER);
    expect(span.parentSpanContext).toMatchObject({ traceId: TRACE_ID, spanId: PARENT_ID });
    expect(span.spanContext().traceState?.serialize()).toBe('es=s:0.5');
    expect(span.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/api/orders',
      'http.response.status_code': 201,
      'url.path': '/api/orders',
      'url.scheme': 'http',
      'throughline.handler': 'Orders.place',
    });
    expect(seen).toEqual({ traceId: TRACE_ID, spanId: span.spanContext().spanId });
    expect(recording.named('send order_events').parentSpanContext?.spanId).toBe(
      span.spanContext().spanId,
    );
    expect(current()).toBeUndefined();
  });

  it.each([[{}], [{ traceparent: `00-${'0'.repeat(32)}-${PARENT_ID}-01` }]])(
    'is a root for a request with %j',
    async (headers) => {
      await answer('', { method: 'POST', headers });

      expect(recording.named('POST /api/orders').parentSpanContext).toBeUndefined();
    },
  );

  it('is current in a stream, however late it emits', async () => {
    const seen = await answer('/late');

    expect(seen).toMatchObject({
      spanId: recording.named('GET /api/orders/late').spanContext().spanId,
    });
  });

  it('is no failure where the customer asked for what is not there', async () => {
    await answer('/7');

    const { status, attributes, events } = recording.named('GET /api/orders/:id');
    expect([status.code, attributes['http.response.status_code'], events]).toEqual([
      api.SpanStatusCode.UNSET,
      404,
      [],
    ]);
  });

  it('is a failure where the server’s own fault is, with the error', async () => {
    await answer('/7/price');

    const { status, attributes, events } = recording.named('GET /api/orders/:id/price');
    expect(status).toEqual({ code: api.SpanStatusCode.ERROR, message: 'no price' });
    expect(attributes).toMatchObject({ 'error.type': '500', 'http.response.status_code': 500 });
    expect(events[0]?.attributes).toMatchObject({ 'exception.type': 'TypeError' });
  });
});

describe('the route interceptor', () => {
  class Plain {
    find = (): string => 'found';
  }
  const contextOf = (type: string, request: object): ExecutionContextHost => {
    const context = new ExecutionContextHost([request, {}], Plain, new Plain().find);
    context.setType(type);
    return context;
  };
  const next: CallHandler = { handle: () => of('found') };
  const request = { method: 'GET', routeOptions: { url: '/orders/:id' } };
  beforeEach(() => {
    recording = record();
  });
  afterEach(() => recording.stop());

  it('ends a span with its stream where the platform has no response that closes', async () => {
    const interceptor = new OpenTelemetryRouteInterceptor();
    const failing: CallHandler = { handle: () => throwError(() => new TypeError('no price')) };

    await lastValueFrom(interceptor.intercept(contextOf('http', request), next));
    const failed = lastValueFrom(interceptor.intercept(contextOf('http', request), failing));

    await expect(failed).rejects.toThrow('no price');
    expect(recording.spans.map(({ name, status }) => [name, status.code])).toEqual([
      ['GET /orders/:id', api.SpanStatusCode.UNSET],
      ['GET /orders/:id', api.SpanStatusCode.ERROR],
    ]);
  });

  it('leaves alone what is not HTTP', async () => {
    await lastValueFrom(
      new OpenTelemetryRouteInterceptor().intercept(contextOf('rpc', request), next),
    );

    expect(recording.spans).toEqual([]);
  });

  it('opens no second span where one is current already', async () => {
    const own = api.trace.getTracer('shop').startSpan('mine');
    await api.context.with(api.trace.setSpan(api.ROOT_CONTEXT, own), () =>
      lastValueFrom(
        new OpenTelemetryRouteInterceptor().intercept(contextOf('http', request), next),
      ),
    );
    own.end();

    expect(recording.spans.map(({ name }) => name)).toEqual(['mine']);
  });

  it('affects no request where OpenTelemetry throws', async () => {
    const warnings: string[] = [];
    const broken = new Proxy(loadApi(), {
      get: () => {
        throw new Error('broken API');
      },
    });
    const interceptor = new OpenTelemetryRouteInterceptor({
      api: broken,
      warn: (message) => warnings.push(message),
    });

    const answers = [contextOf('http', request), contextOf('http', request)].map((context) =>
      lastValueFrom(interceptor.intercept(context, next)),
    );

    expect(await Promise.all(answers)).toEqual(['found', 'found']);
    expect(warnings).toEqual([expect.stringContaining('broken API')]);
  });
});

describe('the route interceptor, where Elastic’s distribution has a span for each request', () => {
  it('names that one by its route, and opens none', async () => {
    const receiver = await openOtlpReceiver();

    const bodies = await runScenario('routes', 'edot', receiver);
    await receiver.close();

    expect(bodies).toEqual(['placed', 'found']);
    const SERVER = 2;
    const served = receiver.spans.filter(({ kind }) => kind === SERVER);
    expect(served.map(({ name, scope }) => [name, scope])).toEqual([
      ['POST /api/orders', '@opentelemetry/instrumentation-http'],
      ['GET /api/orders/:id', '@opentelemetry/instrumentation-http'],
    ]);
    expect(
      served.flatMap(({ attributes }) =>
        attributes.filter(({ key }) => key === 'throughline.handler'),
      ),
    ).toHaveLength(2);
  });
});
