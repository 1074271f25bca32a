import type { ExecutionContext } from '@nestjs/common';
// This does not import the package's index. The index loads all of Nest's transports, which takes 0.3 s even for a program that
// only reads a header.
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
import { SYSTEMS } from './systems.js';

/** A message from one of Nest's built-in transports. `malformed` is the part of its trace context that could not be read. */
export interface NestMessage extends Incoming {
  readonly malformed?: string | undefined;
}

interface Found extends Omit<Incoming, 'traceparent' | 'tracestate'> {
  readonly carrier: Carrier;
}

/** Reads a property path in an object that comes from a client library, and therefore has no reliable type. */
function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}

/** Returns the value of a header. If the header has several values, the first one counts. */
function headerOf(value: unknown): ReturnType<Carrier> {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' || first instanceof Uint8Array ? first : undefined;
}

/** Returns the id of a message as text, or an empty string if there is none. Many transports have no ids. */
const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

function fromKafka(context: KafkaContext): Found {
  const { headers, offset, timestamp } = context.getMessage();
  const topic = context.getTopic();
  const partition = context.getPartition();
  return {
    system: 'kafka',
    systemFacts: SYSTEMS.kafka,
    destination: topic,
    id: `${topic}/${partition}/${offset}`,
    sentAt: Number(timestamp),
    facts: { partition, offset: Number(offset) },
    carrier: (name) => headerOf(at(headers, name)),
  };
}

/**
 * Reads a message of RabbitMQ. Its destination is the Nest pattern, for receives and for sends. The sender knows only the
 * pattern, because the queue is a setting.
 */
function fromRabbitMq(context: RmqContext): Found {
  const message: unknown = context.getMessage();
  return {
    system: 'rabbitmq',
    systemFacts: SYSTEMS.rabbitmq,
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

function fromNats(context: NatsContext): Found {
  const headers: unknown = context.getHeaders();
  const carrier: Carrier = (name) => {
    const value = isNatsHeaders(headers) ? headers.get(name) : undefined;
    // The client returns an empty string for a missing header.
    return value === '' ? undefined : headerOf(value);
  };
  return {
    system: 'nats',
    systemFacts: SYSTEMS.nats,
    destination: context.getSubject(),
    id: textOf(carrier('Nats-Msg-Id')),
    carrier,
  };
}

function fromMqtt(context: MqttContext): Found {
  const packet: unknown = context.getPacket();
  return {
    system: 'mqtt',
    systemFacts: SYSTEMS.mqtt,
    destination: context.getTopic(),
    id: textOf(at(packet, 'messageId')),
    carrier: (name) => headerOf(at(packet, 'properties', 'userProperties', name)),
  };
}

/**
 * Reads a message of a transport without headers, or of a transport that is not built into Nest. Its trace context is unknown.
 */
function fromAnother(context: unknown, handler: string): Found {
  const nothing = { id: '', carrier: () => undefined };
  if (context instanceof RedisContext)
    return { system: 'redis', destination: context.getChannel(), ...nothing };
  if (context instanceof TcpContext)
    return { system: 'tcp', destination: context.getPattern(), ...nothing };
  return { system: 'nest', destination: handler, ...nothing };
}

function find(context: unknown, handler: string): Found {
  if (context instanceof KafkaContext) return fromKafka(context);
  if (context instanceof RmqContext) return fromRabbitMq(context);
  if (context instanceof NatsContext) return fromNats(context);
  if (context instanceof MqttContext) return fromMqtt(context);
  return fromAnother(context, handler);
}

/** Returns the message that Nest passes to a handler. */
export function readNestMessage(execution: ExecutionContext, handler: string): NestMessage {
  const { carrier, ...message } = find(execution.switchToRpc().getContext<unknown>(), handler);
  return { ...message, ...readContext(carrier) };
}
