import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { MqttContext, RedisContext, TcpContext } from '@nestjs/microservices/ctx-host/index.js';
import {
  concatMap,
  defer,
  delay,
  EMPTY,
  from,
  lastValueFrom,
  map,
  NEVER,
  of,
  take,
  throwError,
} from 'rxjs';
import { encodeBinaryTraceparent } from '../formats/binary-traceparent.js';
import {
  answers,
  calls,
  contextOf,
  execution,
  kafka,
  mqtt,
  nats,
  rabbitMq,
  run,
  TRACE_ID,
  TRACED,
  TRACEPARENT,
} from './nest-contexts.fixture.js';
import { RecordingTracer } from './recording-tracer.fixture.js';
import { TRACED_CONTEXT } from './traced-context.js';
import { TracingInterceptor } from './tracing.interceptor.js';

const debug = jest.spyOn(Logger.prototype, 'debug');
beforeEach(() => {
  debug.mockReset().mockReturnValue(undefined);
});
afterAll(() => {
  debug.mockRestore();
});

describe('the context of a message', () => {
  it.each([
    [
      'Kafka',
      kafka(TRACED),
      {
        system: 'kafka',
        destination: 'orders',
        id: 'orders/3/7',
        sentAt: 1_700_000_000_000,
        facts: { partition: 3, offset: 7 },
      },
    ],
    [
      'RabbitMQ',
      rabbitMq(TRACED),
      {
        system: 'rabbitmq',
        destination: 'orders',
        id: 'm-7',
        facts: { exchange: 'shop', routing_key: 'orders.new' },
      },
    ],
    [
      'NATS',
      nats({ ...TRACED, 'Nats-Msg-Id': 'm-7' }),
      { system: 'nats', destination: 'orders', id: 'm-7' },
    ],
    ['MQTT', mqtt(TRACED), { system: 'mqtt', destination: 'orders', id: '7' }],
    [
      'MQTT, given twice',
      mqtt({ ...TRACED, traceparent: [TRACEPARENT, 'another'] }),
      { system: 'mqtt', destination: 'orders', id: '7' },
    ],
  ])('is read of %s', async (_, context, expected) => {
    const tracer = new RecordingTracer();

    await run(tracer, context);

    expect(tracer.works).toMatchObject([
      { message: { ...expected, ...TRACED }, run: { handler: 'Orders.handle', attempt: 1 } },
    ]);
  });

  it('is read of Elastic’s binary header, which Nest leaves as it is', async () => {
    const tracer = new RecordingTracer();

    await run(tracer, kafka({ elasticapmtraceparent: encodeBinaryTraceparent(TRACEPARENT) }));

    expect(tracer.works[0]?.message.traceparent).toBe(TRACEPARENT);
  });

  it.each([
    ['Kafka', kafka({})],
    [
      'Kafka, with what Nest made of JSON and of null',
      kafka({ traceparent: {}, tracestate: null }),
    ],
    ['Kafka, given twice', kafka({ traceparent: `${TRACEPARENT},${TRACEPARENT}` })],
    ['RabbitMQ', rabbitMq({ traceparent: 'nonsense' })],
    ['RabbitMQ, without headers', rabbitMq(undefined)],
    ['NATS', nats({})],
    ['NATS, without headers', nats(undefined)],
    ['MQTT', mqtt(undefined)],
    ['MQTT 4', new MqttContext(['orders', {}])],
    ['Redis', contextOf(RedisContext, 'orders')],
    ['TCP', contextOf(TcpContext, {}, 'orders')],
    ['something else', { any: 'thing' }],
    ['nothing', undefined],
  ])('is none of %s, and the handler runs all the same', async (_, context) => {
    const tracer = new RecordingTracer();

    expect(await run(tracer, context)).toBe('answer');

    expect(tracer.works).toHaveLength(1);
    expect(tracer.works[0]?.message.traceparent).toBeUndefined();
    expect(tracer.works[0]?.ends).toEqual([{ failed: false, labels: { outcome: 'done' } }]);
  });

  it('is logged at debug level if it cannot be read', async () => {
    await run(new RecordingTracer(), rabbitMq({ traceparent: 'nonsense' }));
    await run(new RecordingTracer(), rabbitMq({}));

    expect(debug.mock.calls).toEqual([
      [
        `Orders.handle started a new trace, because the message's trace context is invalid: traceparent "nonsense".`,
      ],
    ]);
  });

  it('names what has no transport of Nest’s by its handler', async () => {
    const tracer = new RecordingTracer();

    await run(tracer, { any: 'thing' });

    expect(tracer.works).toMatchObject([
      { message: { system: 'nest', destination: 'Orders.handle', id: '' } },
    ]);
  });
});

