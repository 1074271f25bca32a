import type { ExecutionContext } from '@nestjs/common';
// Not by the package's index, which loads every transport of Nest's: 0.3 s for programs that only read a header.
import {
  KafkaContext,
  MqttContext,
  NatsContext,
  RedisContext,
  RmqContext,
  TcpContext,
} from '@nestjs/microservices/ctx-host/index.js';
import { readContext, type Carrier } from '../formats/read-context.js';
import type { Incoming } from '../tracer.js';

/** A message of a transport that is not ours, and what could not be read of its trace. */
export interface ForeignMessage extends Incoming {
  readonly malformed?: string | undefined;
}

interface Found extends Omit<Incoming, 'traceparent' | 'tracestate'> {
  readonly carrier: Carrier;
}

/** What is at a path of something that a client library made: none of it has a type that one may rely on. */
function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}

/** Of several values the first. */
function headerOf(value: unknown): ReturnType<Carrier> {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' || first instanceof Uint8Array ? first : undefined;
}

/** As text, and blank where there is none: many transports give no id. */
const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

function ofKafka(context: KafkaContext): Found {
  const { headers, offset, timestamp } = context.getMessage();
  const topic = context.getTopic();
  const partition = context.getPartition();
  return {
    system: 'kafka',
    destination: topic,
    id: `${topic}/${partition}/${offset}`,
    sentAt: Number(timestamp),
    facts: { partition, offset: Number(offset) },
    carrier: (name) => headerOf(at(headers, name)),
  };
}

/** Nest's pattern is named on both ends, since it is what the sender knows; the queue is a matter of the settings. */
function ofRabbitMq(context: RmqContext): Found {
  const message: unknown = context.getMessage();
  return {
    system: 'rabbitmq',
    destination: context.getPattern(),
    id: textOf(at(message, 'properties', 'messageId')),
    facts: {
      exchange: textOf(at(message, 'fields', 'exchange')),
      routing_key: textOf(at(message, 'fields', 'routingKey')),
    },
    carrier: (name) => headerOf(at(message, 'properties', 'headers', name)),
  };
}

interface NatsHeaders {
  get(name: string): unknown;
}

const isNatsHeaders = (value: unknown): value is NatsHeaders =>
  typeof at(value, 'get') === 'function';

function ofNats(context: NatsContext): Found {
  const headers: unknown = context.getHeaders();
  const carrier: Carrier = (name) => {
    const value = isNatsHeaders(headers) ? headers.get(name) : undefined;
    // The client gives an empty text for a header that is not there.
    return value === '' ? undefined : headerOf(value);
  };
  return {
    system: 'nats',
    destination: context.getSubject(),
    id: textOf(carrier('Nats-Msg-Id')),
    carrier,
  };
}

function ofMqtt(context: MqttContext): Found {
  const packet: unknown = context.getPacket();
  return {
    system: 'mqtt',
    destination: context.getTopic(),
    id: textOf(at(packet, 'messageId')),
    carrier: (name) => headerOf(at(packet, 'properties', 'userProperties', name)),
  };
}

/** A transport without headers, or one that is not Nest's own: what a message brought stays unknown. */
function ofAnother(context: unknown, handler: string): Found {
  const nothing = { id: '', carrier: () => undefined };
  if (context instanceof RedisContext)
    return { system: 'redis', destination: context.getChannel(), ...nothing };
  if (context instanceof TcpContext)
    return { system: 'tcp', destination: context.getPattern(), ...nothing };
  return { system: 'nest', destination: handler, ...nothing };
}

function find(context: unknown, handler: string): Found {
  if (context instanceof KafkaContext) return ofKafka(context);
  if (context instanceof RmqContext) return ofRabbitMq(context);
  if (context instanceof NatsContext) return ofNats(context);
  if (context instanceof MqttContext) return ofMqtt(context);
  return ofAnother(context, handler);
}

/** What a handler of Nest's was called with, in the tracer's words. */
export function foreignMessage(execution: ExecutionContext, handler: string): ForeignMessage {
  const { carrier, ...message } = find(execution.switchToRpc().getContext<unknown>(), handler);
  return { ...message, ...readContext(carrier) };
}
