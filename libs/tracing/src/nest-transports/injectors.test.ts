import { describe, expect, it } from '@jest/globals';
import {
  MqttRecord,
  MqttRecordBuilder,
  NatsRecord,
  NatsRecordBuilder,
  RmqRecordBuilder,
} from '@nestjs/microservices/record-builders/index.js';
import { KafkaRequestSerializer } from '@nestjs/microservices/serializers/kafka-request.serializer.js';
import { MqttRecordSerializer } from '@nestjs/microservices/serializers/mqtt-record.serializer.js';
import { RmqRecordSerializer } from '@nestjs/microservices/serializers/rmq-record.serializer.js';
import { lastValueFrom } from 'rxjs';
import { encodeBinaryTraceparent } from '../formats/binary-traceparent.js';
import { emitted, open, order, toKafka } from './fake-client.fixture.js';
import type { TracedTo } from './index.js';
import type { NatsHeaders } from './injectors.js';

describe('a message to Kafka', () => {
  it.each([
    ['a payload alone', order, { value: JSON.stringify(order) }],
    ['a text alone', 'text', { value: 'text' }],
    ['a key and a value', { key: 'k', value: order }, { key: 'k', value: JSON.stringify(order) }],
    [
      'headers of its own',
      { value: 'text', headers: { tenant: 'acme' } },
      { value: 'text', headers: { tenant: 'acme' } },
    ],
  ])('carries the context in its headers: %s', async (_, data, expected) => {
    const copy = structuredClone(data);

    const { given, traceparent } = await emitted(toKafka, data);

    const record: unknown = new KafkaRequestSerializer().serialize(given());
    expect(record).toMatchObject(expected);
    expect(record).toMatchObject({
      headers: {
        traceparent,
        tracestate: 'es=s:1',
        elasticapmtraceparent: encodeBinaryTraceparent(traceparent),
      },
    });
    expect(data).toEqual(copy);
  });

  it('keeps the headers that it brings, and adds nothing to a context of its own', async () => {
    const own = { traceparent: 'mine', tenant: 'acme' };

    const { given } = await emitted(toKafka, { value: 'text', headers: own });

    expect(given()).toEqual({ value: 'text', headers: own });
  });

  it('is sent as it is where nothing is current', async () => {
    const { tracer, proxy, client } = open(toKafka);

    await lastValueFrom(proxy.emit('orders', order));

    expect(client.packets).toEqual([{ pattern: 'orders', data: order }]);
    expect(client.packets[0]?.data).toBe(order);
    expect(tracer.sends).toMatchObject([{ ends: [undefined] }]);
  });

  it('has a context of its own in a batch', async () => {
    const { tracer, proxy, client } = open(toKafka);

    await tracer.inside(() => lastValueFrom(proxy.emitBatch('orders', { messages: ['a', 'b'] })));

    const [first, second] = tracer.sends;
    expect(client.packets.slice(0, 2)).toMatchObject([
      { data: { value: 'a', headers: { traceparent: first?.traceparent } } },
      { data: { value: 'b', headers: { traceparent: second?.traceparent } } },
    ]);
    expect(first?.traceparent).not.toBe(second?.traceparent);
    expect(tracer.sends.map(({ ends }) => ends)).toEqual([[undefined], [undefined]]);
  });
});

describe('a message to RabbitMQ', () => {
  const to = { system: 'rabbitmq' } as const;

  it('carries the context in its headers', async () => {
    const { given, traceparent } = await emitted(to, order);

    const packet = { pattern: 'orders', data: given() };
    expect(new RmqRecordSerializer().serialize(packet)).toMatchObject({
      data: order,
      options: { headers: { traceparent, tracestate: 'es=s:1' } },
    });
  });

  it('keeps its options and headers', async () => {
    const record = new RmqRecordBuilder(order)
      .setOptions({ priority: 3, headers: { tenant: 'acme', tracestate: 'mine=1' } })
      .build();

    const { given, traceparent } = await emitted(to, record);

    expect(given()).toMatchObject({
      data: order,
      options: { priority: 3, headers: { tenant: 'acme', traceparent, tracestate: 'mine=1' } },
    });
    expect(record.options?.headers).toEqual({ tenant: 'acme', tracestate: 'mine=1' });
  });
});

describe('a message to MQTT', () => {
  const to = { system: 'mqtt' } as const;

  it('carries the context in its user properties', async () => {
    const { given, traceparent } = await emitted(to, order);

    const packet = { pattern: 'orders', data: given() };
    expect(new MqttRecordSerializer().serialize(packet)).toBe(
      JSON.stringify({ pattern: 'orders', data: order }),
    );
    expect(given()).toEqual(
      new MqttRecord(order, {
        properties: { userProperties: { traceparent, tracestate: 'es=s:1' } },
      }),
    );
  });

  it('keeps its options and properties', async () => {
    const properties = { contentType: 'json', userProperties: { tenant: 'acme' } };
    const record = new MqttRecordBuilder(order).setQoS(1).setProperties(properties).build();

    const { given, traceparent } = await emitted(to, record);

    expect(given()).toMatchObject({
      options: {
        qos: 1,
        properties: { contentType: 'json', userProperties: { tenant: 'acme', traceparent } },
      },
    });
    expect(properties.userProperties).toEqual({ tenant: 'acme' });
  });
});

/** As the NATS client has them. */
class MsgHdrs implements NatsHeaders {
  readonly all = new Map<string, string[]>();
  has(name: string): boolean {
    return this.all.has(name);
  }
  append(name: string, value: string): void {
    this.all.set(name, [...(this.all.get(name) ?? []), value]);
  }
  [Symbol.iterator](): IterableIterator<[string, string[]]> {
    return this.all.entries();
  }
}

describe('a message to NATS', () => {
  const to: TracedTo = { system: 'nats', headers: () => new MsgHdrs() };
  const headersOf = (given: unknown): unknown =>
    given instanceof NatsRecord && given.headers instanceof MsgHdrs
      ? Object.fromEntries(given.headers.all)
      : given;

  it('carries the context in headers of the client’s own making', async () => {
    const { given, traceparent } = await emitted(to, order);

    expect(given()).toMatchObject({ data: order });
    expect(headersOf(given())).toEqual({ traceparent: [traceparent], tracestate: ['es=s:1'] });
  });

  it('keeps its headers', async () => {
    const own = new MsgHdrs();
    own.append('tenant', 'a');
    own.append('tenant', 'b');

    const { given, traceparent } = await emitted(
      to,
      new NatsRecordBuilder(order).setHeaders(own).build(),
    );

    expect(headersOf(given())).toMatchObject({ tenant: ['a', 'b'], traceparent: [traceparent] });
    expect([...own.all.keys()]).toEqual(['tenant']);
  });

  it('adds nothing to a context of its own', async () => {
    const own = new MsgHdrs();
    own.append('traceparent', 'mine');

    const { given } = await emitted(to, new NatsRecordBuilder(order).setHeaders(own).build());

    expect(headersOf(given())).toEqual({ traceparent: ['mine'] });
  });
});