describe('what is current', () => {
  it('is the message’s span in the handler, after its awaits, and in late operators', async () => {
    const tracer = new RecordingTracer();
    const look = (): unknown => tracer.current()?.traceId;
    const next = calls(() =>
      from(
        (async () => {
          const atOnce = look();
          await pause(1);
          return [atOnce, look()];
        })(),
      ).pipe(
        delay(1),
        map((seen) => [...seen, look()]),
      ),
    );

    const seen = await run(
      tracer,
      kafka(TRACED),
      calls(() => defer(() => next.handle())),
    );

    expect(seen).toEqual([TRACE_ID, TRACE_ID, TRACE_ID]);
    expect(tracer.current()).toBeUndefined();
  });

  it('stays with each of 200 messages at a time, and with nobody afterwards', async () => {
    const tracer = new RecordingTracer();
    const next = calls(() =>
      of(undefined).pipe(
        concatMap(async () => pause(Math.random() * 5)),
        concatMap(() => of(tracer.current()).pipe(delay(1))),
        map((before) => [before, tracer.current()]),
      ),
    );
    const messages = Array.from({ length: 200 }, (_, index) =>
      kafka({
        traceparent: `00-${(index + 1).toString(16).padStart(32, '0')}-b7ad6b7169203331-01`,
      }),
    );

    const seen = await Promise.all(messages.map((context) => run(tracer, context, next)));

    expect(seen).toEqual(tracer.works.map(({ ids }) => [ids, ids]));
    expect(new Set(tracer.works.map(({ ids }) => ids.traceId)).size).toBe(200);
    expect(tracer.current()).toBeUndefined();
  });

  it.each(['http', 'ws'])('is left alone in %s', async (type) => {
    const tracer = new RecordingTracer();
    const interceptor = new TracingInterceptor(tracer);

    await lastValueFrom(interceptor.intercept(execution(kafka(TRACED), type), answers));

    expect(tracer.works).toEqual([]);
  });

  it('is left alone where there is something already', async () => {
    const tracer = new RecordingTracer();

    const seen = await tracer.inside(() =>
      run(
        tracer,
        kafka(TRACED),
        calls(() => of(tracer.current())),
      ),
    );

    expect(tracer.works).toHaveLength(1);
    expect(seen).toEqual(tracer.works[0]?.ids);
    expect(tracer.works[0]?.ends).toEqual([]);
  });
});

describe('a transport that traces its messages itself', () => {
  it('is left alone, also where nothing is current', async () => {
    const tracer = new RecordingTracer();

    expect(await run(tracer, { [TRACED_CONTEXT]: true })).toBe('answer');

    expect(tracer.works).toEqual([]);
  });
});

describe('the end of the span', () => {
  const outOfStock = new Error('out of stock');
  const failed = { failed: true, error: outOfStock, labels: { outcome: 'failed' } };
  const done = { failed: false, labels: { outcome: 'done' } };

  it.each([
    ['an answer at once', () => of(1), done],
    ['no answer', () => EMPTY, done],
    ['several answers, later', () => from([1, 2, 3]).pipe(delay(1)), done],
    ['an error at once', () => throwError(() => outOfStock), failed],
    [
      'an error later',
      () =>
        of(1).pipe(
          delay(1),
          map(() => {
            throw outOfStock;
          }),
        ),
      failed,
    ],
    [
      'a handler that throws before there is an Observable',
      () => {
        throw outOfStock;
      },
      failed,
    ],
  ])('comes once, and outside of it, after %s', async (_, handling, expected) => {
    const tracer = new RecordingTracer();

    const ending = run(tracer, kafka(TRACED), calls(handling));

    if (expected === failed) await expect(ending).rejects.toBe(outOfStock);
    else await ending;
    expect(tracer.works.map(({ ends }) => ends)).toEqual([[expected]]);
    expect(tracer.works[0]?.endedInside).toBe(false);
  });

  it('comes when nobody listens any more', async () => {
    const tracer = new RecordingTracer();
    const interceptor = new TracingInterceptor(tracer);
    const left = { failed: false, labels: { outcome: 'unsubscribed' } };

    await lastValueFrom(
      interceptor
        .intercept(
          execution(kafka(TRACED)),
          calls(() => from([1, 2])),
        )
        .pipe(take(1)),
    );
    interceptor
      .intercept(
        execution(kafka(TRACED)),
        calls(() => NEVER),
      )
      .subscribe()
      .unsubscribe();

    expect(tracer.works.map(({ ends }) => ends)).toEqual([[left], [left]]);
  });
});
